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
import dev.tallyman.runtime.Networking;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** All that the loop holds of one uid. Only the loop's thread touches it. */
final class Entry {

  /** An action that has not ended. */
  record InFlight(long id, Action action, long beganNanos, Cancel cancel) {}

  enum Cancel {
    NO,
    ASKED
  }

  enum Marked {
    NO,
    YES
  }

  /** Whether others of its stack are in its networks. */
  private enum Networks {
    OWN,
    SHARED
  }

  /** What is known of one runtime about it. */
  private static final class At {
    final String runtime;
    Optional<Instance> instance = Optional.empty();

    /** When the runtime was last asked for this uid. */
    long lookedAt;

    Asking asking = Asking.NO;

    At(String runtime) {
      this.runtime = runtime;
    }
  }

  /** Whether a runtime is being asked about it. */
  private enum Asking {
    NO,
    NOW,
    /** And it is to be asked again after that. */
    ONCE_MORE
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

  /** The workload that should run, found out when something changes: it is asked for far more. */
  private Optional<Workload> workload = Optional.empty();

  /** What is known of runtimes about it, in the order of their names; nearly always one. */
  private final List<At> runtimes = new ArrayList<>(1);

  /** The instances among that. */
  private List<Present> present = List.of();

  /** Whether its history was read from disk and no feed has spoken of it since. */
  private Origin origin;

  private Networks networks = Networks.OWN;

  private Optional<History> history = Optional.empty();

  Optional<String> durableRuntime = Optional.empty();
  Optional<InFlight> inFlight = Optional.empty();
  Optional<WorkloadStatus> status = Optional.empty();
  Optional<Health> health = Optional.empty();

  /** The run whose probes were last asked for. */
  Optional<Prober.Subject> probed = Optional.empty();

  /** What its neighbours were told last. */
  Optional<Face> face = Optional.empty();

  /** What was said last, and of what. */
  Optional<Said> said = Optional.empty();

  /** Where it belongs. */
  Optional<Stacks.Place> place = Optional.empty();

  /** Whether it is to be planned. */
  Marked marked = Marked.NO;

  Optional<Instant> wakeAt = Optional.empty();

  private Optional<String> unsureAt = Optional.empty();

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
    return workload;
  }

  /** Whether it must be where others of its stack are, because they share networks. */
  boolean sharesNetworks() {
    return networks == Networks.SHARED;
  }

  private void findWorkload() {
    Optional<Workload> found = wantedOrPutBack();
    if (!found.equals(workload)) {
      workload = found;
      networks = found.map(Entry::networks).orElse(Networks.OWN);
    }
  }

  private static Networks networks(Workload of) {
    return switch (of.spec().surroundings().networking().mode()) {
      case Networking.Attached _, Networking.SharedWith _ -> Networks.SHARED;
      case Networking.Engine _, Networking.None _, Networking.Host _ -> Networks.OWN;
    };
  }

  private Optional<Workload> wantedOrPutBack() {
    if (desired.isEmpty()) {
      return Optional.empty();
    }
    Optional<Workload> wanted =
        switch (desired.get()) {
          case Desired.Wanted w -> Optional.of(w.workload());
          case Desired.Outgoing outgoing -> Optional.of(outgoing.workload());
          case Desired.Refused _ -> Optional.empty();
        };
    return wanted.isPresent() && history.isPresent()
        ? history.get().rollout().inPlaceOf(wanted.get()).or(() -> wanted)
        : wanted;
  }

  Optional<History> history() {
    return history;
  }

  /** Remembers this from now on; only the {@link Saver} does so, which has it written down. */
  void remember(Optional<History> newHistory) {
    history = newHistory;
    findWorkload();
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
    return lastFeed.isPresent()
        ? lastFeed
        : present.stream().flatMap(p -> p.instance().feed().stream()).findFirst();
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
    findWorkload();
    if (workload.isPresent()) {
      Workload found = workload.get();
      stopGrace = found.spec().stopGrace();
      lastMode = Optional.of(found.restart().mode());
      if (origin == Origin.REMEMBERED) {
        origin = Origin.LIVE;
        remember(history.map(h -> Plan.afterAgentStart(h, found)));
      }
    }
  }

  void unwant() {
    desired = Optional.empty();
    findWorkload();
    feed = "";
  }

  List<Present> present() {
    return present;
  }

  private Optional<At> find(String runtime) {
    for (At at : runtimes) {
      if (at.runtime.equals(runtime)) {
        return Optional.of(at);
      }
    }
    return Optional.empty();
  }

  private At at(String runtime) {
    return find(runtime)
        .orElseGet(() -> {
          At at = new At(runtime);
          runtimes.add(at);
          runtimes.sort(Comparator.comparing(one -> one.runtime));
          return at;
        });
  }

  /** Whether the runtime had an instance, or may have one, that a list as of then did not have. */
  boolean isMissedBy(String runtime, long asOf) {
    Optional<At> at = find(runtime);
    // Whatever a list has was looked at as of then.
    return at.isPresent()
        && at.get().lookedAt < asOf
        && (at.get().instance.isPresent() || unsureAt.filter(runtime::equals).isPresent());
  }

  /** Whether, by what was seen last, its instance at the runtime runs. */
  boolean isRunningAt(String runtime) {
    return find(runtime)
        .flatMap(at -> at.instance)
        .filter(instance -> instance.state() instanceof InstanceState.Running)
        .isPresent();
  }

  /**
   * Takes in what a runtime has, unless something newer is known.
   *
   * @return whether this is news
   */
  boolean saw(String runtime, Optional<Instance> instance, long asOf) {
    At at = at(runtime);
    if (asOf < at.lookedAt) {
      return false;
    }
    at.lookedAt = asOf;
    boolean wasUnsure = unsureAt.isPresent() && unsureAt.get().equals(runtime);
    if (wasUnsure) {
      unsureAt = Optional.empty();
    }
    if (at.instance.equals(instance)) {
      return wasUnsure;
    }
    at.instance = instance;
    present =
        runtimes.stream()
            .flatMap(one -> one.instance.stream().map(i -> new Present(one.runtime, i)))
            .toList();
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
    At at = at(runtime);
    boolean first = at.asking == Asking.NO;
    at.asking = first ? Asking.NOW : Asking.ONCE_MORE;
    return first;
  }

  /**
   * An answer has come.
   *
   * @return whether to ask again
   */
  boolean endLook(String runtime) {
    boolean again = find(runtime).filter(at -> at.asking == Asking.ONCE_MORE).isPresent();
    forgetLook(runtime);
    return again;
  }

  /** The runtime is away: no answer will come. */
  void forgetLook(String runtime) {
    find(runtime).ifPresent(at -> at.asking = Asking.NO);
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
