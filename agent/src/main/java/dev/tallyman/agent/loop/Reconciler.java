package dev.tallyman.agent.loop;

import dev.tallyman.agent.actuate.Actuator;
import dev.tallyman.agent.actuate.Housekeeper;
import dev.tallyman.agent.health.Prober;
import dev.tallyman.agent.inbox.Message;
import dev.tallyman.agent.inbox.Message.ActionEnded;
import dev.tallyman.agent.inbox.Message.Sighting;
import dev.tallyman.agent.loop.Entry.InFlight;
import dev.tallyman.agent.loop.EventLog.Severity;
import dev.tallyman.agent.model.FeedView;
import dev.tallyman.agent.model.History;
import dev.tallyman.agent.model.Phase;
import dev.tallyman.agent.model.Workload;
import dev.tallyman.agent.observe.Looker;
import dev.tallyman.agent.plan.Action;
import dev.tallyman.agent.plan.ActionFailure;
import dev.tallyman.agent.plan.Decision;
import dev.tallyman.agent.plan.Ledger;
import dev.tallyman.agent.plan.Observed;
import dev.tallyman.agent.plan.Plan;
import dev.tallyman.agent.plan.RuntimeView;
import dev.tallyman.agent.plan.Situation;
import dev.tallyman.agent.plan.Situation.Knowledge;
import dev.tallyman.agent.plan.Situation.Mode;
import dev.tallyman.agent.plan.Verdict;
import dev.tallyman.agent.telemetry.Telemetry;
import dev.tallyman.runtime.Instance;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only writer of the agent's state.
 *
 * <p>It is handed messages, notes what they say in the {@link Entry} of each uid that they concern,
 * marks those uids dirty, and then asks {@link Plan} about each dirty uid once. What comes out is
 * an action for the {@link Actuator}, a status for the {@link StatusBoard}, and something to
 * remember for {@link Persistence}. It owns no thread, does no I/O and never blocks; {@link
 * LoopThread} drives it, and a test can do so as well, in whatever time it likes.
 *
 * <p>Work in a turn is proportional to what the messages changed, with three exceptions that are
 * rare by nature: a full list, a full snapshot, and a runtime that comes or goes.
 *
 * <p><b>Old news.</b> Looks at runtimes and actions overtake each other. Each answer carries a
 * number from before the question was asked ({@link dev.tallyman.agent.inbox.Ticks}); an answer
 * older than the last action's outcome for its uid is dropped. While an action is under way hints
 * are remembered and followed up when it has ended.
 */
public final class Reconciler {

  private static final Logger log = LoggerFactory.getLogger(Reconciler.class);

  private final Actuator actuator;
  private final Prober prober;
  private final Looker looker;
  private final NodeBoard node;
  private final Announcer announcer;
  private final Telemetry telemetry;
  private final InstantSource clock;
  private final InstantSource wall;
  private final LongSupplier nanos;

  private final Book book;
  private final Wants wants;
  private final WakeQueue wakes = new WakeQueue();
  private final Runtimes runtimes = new Runtimes();
  private final Admission admission;
  private final Feeds feeds;
  private final Saver saver;
  private final Conditions conditions = new Conditions();
  private final Takedown takedown = new Takedown();

  /** Uids whose launch waits until their placement is on disk. */
  private final Map<String, Long> parked = new LinkedHashMap<>();

  /** Those of which something is taken away once the disk knows that it is not wanted. */
  private final Set<Entry> heldBack = new LinkedHashSet<>();

  private Optional<String> drainReason;
  private Optional<String> saveFailure = Optional.empty();
  private NodeBoard.FirstPass firstPass = NodeBoard.FirstPass.AWAITED;
  private boolean nodeChanged = true;
  private long lastActionId;

  /**
   * A reconciler that remembers what the config says and has seen nothing yet.
   *
   * @param clock must not go backwards; see {@link SteadyClock}
   * @param wall for times that people see
   * @param nanos for durations in metrics
   */
  public Reconciler(
      LoopConfig config,
      Actuator actuator,
      Prober prober,
      Housekeeper housekeeper,
      Looker looker,
      Persistence persistence,
      StatusBoard board,
      NodeBoard node,
      EventLog events,
      Telemetry telemetry,
      InstantSource clock,
      InstantSource wall,
      LongSupplier nanos) {
    this.actuator = actuator;
    this.prober = prober;
    this.book = new Book(housekeeper);
    this.looker = looker;
    this.node = node;
    this.announcer = new Announcer(board, events, wall);
    this.telemetry = telemetry;
    this.clock = clock;
    this.wall = wall;
    this.nanos = nanos;
    this.admission =
        new Admission(new Ledger(config.cpuMillis(), config.memoryBytes()), config.memory());
    this.feeds = new Feeds(config.feeds());
    this.saver =
        new Saver(
            persistence,
            switch (config.memory()) {
              case INTACT -> Saver.Placements.KNOWN;
              case NONE -> Saver.Placements.UNKNOWN;
            });
    this.drainReason = config.drainReason();
    this.wants = new Wants(book, admission, feeds, saver, runtimes, housekeeper);
    config.history().forEach((uid, history) -> book.remember(Entry.remembered(uid, history)));
  }

  /**
   * Takes in what happened and decides what follows.
   *
   * @return when to be called again at the latest, with no message if there is none; empty for
   *     never
   */
  public Optional<Instant> turn(List<Message> messages) {
    long began = nanos.getAsLong();
    messages.forEach(this::receive);
    Instant now = clock.instant();
    for (Optional<Entry> due = wakes.poll(now); due.isPresent(); due = wakes.poll(now)) {
      book.mark(due.get());
    }
    int planned = planDirty(now);
    wants.completeStacks();
    if (!runtimes.all().isEmpty() && runtimes.all().stream().allMatch(RuntimeView::isSeen)) {
      saver.placementsKnown();
    }
    takedown.tell(book.all(), runtimes.seen());
    saver.handOver(now, this::histories, drainReason, feed -> feeds.image(feed, book.all()));
    publishNode();
    telemetry.turned(messages.size(), planned, Duration.ofNanos(nanos.getAsLong() - began));
    Optional<Instant> wake = wakes.next();
    Optional<Instant> save = saver.nextDue();
    return wake.isPresent() && save.isPresent()
        ? Optional.of(wake.get().isBefore(save.get()) ? wake.get() : save.get())
        : wake.or(() -> save);
  }

  private int planDirty(Instant now) {
    int planned = 0;
    // A decision can give room back and so make others dirty.
    List<Entry> batch = book.takeMarked();
    while (!batch.isEmpty()) {
      for (Entry entry : batch) {
        plan(entry, now);
        planned++;
      }
      batch = book.takeMarked();
    }
    return planned;
  }

  // ---- what happened

  private void receive(Message message) {
    switch (message) {
      case Message.FeedRemembered remembered -> wants.remembered(remembered.state());
      case Message.FeedSnapshot snapshot -> wants.snapshot(snapshot.state());
      case Message.FeedDelta delta -> wants.delta(delta);
      case Message.FeedChanged changed -> feedChanged(changed.view());
      case Message.Listed listed -> listed(listed);
      case Message.Seen seen -> seen(seen);
      case Message.Changed changed -> hinted(changed);
      case Message.RuntimeUp up -> runtimeUp(up);
      case Message.RuntimeDown down -> runtimeDown(down);
      case Message.ActionProgressed progressed -> progressed(progressed);
      case ActionEnded ended -> ended(ended);
      case Message.OperatorWish wish -> wished(wish);
      case Message.Drain drain -> drain(Optional.of(drain.reason()));
      case Message.Resume _ -> drain(Optional.empty());
      case Message.TakeDown takeDown -> {
        takedown.begin(takeDown.left());
        book.markAll();
      }
      case Message.HealthChanged changed -> healthChanged(changed);
      case Message.StackApplied applied -> wants.applied(applied);
      case Message.DesiredSaved saved -> {
        wants.saved(saved);
        letGo();
      }
      case Message.HistorySaved saved -> historySaved(saved.sequence());
      case Message.SaveFailed failed -> saveFailed(failed);
      case Message.Tick _ -> {}
    }
  }

  private void healthChanged(Message.HealthChanged changed) {
    book.find(changed.uid())
        .filter(entry -> entry.probed.isPresent())
        .ifPresent(entry -> {
          entry.health = Optional.of(changed.health());
          book.mark(entry);
        });
  }

  private void feedChanged(FeedView view) {
    if (feeds.changed(view)) {
      announcer.node(Severity.WARNING, "FeedRefused", view.message());
    }
    nodeChanged = true;
  }

  private void listed(Message.Listed listed) {
    Set<String> there = new HashSet<>();
    for (Instance instance : listed.instances()) {
      there.add(instance.uid());
      sight(book.entry(instance.uid()), listed.runtime(), Optional.of(instance), listed.asOf());
    }
    for (Entry entry : book.all()) {
      boolean expected =
          entry.isSeenAt(listed.runtime())
              || entry.unsureAt().filter(listed.runtime()::equals).isPresent();
      if (expected && !there.contains(entry.uid)) {
        sight(entry, listed.runtime(), Optional.empty(), listed.asOf());
      }
    }
    if (runtimes.listed(listed.runtime())) {
      log.info(
          "Runtime {} has been listed: {} instances of this node",
          listed.runtime(),
          listed.instances().size());
      book.markAll();
      nodeChanged = true;
      wants.sweepIfAllIsKnown(listed.runtime());
    }
  }

  private void seen(Message.Seen seen) {
    Entry entry = book.entry(seen.uid());
    if (entry.endLook(seen.runtime())) {
      look(entry, seen.runtime());
    }
    sight(entry, seen.runtime(), seen.instance(), seen.asOf());
    if (!book.isMarked(entry)) {
      entry.hintNanos = OptionalLong.empty();
    }
    forgetIfEmpty(entry);
  }

  private void sight(Entry entry, String runtime, Optional<Instance> instance, long asOf) {
    boolean busyThere =
        entry.inFlight.filter(f -> f.action().runtime().equals(runtime)).isPresent();
    if (!busyThere && entry.saw(runtime, instance, asOf)) {
      admission.occupy(entry);
      book.touched(entry);
    }
  }

  private void hinted(Message.Changed changed) {
    Entry entry = book.entry(changed.uid());
    if (entry.hintNanos.isEmpty()) {
      entry.hintNanos = OptionalLong.of(changed.nanos());
    }
    if (entry.inFlight.isEmpty()) {
      look(entry, changed.runtime());
    }
  }

  private void look(Entry entry, String runtime) {
    if (entry.beginLook(runtime)) {
      looker.look(runtime, entry.uid);
    }
  }

  private void runtimeUp(Message.RuntimeUp up) {
    runtimes.up(up.runtime(), up.info());
    nodeChanged = true;
  }

  private void runtimeDown(Message.RuntimeDown down) {
    boolean wasSeen = runtimes.find(down.runtime()).map(r -> r.isSeen()).orElse(false);
    runtimes.down(down.runtime(), down.why());
    if (wasSeen) {
      announcer.node(
          Severity.WARNING,
          "RuntimeLost",
          "Runtime " + down.runtime() + " does not answer: " + down.why());
    }
    for (Entry entry : book.all()) {
      entry.forgetLook(down.runtime());
      book.mark(entry);
    }
    nodeChanged = true;
  }

  private void progressed(Message.ActionProgressed progressed) {
    Entry entry = book.entry(progressed.uid());
    if (entry.inFlight.filter(f -> f.id() == progressed.actionId()).isPresent()) {
      Verdict verdict =
          switch (progressed.step()) {
            case PULLING -> verdict(Phase.PULLING, "Pulling", progressed.detail());
            case STARTING -> verdict(Phase.STARTING, "Launching", progressed.detail());
          };
      announcer.publish(entry, verdict);
    }
  }

  private static Verdict verdict(Phase phase, String reason, String message) {
    return new Verdict(phase, reason, message, OptionalInt.empty(), Optional.empty());
  }

  private void ended(ActionEnded ended) {
    Entry entry = book.entry(ended.uid());
    Optional<InFlight> flight = entry.inFlight.filter(f -> f.id() == ended.actionId());
    if (flight.isEmpty()) {
      return;
    }
    Action action = flight.get().action();
    entry.inFlight = Optional.empty();
    telemetry.acted(
        action, ended.failure(), Duration.ofNanos(nanos.getAsLong() - flight.get().beganNanos()));
    switch (ended.sighting()) {
      case Sighting.Known known -> entry.saw(action.runtime(), known.instance(), known.asOf());
      case Sighting.Unknown _ -> {
        entry.unsure(action.runtime());
        look(entry, action.runtime());
      }
    }
    if (ended.failure().isPresent()) {
      Instant now = clock.instant();
      say(entry, action, ended.failure().get());
      remember(entry, Optional.of(Plan.failed(situation(entry, now), ended.failure().get())));
    } else if (!(action instanceof Action.Stop)) {
      remember(entry, entry.history.map(Plan::wishFulfilled));
    }
    if (entry.hintNanos.isPresent()) {
      look(entry, action.runtime());
    }
    book.touched(entry);
  }

  /** What was broken off because something else is wanted now has not failed. */
  private static void say(Entry entry, Action action, ActionFailure failure) {
    if (failure.kind() == ActionFailure.Kind.CANCELLED) {
      log.info(
          "{} of {} at runtime {} was broken off", word(action), describe(entry), action.runtime());
    } else {
      log.warn(
          "{} of {} at runtime {} failed: {}",
          word(action),
          describe(entry),
          action.runtime(),
          failure.message());
    }
  }

  private void wished(Message.OperatorWish wish) {
    Optional<Entry> entry = book.find(wish.uid());
    Optional<Workload> workload = entry.flatMap(Entry::workload);
    if (workload.isEmpty()) {
      wish.reply().complete(Optional.of("uid: " + wish.uid() + " (expected: one that runs here)"));
      return;
    }
    Entry known = entry.get();
    History history =
        known
            .history
            .filter(h -> h.specHash().equals(workload.get().specHash()))
            .orElseGet(() -> History.begin(workload.get().specHash()));
    remember(known, Optional.of(Plan.wish(history, wish.wish())));
    book.mark(known);
    wish.reply().complete(Optional.empty());
  }

  private void drain(Optional<String> reason) {
    if (drainReason.equals(reason)) {
      return;
    }
    drainReason = reason;
    saver.historyChanged();
    announcer.node(
        Severity.INFO,
        reason.isPresent() ? "Drained" : "Resumed",
        reason.orElse("The node serves again."));
    book.markAll();
    nodeChanged = true;
  }

  private void historySaved(long sequence) {
    saver.saved(sequence);
    if (saveFailure.isPresent()) {
      saveFailure = Optional.empty();
      nodeChanged = true;
    }
    parked
        .entrySet()
        .removeIf(waiting -> {
          boolean done = saver.isSaved(waiting.getValue());
          if (done) {
            Entry entry = book.entry(waiting.getKey());
            entry.durableRuntime = entry.history.flatMap(History::runtime);
            book.mark(entry);
          }
          return done;
        });
  }

  private void saveFailed(Message.SaveFailed failed) {
    String why = failed.what() + " could not be written: " + failed.why();
    wants.saveFailed(why);
    if (saveFailure.isEmpty()) {
      announcer.node(Severity.WARNING, "StateNotWritable", why);
    }
    saveFailure = Optional.of(why);
    nodeChanged = true;
    letGo();
  }

  /** Those that waited for the disk are looked at again. */
  private void letGo() {
    book.mark(heldBack);
    heldBack.clear();
  }

  // ---- what follows

  private void plan(Entry entry, Instant now) {
    if (entry.inFlight.isPresent()) {
      if (entry.isInFlightObsolete(mode())) {
        InFlight flight = entry.inFlight.get();
        entry.inFlight =
            Optional.of(
                new InFlight(
                    flight.id(), flight.action(), flight.beganNanos(), Entry.Cancel.ASKED));
        actuator.cancel(entry.uid, flight.id());
      }
      return;
    }
    boolean answerAwaited = entry.unsureAt().filter(runtimes.seen()::contains).isPresent();
    boolean nothingKnown =
        entry.desired().isEmpty()
            && entry.present().isEmpty()
            && entry.status.isEmpty()
            && wants.knowledge(entry) != Knowledge.COMPLETE;
    if (answerAwaited || nothingKnown) {
      return;
    }
    Decision decision = Plan.next(situation(entry, now));
    int restartsBefore = entry.history.map(History::restarts).orElse(0);
    remember(entry, decision.history());
    wants.settleSuccession(entry);
    decision
        .history()
        .filter(h -> h.restarts() > restartsBefore)
        .flatMap(History::retry)
        .ifPresent(retry -> telemetry.restarting(retry.reason()));
    book.mark(admission.settle(entry, decision.verdict()));
    Verdict verdict = decision.verdict();
    if (decision.action().isPresent()) {
      verdict = dispatch(entry, decision.action().get(), verdict);
    } else {
      entry.hintNanos = OptionalLong.empty();
    }
    wakes.set(entry, decision.wakeAt());
    probe(entry);
    announcer.publish(entry, verdict);
    tellNeighbours(entry);
    forgetIfEmpty(entry);
  }

  /** Has the present run probed, and nothing else. */
  private void probe(Entry entry) {
    Optional<Prober.Subject> subject =
        entry.inFlight.isPresent() ? Optional.empty() : Subjects.of(entry);
    if (entry.probed.equals(subject)) {
      return;
    }
    entry.probed = subject;
    entry.health =
        entry.health.filter(h ->
            subject
                .filter(s ->
                    s.instanceId().equals(h.instanceId()) && s.startedAt().equals(h.startedAt()))
                .isPresent());
    subject.ifPresentOrElse(prober::begin, () -> prober.end(entry.uid));
  }

  private void tellNeighbours(Entry entry) {
    if (book.stacks().isAlone(entry)) {
      // Whoever joins it looks at it then, and is told of what changes from there.
      entry.face = Optional.empty();
      return;
    }
    Optional<Stacks.Face> face = Optional.of(Stacks.face(entry));
    if (!entry.face.equals(face)) {
      entry.face = face;
      book.mark(book.stacks().neighbours(entry));
    }
  }

  private Verdict dispatch(Entry entry, Action action, Verdict verdict) {
    if (action instanceof Action.Launch launch && mustBeDurable(entry, launch)) {
      parked.put(entry.uid, saver.hurry());
      return saveFailure
          .map(why -> verdict(Phase.WAITING, "StateNotWritable", why))
          .orElse(verdict);
    }
    if (mustBeWrittenDown(entry, action)) {
      heldBack.add(entry);
      saver.hurryDesired();
      return saveFailure
          .map(why -> verdict(Phase.WAITING, "StateNotWritable", why))
          .orElse(verdict);
    }
    long id = ++lastActionId;
    entry.inFlight = Optional.of(new InFlight(id, action, nanos.getAsLong(), Entry.Cancel.NO));
    entry.hintNanos.ifPresent(
        hinted -> telemetry.reacted(Duration.ofNanos(nanos.getAsLong() - hinted)));
    entry.hintNanos = OptionalLong.empty();
    actuator.begin(id, action);
    return verdict;
  }

  /**
   * With several runtimes, where a workload was placed must be on disk before it is launched: else
   * an agent that was killed could launch it at another one. One that names its runtime is placed
   * by that.
   */
  private boolean mustBeDurable(Entry entry, Action.Launch launch) {
    return runtimes.all().size() > 1
        && launch.workload().runtime().isEmpty()
        && entry.durableRuntime.filter(launch.runtime()::equals).isEmpty();
  }

  /**
   * Before an instance is taken away, or one of a changed spec is launched, the disk must know what
   * is wanted: else an agent that was killed would bring back the former one, and a job would run
   * twice. What is restarted anyway may be removed while the disk cannot be written, which it may
   * be the cause of.
   */
  private boolean mustBeWrittenDown(Entry entry, Action action) {
    if (entry.lastMode().isEmpty() || wants.isSaved(entry)) {
      return false;
    }
    boolean isJob =
        switch (entry.lastMode().get()) {
          case NO, ON_FAILURE -> true;
          case ALWAYS, UNLESS_STOPPED -> false;
        };
    return switch (action) {
      case Action.Launch launch -> launch.intent() == Action.Intent.REPLACE || entry.isChanged();
      case Action.Retire _ -> saveFailure.isEmpty() || isJob || entry.desired().isPresent();
      case Action.Start _, Action.Restart _, Action.Stop _ -> false;
    };
  }

  private Situation situation(Entry entry, Instant now) {
    return new Situation(
        entry.uid,
        entry.desired(),
        new Observed(entry.present(), runtimes.seen()),
        entry.history,
        admission.placement(entry, runtimes.all(), book.stacks().siblingsRuntime(entry)),
        mode(),
        wants.knowledge(entry),
        entry.health,
        book.stacks().of(entry, mode()),
        entry.stopGrace(),
        now);
  }

  private Mode mode() {
    if (takedown.isUnderWay()) {
      return Mode.ENDING;
    }
    return drainReason.isPresent() ? Mode.DRAINED : Mode.SERVING;
  }

  private void remember(Entry entry, Optional<History> history) {
    if (!entry.history.equals(history)) {
      entry.history = history;
      saver.historyChanged();
    }
  }

  private Map<String, History> histories() {
    Map<String, History> image = HashMap.newHashMap(book.all().size());
    book.all().forEach(entry -> entry.history.ifPresent(h -> image.put(entry.uid, h)));
    return image;
  }

  private void publishNode() {
    if (firstPass == NodeBoard.FirstPass.AWAITED
        && feeds.knowledge() != Knowledge.NONE
        && runtimes.all().stream().anyMatch(r -> r.isSeen())) {
      firstPass = NodeBoard.FirstPass.DONE;
      nodeChanged = true;
    }
    if (nodeChanged) {
      nodeChanged = false;
      node.publish(
          conditions.update(
              runtimes.all(), feeds.views(), saveFailure, drainReason, wall.instant()),
          runtimes.all(),
          feeds.views(),
          firstPass);
    }
  }

  /** A uid that nobody wants, of which nothing is left and about which nothing is remembered. */
  private void forgetIfEmpty(Entry entry) {
    if (entry.desired().isEmpty()
        && entry.present().isEmpty()
        && entry.history.isEmpty()
        && entry.inFlight.isEmpty()
        && !book.isMarked(entry)) {
      admission.forget(entry);
      parked.remove(entry.uid);
      heldBack.remove(entry);
      prober.end(entry.uid);
      book.remove(entry);
    }
  }

  private static String describe(Entry entry) {
    return entry
        .status
        .map(s -> s.stack() + "/" + s.name() + " (" + s.uid() + ")")
        .orElse(entry.uid);
  }

  private static String word(Action action) {
    return switch (action) {
      case Action.Launch _ -> "Launch";
      case Action.Start _ -> "Start";
      case Action.Restart _ -> "Restart";
      case Action.Stop _ -> "Stop";
      case Action.Retire _ -> "Removal";
    };
  }
}
