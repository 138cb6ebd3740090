package dev.tallyman.agent.loop;

import dev.tallyman.agent.actuate.Actuator;
import dev.tallyman.agent.inbox.Message;
import dev.tallyman.agent.loop.Entry.InFlight;
import dev.tallyman.agent.model.History;
import dev.tallyman.agent.model.Phase;
import dev.tallyman.agent.plan.Action;
import dev.tallyman.agent.plan.ActionFailure;
import dev.tallyman.agent.plan.Verdict;
import dev.tallyman.agent.telemetry.Telemetry;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Begins what was decided, one action per uid at most, and holds back what must not begin before
 * the disk knows of it. Only the loop's thread touches it.
 */
final class Actions {

  private static final Logger log = LoggerFactory.getLogger(Actions.class);

  private final Actuator actuator;
  private final Book book;
  private final Wants wants;
  private final Runtimes runtimes;
  private final Saver saver;
  private final Announcer announcer;
  private final Telemetry telemetry;
  private final LongSupplier nanos;

  /** Uids whose launch waits until their placement is on disk. */
  private final Map<String, Long> parked = new LinkedHashMap<>();

  /** Those of which something is taken away once the disk knows that it is not wanted. */
  private final Set<Entry> heldBack = new LinkedHashSet<>();

  private long lastId;

  Actions(
      Actuator actuator,
      Book book,
      Wants wants,
      Runtimes runtimes,
      Saver saver,
      Announcer announcer,
      Telemetry telemetry,
      LongSupplier nanos) {
    this.actuator = actuator;
    this.book = book;
    this.wants = wants;
    this.runtimes = runtimes;
    this.saver = saver;
    this.announcer = announcer;
    this.telemetry = telemetry;
    this.nanos = nanos;
  }

  /**
   * Begins an action, or has it wait for the disk.
   *
   * @return what to say of the workload
   */
  Verdict begin(Entry entry, Action action, Verdict verdict) {
    if (action instanceof Action.Launch launch && mustBeDurable(entry, launch)) {
      parked.put(entry.uid, saver.hurry());
      return unlessNotWritable(verdict);
    }
    if (mustBeWrittenDown(entry, action)) {
      heldBack.add(entry);
      saver.hurryDesired();
      return unlessNotWritable(verdict);
    }
    long id = ++lastId;
    entry.inFlight = Optional.of(new InFlight(id, action, nanos.getAsLong(), Entry.Cancel.NO));
    entry.hint.ifPresent(
        hint -> telemetry.reacted(Duration.ofNanos(nanos.getAsLong() - hint.nanos())));
    entry.hint = Optional.empty();
    actuator.begin(id, action);
    return verdict;
  }

  private Verdict unlessNotWritable(Verdict verdict) {
    return saver
        .failure()
        .map(why -> verdict(Phase.WAITING, "StateNotWritable", why))
        .orElse(verdict);
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
          case ALWAYS, UNLESS_STOPPED, WHILE_NEEDED -> false;
        };
    return switch (action) {
      case Action.Launch launch -> launch.intent() == Action.Intent.REPLACE || entry.isChanged();
      case Action.Retire _ -> saver.failure().isEmpty() || isJob || entry.desired().isPresent();
      case Action.Start _, Action.Restart _, Action.Stop _ -> false;
    };
  }

  /** Breaks off what is under way if it goes against what is wanted now. */
  void cancel(Entry entry) {
    InFlight flight = entry.inFlight.orElseThrow();
    entry.inFlight =
        Optional.of(
            new InFlight(flight.id(), flight.action(), flight.beganNanos(), Entry.Cancel.ASKED));
    actuator.cancel(entry.uid, flight.id());
  }

  void progressed(Message.ActionProgressed progressed) {
    Entry entry = book.entry(progressed.uid());
    if (entry.inFlight.filter(f -> f.id() == progressed.actionId()).isPresent()) {
      Verdict verdict =
          switch (progressed.step()) {
            case PULLING -> verdict(Phase.PULLING, "Pulling", progressed.detail());
            case STARTING -> verdict(Phase.STARTING, "Launching", progressed.detail());
          };
      announcer.publish(entry, verdict);
      entry.said = Optional.empty();
    }
  }

  private static Verdict verdict(Phase phase, String reason, String message) {
    return new Verdict(phase, reason, message, OptionalInt.empty(), Optional.empty());
  }

  /**
   * An action has ended.
   *
   * @return the action; empty if nobody waited for it
   */
  Optional<Action> ended(Message.ActionEnded ended) {
    Entry entry = book.entry(ended.uid());
    Optional<InFlight> flight = entry.inFlight.filter(f -> f.id() == ended.actionId());
    if (flight.isEmpty()) {
      return Optional.empty();
    }
    Action action = flight.get().action();
    entry.inFlight = Optional.empty();
    telemetry.acted(
        action, ended.failure(), Duration.ofNanos(nanos.getAsLong() - flight.get().beganNanos()));
    ended.failure().ifPresent(failure -> say(entry, action, failure));
    return Optional.of(action);
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

  /** History is on disk up to a point: launches whose placement is there can begin. */
  void historySaved() {
    parked
        .entrySet()
        .removeIf(waiting -> {
          boolean done = saver.isSaved(waiting.getValue());
          if (done) {
            Entry entry = book.entry(waiting.getKey());
            entry.durableRuntime = entry.history().flatMap(History::runtime);
            book.mark(entry);
          }
          return done;
        });
  }

  /** Something has become of desired state on its way to the disk: those that wait are planned. */
  void letGo() {
    book.mark(heldBack);
    heldBack.clear();
  }

  /** Nothing is to be done for an entry any more. */
  void forget(Entry entry) {
    parked.remove(entry.uid);
    heldBack.remove(entry);
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
