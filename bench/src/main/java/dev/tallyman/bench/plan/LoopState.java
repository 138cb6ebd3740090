package dev.tallyman.bench.plan;

import dev.tallyman.agent.actuate.Actuator;
import dev.tallyman.agent.actuate.Housekeeper;
import dev.tallyman.agent.health.Prober;
import dev.tallyman.agent.inbox.Message;
import dev.tallyman.agent.inbox.Ticks;
import dev.tallyman.agent.loop.EventLog;
import dev.tallyman.agent.loop.LoopConfig;
import dev.tallyman.agent.loop.NodeBoard;
import dev.tallyman.agent.loop.Persistence;
import dev.tallyman.agent.loop.Reconciler;
import dev.tallyman.agent.loop.StatusBoard;
import dev.tallyman.agent.loop.SteadyClock;
import dev.tallyman.agent.model.Desired;
import dev.tallyman.agent.model.FeedState;
import dev.tallyman.agent.plan.Action;
import dev.tallyman.agent.plan.Placer;
import dev.tallyman.agent.state.DesiredChange;
import dev.tallyman.agent.state.HistoryChange;
import dev.tallyman.agent.telemetry.Telemetry;
import dev.tallyman.agent.wire.WorkloadReader;
import dev.tallyman.bench.engine.BenchEngine.Net;
import dev.tallyman.bench.node.Loads;
import dev.tallyman.proto.v1.EnvVar;
import dev.tallyman.proto.v1.Workload;
import dev.tallyman.runtime.Capability;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceState;
import dev.tallyman.runtime.RuntimeInfo;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The real Reconciler, in which each of so many workloads has its running instance. Nothing is
 * carried out and nothing is written; its clock is the real one, so that what it hands over to be
 * written now and then is in the numbers.
 */
@State(Scope.Thread)
public class LoopState {

  private static final String FEED = "control-plane";
  private static final String RUNTIME = "docker";
  private static final String STORE = "store-1";
  private static final Instant STARTED = Instant.parse("2026-11-22T08:00:00Z");
  private static final int WORKLOADS_PER_STACK = 10;
  private static final RuntimeInfo ENGINE =
      new RuntimeInfo(
          "docker", "20.10.24", "1.41", "linux", "amd64", 4, 8L << 30, Set.of(Capability.values()));

  /** How many workloads there are. */
  @Param({"100", "1000", "10000", "100000"})
  public int workloads;

  private final Ticks ticks = new Ticks();
  private final Map<String, Long> begun = new HashMap<>();
  private Optional<Reconciler> reconciler = Optional.empty();
  private List<Desired> desired = List.of();
  private List<Desired> changed = List.of();
  private List<Instance> instances = List.of();
  private List<Instance> changedInstances = List.of();
  private long revision = 1;
  private int next;

  /** What was handed over to be written, and is said to be written at once. */
  private Optional<Message> saved = Optional.empty();

  /** Makes the workloads, in two versions. */
  @Setup(Level.Trial)
  public void workloads() {
    desired = desired("1");
    changed = desired("2");
    instances = desired.stream().map(LoopState::running).toList();
    changedInstances = changed.stream().map(LoopState::running).toList();
  }

  /** Makes everything run. */
  @Setup(Level.Iteration)
  public void everythingRuns() {
    begun.clear();
    saved = Optional.empty();
    next = 0;
    SteadyClock clock = new SteadyClock(Clock.systemUTC());
    reconciler =
        Optional.of(
            new Reconciler(
                new LoopConfig(
                    Set.of(FEED), 4000, 4L << 30, Map.of(), Placer.Memory.INTACT, Optional.empty()),
                new Noting(),
                Prober.NONE,
                Housekeeper.NONE,
                (_, _) -> {},
                new Swift(),
                new StatusBoard(),
                new NodeBoard(),
                new EventLog(),
                Telemetry.NONE,
                clock,
                Clock.systemUTC(),
                System::nanoTime));
    turn(
        new Message.RuntimeUp(RUNTIME, ENGINE),
        new Message.Listed(RUNTIME, instances, ticks.next()),
        new Message.FeedSnapshot(new FeedState(FEED, STORE, revision, desired)));
    if (!begun.isEmpty()) {
      throw new IllegalStateException(
          "the loop wants to do something (expected: everything runs): " + begun.keySet());
    }
  }

  private List<Desired> desired(String version) {
    List<Workload> all = new ArrayList<>();
    int number = 0;
    for (Workload sleeper : Loads.sleepers(workloads, "app:1", Net.NONE)) {
      Workload.Builder workload =
          sleeper.toBuilder()
              .setUid("uid-" + number)
              .setStack("stack-" + number / WORKLOADS_PER_STACK)
              .setGeneration(Long.parseLong(version));
      workload.getSpecBuilder().addEnv(EnvVar.newBuilder().setName("VERSION").setValue(version));
      all.add(workload.build());
      number++;
    }
    return WorkloadReader.readAll(FEED, all).desired();
  }

  private static Instance running(Desired of) {
    if (!(of instanceof Desired.Wanted wanted)) {
      throw new IllegalStateException("refused: " + of);
    }
    dev.tallyman.agent.model.Workload workload = wanted.workload();
    return new Instance(
        workload.uid(),
        workload.stack(),
        workload.name(),
        workload.specHash(),
        "id-" + workload.uid() + "-" + workload.generation(),
        workload.spec().instanceName(),
        workload.spec().image(),
        new InstanceState.Running(STARTED),
        List.of(),
        Map.of(),
        Optional.of(FEED),
        List.of());
  }

  private Optional<Instant> turn(Message... messages) {
    return reconciler.orElseThrow().turn(List.of(messages));
  }

  /** Everything is planned anew, as when an engine comes back. */
  Optional<Instant> planEverything() {
    return turn(
        new Message.RuntimeDown(RUNTIME, "gone for a moment"),
        new Message.RuntimeUp(RUNTIME, ENGINE),
        new Message.Listed(RUNTIME, instances, ticks.next()));
  }

  /** The list that is made every ten seconds, with nothing new in it. */
  Optional<Instant> listAgain() {
    return turn(new Message.Listed(RUNTIME, instances, ticks.next()));
  }

  /** A complete snapshot with nothing new in it. */
  Optional<Instant> snapshotAgain() {
    return turn(new Message.FeedSnapshot(new FeedState(FEED, STORE, ++revision, desired)));
  }

  /**
   * The feed changes one workload, which is replaced: to the action, which waits until the disk
   * knows of the change, and from its end to rest.
   */
  Optional<Instant> changeOne() {
    int which = next % workloads;
    boolean forth = next / workloads % 2 == 0;
    next++;
    Desired to = (forth ? changed : desired).get(which);
    Instance after = (forth ? changedInstances : instances).get(which);
    var _ = turn(new Message.FeedDelta(FEED, STORE, ++revision, List.of(to), Set.of()));
    var _ = turn(saved.orElseThrow());
    long action = Optional.ofNullable(begun.remove(to.uid())).orElseThrow();
    return turn(
        new Message.ActionEnded(
            to.uid(),
            action,
            Optional.empty(),
            new Message.Sighting.Known(Optional.of(after), ticks.next())));
  }

  /** What no reconciler can do without: each uid looked up, and what is there compared. */
  int compareAll(Map<String, Instance> byUid) {
    int different = 0;
    for (Desired one : desired) {
      Optional<Instance> there = Optional.ofNullable(byUid.get(one.uid()));
      if (there.isEmpty()
          || !(one instanceof Desired.Wanted wanted)
          || !wanted.workload().specHash().equals(there.get().specHash())) {
        different++;
      }
    }
    return different;
  }

  /** The instances by uid. */
  Map<String, Instance> byUid() {
    Map<String, Instance> byUid = new HashMap<>();
    instances.forEach(instance -> byUid.put(instance.uid(), instance));
    return byUid;
  }

  private final class Noting implements Actuator {
    @Override
    public void begin(long actionId, Action action) {
      begun.put(action.uid(), actionId);
    }

    @Override
    public void cancel(String uid, long actionId) {}
  }

  /** A disk that takes no time. */
  private final class Swift implements Persistence {
    @Override
    public void history(long sequence, HistoryChange change) {}

    @Override
    public void desired(DesiredChange change) {
      saved = Optional.of(new Message.DesiredSaved(change.feed(), change.revision()));
    }
  }
}
