package dev.tallyman.agent.loop;

import dev.tallyman.agent.health.Prober;
import dev.tallyman.agent.inbox.Message.Change;
import dev.tallyman.agent.model.Desired;
import dev.tallyman.agent.model.Health;
import dev.tallyman.agent.model.History;
import dev.tallyman.agent.model.RestartPolicy;
import dev.tallyman.agent.model.Workload;
import dev.tallyman.agent.model.WorkloadStatus;
import dev.tallyman.agent.plan.Action;
import dev.tallyman.agent.plan.Observed.Present;
import dev.tallyman.agent.plan.Plan;
import dev.tallyman.agent.plan.Situation.Mode;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceState;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** All that the loop holds of one uid. Only the loop's thread touches it. */
final class Entry {

  /** An action that has not ended. */
  record InFlight(long id, Action action, long beganNanos, Cancel cancel) {}

  enum Cancel {
    NO,
    ASKED
  }

  /** The grace period for an instance whose workload nobody knows any more. */
  private static final Duration DEFAULT_GRACE = Duration.ofSeconds(10);

  final String uid;

  private Optional<Desired> desired = Optional.empty();
  private String feed = "";
  private Optional<String> lastFeed = Optional.empty();
  private Optional<RestartPolicy.Mode> lastMode = Optional.empty();

  /** Whether something else was wanted of it before. */
  private boolean changed;

  private Duration stopGrace = DEFAULT_GRACE;

  /** Instances by runtime; nearly always one. */
  private final Map<String, Instance> sights = new TreeMap<>();

  /** The same as a list, made when it changes: it is looked at far more often. */
  private List<Present> present = List.of();

  /** When each runtime was last asked for this uid alone. */
  private final Map<String, Long> lookedAt = new HashMap<>(2);

  /** Whether its history was read from disk and no feed has spoken of it since. */
  private Origin origin;

  Optional<History> history = Optional.empty();
  Optional<String> durableRuntime = Optional.empty();
  Optional<InFlight> inFlight = Optional.empty();
  Optional<WorkloadStatus> status = Optional.empty();
  Optional<Health> health = Optional.empty();

  /** The run whose probes were last asked for. */
  Optional<Prober.Subject> probed = Optional.empty();

  /** What its neighbours were told last. */
  Optional<Face> face = Optional.empty();

  Optional<Instant> wakeAt = Optional.empty();

  private Optional<String> unsureAt = Optional.empty();

  /** Runtimes that are being asked about it, and those to be asked again after that. */
  private final Set<String> looking = new HashSet<>(2);

  private final Set<String> lookAgain = new HashSet<>(2);

  /** What was hinted at and nothing was done about yet. */
  Optional<Hint> hint = Optional.empty();

  /**
   * Hints of a runtime.
   *
   * @param nanos when the first of them arrived
   * @param change what they say together
   */
  record Hint(long nanos, Change change) {}

  /** Where an entry comes from. */
  enum Origin {
    /** Something that happened since the agent started. */
    LIVE,
    /** What was remembered on disk. */
    REMEMBERED
  }

  Entry(String uid) {
    this.uid = uid;
    this.origin = Origin.LIVE;
  }

  /** An entry that the agent remembers from its former life. */
  static Entry remembered(String uid, History history) {
    Entry entry = new Entry(uid);
    entry.origin = Origin.REMEMBERED;
    entry.history = Optional.of(history);
    entry.durableRuntime = history.runtime();
    return entry;
  }

  Optional<Desired> desired() {
    return desired;
  }

  /** The workload that should run: the one that is wanted, or the one that was put back for it. */
  Optional<Workload> workload() {
    Optional<Workload> wanted =
        desired.isEmpty()
            ? Optional.empty()
            : switch (desired.get()) {
              case Desired.Wanted w -> Optional.of(w.workload());
              case Desired.Outgoing outgoing -> Optional.of(outgoing.workload());
              case Desired.Refused _ -> Optional.empty();
            };
    return wanted.isPresent() && history.isPresent()
        ? history.get().rollout().inPlaceOf(wanted.get()).or(() -> wanted)
        : wanted;
  }

  /** Whether it runs until the workload with this uid has taken its place. */
  boolean isOutgoingFor(String successor) {
    return desired
        .map(d -> d instanceof Desired.Outgoing out && out.successor().equals(successor))
        .orElse(false);
  }

  /** The feed that wants it; empty if none does. */
  String feed() {
    return feed;
  }

  /** The feed that wants it, or did, as far as anybody knows. */
  Optional<String> origin() {
    return lastFeed.or(
        () -> present().stream().flatMap(p -> p.instance().feed().stream()).findFirst());
  }

  /** Whether the disk may know another form of it while its feed is not saved. */
  boolean isChanged() {
    return changed;
  }

  /** Whether and when its last form is started again; empty if it was not wanted in this life. */
  Optional<RestartPolicy.Mode> lastMode() {
    return lastMode;
  }

  Duration stopGrace() {
    return stopGrace;
  }

  void want(String byFeed, Desired what) {
    changed = desired.isPresent();
    desired = Optional.of(what);
    feed = byFeed;
    lastFeed = Optional.of(byFeed);
    if (workload().isPresent()) {
      Workload workload = workload().get();
      stopGrace = workload.spec().stopGrace();
      lastMode = Optional.of(workload.restart().mode());
      if (origin == Origin.REMEMBERED) {
        origin = Origin.LIVE;
        history = history.map(h -> Plan.afterAgentStart(h, workload));
      }
    }
  }

  void unwant() {
    desired = Optional.empty();
    feed = "";
  }

  List<Present> present() {
    return present;
  }

  boolean isSeenAt(String runtime) {
    return sights.containsKey(runtime);
  }

  /** Whether, by what was seen last, its instance at the runtime runs. */
  boolean isRunningAt(String runtime) {
    return Optional.ofNullable(sights.get(runtime))
        .filter(instance -> instance.state() instanceof InstanceState.Running)
        .isPresent();
  }

  /**
   * Takes in what a runtime has, unless something newer is known.
   *
   * @return whether this is news
   */
  boolean saw(String runtime, Optional<Instance> instance, long asOf) {
    if (asOf < lookedAt.getOrDefault(runtime, 0L)) {
      return false;
    }
    lookedAt.put(runtime, asOf);
    boolean wasUnsure = unsureAt.filter(runtime::equals).isPresent();
    if (wasUnsure) {
      unsureAt = Optional.empty();
    }
    Optional<Instance> before = Optional.ofNullable(sights.get(runtime));
    if (before.equals(instance)) {
      return wasUnsure;
    }
    instance.ifPresentOrElse(now -> sights.put(runtime, now), () -> sights.remove(runtime));
    present = sights.entrySet().stream().map(e -> new Present(e.getKey(), e.getValue())).toList();
    return true;
  }

  /** What the last action did is not known: nothing is decided before the runtime was asked. */
  void unsure(String runtime) {
    unsureAt = Optional.of(runtime);
  }

  /** The runtime whose answer must come before anything is decided. */
  Optional<String> unsureAt() {
    return unsureAt;
  }

  /**
   * Something may have changed at the runtime.
   *
   * @return whether the runtime is to be asked now; not while it is being asked already
   */
  boolean beginLook(String runtime) {
    boolean first = looking.add(runtime);
    if (!first) {
      lookAgain.add(runtime);
    }
    return first;
  }

  /**
   * An answer has come.
   *
   * @return whether to ask again
   */
  boolean endLook(String runtime) {
    looking.remove(runtime);
    return lookAgain.remove(runtime);
  }

  /** The runtime is away: no answer will come. */
  void forgetLook(String runtime) {
    looking.remove(runtime);
    lookAgain.remove(runtime);
  }

  /** Whether an action that is under way goes against what is wanted now. */
  boolean isInFlightObsolete(Mode mode) {
    if (inFlight.isEmpty() || inFlight.get().cancel() == Cancel.ASKED) {
      return false;
    }
    boolean mayRun =
        mode == Mode.SERVING
            && history.map(h -> h.wish() != History.Wish.STOPPED).orElse(true)
            && workload().isPresent();
    return switch (inFlight.get().action()) {
      case Action.Launch launch ->
          !mayRun || !workload().orElseThrow().specHash().equals(launch.workload().specHash());
      case Action.Start _, Action.Restart _ ->
          !mayRun
              || history
                  .map(h -> !h.specHash().equals(workload().orElseThrow().specHash()))
                  .orElse(false);
      case Action.Stop _, Action.Retire _ -> false;
    };
  }
}
