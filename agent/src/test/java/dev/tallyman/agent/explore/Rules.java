package dev.tallyman.agent.explore;

import dev.tallyman.agent.loop.StatusBoard;
import dev.tallyman.agent.model.Dependency;
import dev.tallyman.agent.model.Desired;
import dev.tallyman.agent.model.FeedState;
import dev.tallyman.agent.model.History;
import dev.tallyman.agent.model.Phase;
import dev.tallyman.agent.model.RestartPolicy.Mode;
import dev.tallyman.agent.model.UpdatePolicy.Order;
import dev.tallyman.agent.model.Workload;
import dev.tallyman.agent.model.WorkloadStatus;
import dev.tallyman.agent.plan.Action;
import dev.tallyman.runtime.InstanceState.Created;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What must never happen in a world, and how it must be when nothing is left to do. */
final class Rules {

  private final World world;

  /** Jobs that have done their work, as {@code uid@hash}: they must not run again. */
  final Set<String> finished = new TreeSet<>();

  /** Uids that have run to their end with exit code 0. */
  final Set<String> succeeded = new TreeSet<>();

  /** Uids that have run. */
  final Set<String> begun = new TreeSet<>();

  /** Uids that ran when they were wanted no more. */
  final Set<String> serving = new TreeSet<>();

  /** Whether somebody else has meddled, or an engine did not tell the truth. */
  boolean disturbed;

  Rules(World world) {
    this.world = world;
  }

  Rules copyFor(World other) {
    Rules copy = new Rules(other);
    copy.finished.addAll(finished);
    copy.succeeded.addAll(succeeded);
    copy.begun.addAll(begun);
    copy.serving.addAll(serving);
    copy.disturbed = disturbed;
    return copy;
  }

  /** People want this no more. */
  void onUnwanted(String uid) {
    boolean isSaidToRun =
        world.life().isPresent()
            ? phase(world.life().get(), uid).filter(p -> p == Phase.RUNNING).isPresent()
            : remembered(uid).flatMap(History::run).filter(History.Run::isOpen).isPresent();
    if (isSaidToRun && running(uid).isPresent()) {
      serving.add(uid);
    }
  }

  /** The agent knows no more than its disk: not what served and was never written down. */
  void onForgotten() {
    serving.retainAll(wantedOnDisk());
  }

  private Set<String> wantedOnDisk() {
    return world.disk().desired().map(FeedState::desired).orElse(List.of()).stream()
        .map(Desired::uid)
        .collect(Collectors.toSet());
  }

  /** A process is about to begin. */
  void onStart(ModelContainer container) {
    String uid = container.spec().uid();
    if (finished.contains(key(container))) {
      throw new Violation("the finished job " + uid + " runs again");
    }
    if (running(uid).isPresent()) {
      throw new Violation(uid + " has two running instances");
    }
    begun.add(uid);
  }

  /** A process has ended; how, if it did so by itself or was killed. */
  void onEnd(ModelContainer container, int code) {
    String uid = container.spec().uid();
    Mode mode = world.modeOf(uid);
    if (mode == Mode.NO || (mode == Mode.ON_FAILURE && code == 0)) {
      finished.add(key(container));
    }
    if (code == 0) {
      succeeded.add(uid);
    }
  }

  /** Somebody else has removed a container. An end that is not on disk is not known to anybody. */
  void onVanished(ModelContainer container) {
    boolean isKnown =
        remembered(container.spec().uid())
            .filter(h -> h.specHash().equals(container.specHash()))
            .flatMap(History::outcome)
            .isPresent();
    if (!isKnown) {
      finished.remove(key(container));
    }
  }

  /** What the disk remembers. */
  private Optional<History> remembered(String uid) {
    return world.disk().history().flatMap(h -> Optional.ofNullable(h.history().get(uid)));
  }

  private static String key(ModelContainer container) {
    return container.spec().uid() + "@" + container.specHash();
  }

  /** A container is about to be removed by the agent. */
  void onRemove(ModelContainer container) {
    String uid = container.spec().uid();
    boolean isWanted =
        world.wanted(uid).filter(w -> w.specHash().equals(container.specHash())).isPresent();
    boolean isSpare = world.containers().filter(c -> c.spec().uid().equals(uid)).count() > 1;
    if (isWanted && !isSpare && begun.contains(uid) && !(container.state() instanceof Created)) {
      throw new Violation("the agent removes " + uid + ", which is wanted as it is");
    }
  }

  /** The agent begins an action. */
  void onBegin(Action action) {
    switch (action) {
      case Action.Launch launch -> requireDependencies(launch.workload());
      case Action.Start start -> world.wanted(start.uid()).ifPresent(this::requireDependencies);
      case Action.Restart restart ->
          world.wanted(restart.uid()).ifPresent(this::requireDependencies);
      case Action.Stop stop -> requireNobodyNeeds(stop.uid());
      case Action.Retire retire -> requireNobodyNeeds(retire.uid());
    }
  }

  private void requireNobodyNeeds(String uid) {
    requireNoDependants(uid);
    requireSuccessor(uid);
  }

  /** What served when it was wanted no more goes only when the one that takes its place runs. */
  private void requireSuccessor(String uid) {
    Optional<Workload> successor =
        running(uid).filter(_ -> serving.contains(uid)).flatMap(this::successor);
    if (!disturbed && successor.isPresent() && running(successor.get().uid()).isEmpty()) {
      throw new Violation(uid + " is stopped before " + successor.get().uid() + " runs");
    }
  }

  private Optional<Workload> successor(ModelContainer former) {
    return world.allWanted().stream()
        .filter(w -> w.update().order() == Order.START_FIRST)
        .filter(w -> !w.uid().equals(former.spec().uid()))
        .filter(w -> w.spec().workload().equals(former.spec().workload()))
        .findFirst();
  }

  private Optional<ModelContainer> running(String uid) {
    return world.containers().filter(c -> c.isRunning() && c.spec().uid().equals(uid)).findFirst();
  }

  private void requireDependencies(Workload workload) {
    for (Dependency dependency : workload.dependencies()) {
      String other = dependency.workload();
      boolean good =
          switch (dependency.condition()) {
            case STARTED, HEALTHY -> disturbed ? begun.contains(other) : running(other).isPresent();
            case COMPLETED -> succeeded.contains(other);
          };
      if (!good) {
        throw new Violation(
            workload.uid() + " is started before " + other + ", which it depends on");
      }
    }
  }

  /** What goes together goes against the dependencies. */
  private void requireNoDependants(String uid) {
    boolean goes = world.wanted(uid).isEmpty();
    if (disturbed || running(uid).isEmpty() || !(goes || world.isDrained())) {
      return;
    }
    Optional<String> dependant =
        world
            .containers()
            .filter(c -> c.isRunning() && c.spec().dependencies().contains(uid))
            .map(c -> c.spec().uid())
            .filter(other -> world.wanted(other).isEmpty() == goes)
            .findFirst();
    if (dependant.isPresent()) {
      throw new Violation(uid + " is stopped before " + dependant.get() + ", which depends on it");
    }
    boolean isBeingLaunched =
        world.life().stream()
            .flatMap(life -> life.lanes.values().stream())
            .map(lane -> lane.action)
            .filter(Action.Launch.class::isInstance)
            .map(Action.Launch.class::cast)
            .filter(launch -> world.wanted(launch.uid()).isEmpty() == goes)
            .anyMatch(launch -> launch.workload().spec().dependencies().contains(uid));
    if (isBeingLaunched) {
      throw new Violation(uid + " is stopped while a workload is launched that depends on it");
    }
  }

  /** What is not as it must be when nothing is left to do. */
  List<String> unsettled() {
    List<String> faults = new ArrayList<>();
    if (world.life().isEmpty()) {
      return List.of("the agent does not run");
    }
    Life life = world.life().get();
    if (!life.lanes.isEmpty() || life.hasUnwritten() || !life.heard) {
      faults.add("something is under way for ever");
    }
    for (Workload workload : world.allWanted()) {
      wanted(life, workload).ifPresent(faults::add);
    }
    world
        .containers()
        .filter(c -> world.wanted(c.spec().uid()).isEmpty())
        .forEach(c -> faults.add(c.spec().uid() + " is not wanted, and still there"));
    Set<String> uids = world.allWanted().stream().map(Workload::uid).collect(Collectors.toSet());
    Set<String> onDisk = wantedOnDisk();
    if (!onDisk.equals(uids)) {
      faults.add("on disk " + onDisk + " are wanted, but " + uids + " should be");
    }
    Set<String> remembered = world.disk().history().map(h -> h.history().keySet()).orElse(Set.of());
    if (!remembered.equals(uids)) {
      faults.add("the history on disk is of " + remembered + ", but should be of " + uids);
    }
    return faults;
  }

  private Optional<String> wanted(Life life, Workload workload) {
    String uid = workload.uid();
    Optional<WorkloadStatus> status = status(life, uid);
    List<ModelContainer> all = world.containers().filter(c -> c.spec().uid().equals(uid)).toList();
    String now =
        uid
            + " is "
            + status.map(s -> s.phase() + " " + s.reason()).orElse("without a status")
            + ", at the engines "
            + all.stream()
                .map(c -> Words.of(c.seen()) + " " + c.specHash().substring(0, 6))
                .toList()
            + ", and wanted is "
            + workload.restart().mode()
            + " "
            + workload.specHash().substring(0, 6);
    boolean isBlocked =
        workload.dependencies().stream()
            .filter(d -> d.condition() == Dependency.Condition.COMPLETED)
            .anyMatch(d -> phase(life, d.workload()).filter(p -> p == Phase.FAILED).isPresent());
    boolean fine =
        isBlocked
            ? status.filter(s -> s.phase() == Phase.WAITING).isPresent()
            : switch (workload.restart().mode()) {
              case ALWAYS, UNLESS_STOPPED ->
                  all.size() == 1
                      && all.getFirst().isRunning()
                      && all.getFirst().specHash().equals(workload.specHash())
                      && status.filter(s -> s.phase() == Phase.RUNNING).isPresent();
              case NO, ON_FAILURE -> hasEnded(workload, status, all);
              // Those that it serves in these worlds are jobs.
              case WHILE_NEEDED ->
                  all.stream().noneMatch(ModelContainer::isRunning)
                      && status.filter(s -> s.phase() == Phase.SUCCEEDED).isPresent();
            };
    boolean current = status.filter(s -> s.generation() == workload.generation()).isPresent();
    return fine && current ? Optional.empty() : Optional.of(now);
  }

  private static Optional<WorkloadStatus> status(Life life, String uid) {
    return life.board.find(uid).map(StatusBoard.Entry::status);
  }

  private static Optional<Phase> phase(Life life, String uid) {
    return status(life, uid).map(WorkloadStatus::phase);
  }

  private boolean hasEnded(
      Workload workload, Optional<WorkloadStatus> status, List<ModelContainer> all) {
    boolean wasSeen = !disturbed && succeeded.contains(workload.uid());
    return all.stream().noneMatch(ModelContainer::isRunning)
        && status
            .map(WorkloadStatus::phase)
            .filter(p -> wasSeen ? p == Phase.SUCCEEDED : p.isTerminal())
            .isPresent();
  }
}
