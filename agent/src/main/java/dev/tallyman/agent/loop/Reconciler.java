package dev.tallyman.agent.loop;

import dev.tallyman.agent.actuate.Actuator;
import dev.tallyman.agent.actuate.Housekeeper;
import dev.tallyman.agent.health.Prober;
import dev.tallyman.agent.inbox.Message;
import dev.tallyman.agent.loop.EventLog.Severity;
import dev.tallyman.agent.model.FeedView;
import dev.tallyman.agent.model.History;
import dev.tallyman.agent.model.Workload;
import dev.tallyman.agent.observe.Looker;
import dev.tallyman.agent.plan.Action;
import dev.tallyman.agent.plan.Ledger;
import dev.tallyman.agent.plan.Placer.Memory;
import dev.tallyman.agent.plan.Plan;
import dev.tallyman.agent.plan.RuntimeView;
import dev.tallyman.agent.plan.Situation.Knowledge;
import dev.tallyman.agent.telemetry.Telemetry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only writer of the agent's state.
 *
 * <p>It is handed messages and has what they say noted in the {@link Entry} of each uid that they
 * concern: by {@link Wants} what feeds want, by {@link Sightings} what runtimes have, by {@link
 * Actions} what became of actions. Those uids are marked dirty, and the {@link Planner} then asks
 * {@link Plan} about each dirty uid once. What comes out is an action for the {@link Actuator}, a
 * status for the {@link StatusBoard}, and something to remember for {@link Persistence}. It owns no
 * thread, does no I/O and never blocks; {@link LoopThread} drives it, and a test can do so as well,
 * in whatever time it likes.
 *
 * <p>Work in a turn is proportional to what the messages changed, with three exceptions that are
 * rare by nature: a full list, a full snapshot, and a runtime that comes or goes.
 */
public final class Reconciler {

  private static final Logger log = LoggerFactory.getLogger(Reconciler.class);

  private final Announcer announcer;
  private final Telemetry telemetry;
  private final InstantSource clock;
  private final LongSupplier nanos;

  private final Book book;
  private final Runtimes runtimes = new Runtimes();
  private final Feeds feeds;
  private final Saver saver;
  private final Duty duty;
  private final Admission admission;
  private final Wants wants;
  private final Sightings sightings;
  private final Situations situations;
  private final Actions actions;
  private final Planner planner;
  private final Unwritten unwritten;
  private final NodeVoice node;

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
    this.announcer = new Announcer(board, events, wall);
    this.telemetry = telemetry;
    this.clock = clock;
    this.nanos = nanos;
    this.book = new Book(housekeeper);
    this.feeds = new Feeds(config.feeds());
    this.saver = new Saver(persistence);
    this.duty = new Duty(config.drainReason());
    this.admission =
        new Admission(new Ledger(config.cpuMillis(), config.memoryBytes()), config.memory());
    this.wants = new Wants(book, admission, feeds, saver, runtimes, housekeeper);
    this.sightings = new Sightings(book, admission, looker);
    this.situations = new Situations(book, wants, runtimes, admission, duty);
    this.actions = new Actions(actuator, book, wants, runtimes, saver, announcer, telemetry, nanos);
    this.planner =
        new Planner(
            book,
            situations,
            wants,
            runtimes,
            admission,
            duty,
            actions,
            saver,
            prober,
            announcer,
            telemetry);
    this.node = new NodeVoice(node, runtimes, feeds, saver, duty, wall);
    this.unwritten = new Unwritten(book, feeds, duty, admission);
    config.history().forEach(this::remember);
  }

  private void remember(String uid, History history) {
    Entry entry = Entry.remembered(uid, history);
    book.remember(entry);
    saver.note(entry);
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
    int planned = planner.planMarked(now);
    wants.completeStacks();
    regainMemory();
    duty.takedown().tell(book.all(), runtimes.seen());
    saver.handOver(now, unwritten);
    node.publish();
    telemetry.turned(messages.size(), planned, Duration.ofNanos(nanos.getAsLong() - began));
    Optional<Instant> wake = planner.nextWake();
    Optional<Instant> save = saver.nextDue();
    return wake.isPresent() && save.isPresent()
        ? Optional.of(wake.get().isBefore(save.get()) ? wake.get() : save.get())
        : wake.or(() -> save);
  }

  /**
   * An agent that lost its memory has it again when it has seen all that runs and knows all that is
   * wanted: what is both is placed in the history now, and goes to the disk with it.
   */
  private void regainMemory() {
    if (admission.memory() == Memory.NONE
        && runtimes.areAllSeen()
        && feeds.knowledge() == Knowledge.COMPLETE) {
      admission.remembersAll();
      saver.historyChanged();
    }
  }

  private void receive(Message message) {
    switch (message) {
      case Message.FeedRemembered remembered -> wants.remembered(remembered.state());
      case Message.FeedSnapshot snapshot -> wants.snapshot(snapshot.state());
      case Message.FeedDelta delta -> wants.delta(delta);
      case Message.FeedChanged changed -> feedChanged(changed.view());
      case Message.Listed listed -> listed(listed);
      case Message.Seen seen -> planner.forgetIfEmpty(sightings.seen(seen));
      case Message.Changed changed -> sightings.hinted(changed);
      case Message.RuntimeUp up -> runtimeUp(up);
      case Message.RuntimeDown down -> runtimeDown(down);
      case Message.ActionProgressed progressed -> actions.progressed(progressed);
      case Message.ActionEnded ended -> ended(ended);
      case Message.OperatorWish wish -> wished(wish);
      case Message.Drain drain -> drain(Optional.of(drain.reason()));
      case Message.Resume _ -> drain(Optional.empty());
      case Message.TakeDown takeDown -> {
        duty.takedown().begin(takeDown.left());
        book.markAll();
      }
      case Message.HealthChanged changed -> healthChanged(changed);
      case Message.StackApplied applied -> wants.applied(applied);
      case Message.DesiredSaved saved -> {
        wants.saved(saved);
        actions.letGo();
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
    node.changed();
  }

  private void listed(Message.Listed listed) {
    sightings.listed(listed);
    if (runtimes.listed(listed.runtime())) {
      log.info(
          "Runtime {} has been listed: {} instances of this node",
          listed.runtime(),
          listed.instances().size());
      book.markAll();
      node.changed();
      wants.sweepIfAllIsKnown(listed.runtime());
    }
  }

  private void runtimeUp(Message.RuntimeUp up) {
    runtimes.up(up.runtime(), up.info());
    node.changed();
  }

  private void runtimeDown(Message.RuntimeDown down) {
    boolean wasSeen = runtimes.find(down.runtime()).map(RuntimeView::isSeen).orElse(false);
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
    node.changed();
  }

  private void ended(Message.ActionEnded ended) {
    Optional<Action> action = actions.ended(ended);
    if (action.isEmpty()) {
      return;
    }
    Entry entry = book.entry(ended.uid());
    sightings.afterAction(entry, action.get().runtime(), ended.sighting());
    if (ended.failure().isPresent()) {
      History history = Plan.failed(situations.of(entry, clock.instant()), ended.failure().get());
      saver.remember(entry, Optional.of(history));
    } else if (!(action.get() instanceof Action.Stop)) {
      saver.remember(entry, entry.history().map(Plan::wishFulfilled));
    }
    book.touched(entry);
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
            .history()
            .filter(h -> h.specHash().equals(workload.get().specHash()))
            .orElseGet(() -> History.begin(workload.get().specHash()));
    saver.remember(known, Optional.of(Plan.wish(history, wish.wish())));
    book.mark(known);
    wish.reply().complete(Optional.empty());
  }

  private void drain(Optional<String> reason) {
    if (duty.drainReason().equals(reason)) {
      return;
    }
    duty.drain(reason);
    saver.historyChanged();
    announcer.node(
        Severity.INFO,
        reason.isPresent() ? "Drained" : "Resumed",
        reason.orElse("The node serves again."));
    book.markAll();
    node.changed();
  }

  private void historySaved(long sequence) {
    if (saver.failure().isPresent()) {
      node.changed();
    }
    saver.saved(sequence);
    actions.historySaved();
  }

  private void saveFailed(Message.SaveFailed failed) {
    String why = failed.what() + " could not be written: " + failed.why();
    wants.saveFailed(why);
    if (saver.failure().isEmpty()) {
      announcer.node(Severity.WARNING, "StateNotWritable", why);
    }
    saver.failed(why);
    node.changed();
    actions.letGo();
  }
}
