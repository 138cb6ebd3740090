package dev.tallyman.agent.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.agent.inbox.Message;
import dev.tallyman.agent.model.Dependency;
import dev.tallyman.agent.model.Dependency.Condition;
import dev.tallyman.agent.model.Dependency.Follow;
import dev.tallyman.agent.model.Dependency.Need;
import dev.tallyman.agent.model.FeedNames;
import dev.tallyman.agent.model.Phase;
import dev.tallyman.agent.model.RestartPolicy.Mode;
import dev.tallyman.agent.model.Workload;
import dev.tallyman.agent.model.WorkloadStatus;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.testkit.Behaviour;
import dev.tallyman.runtime.testkit.EventMode;
import dev.tallyman.runtime.testkit.InMemoryEngine;
import dev.tallyman.runtime.testkit.Operation;
import dev.tallyman.runtime.testkit.Outage;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A history that a seed picks: what people want of a node, and what goes wrong meanwhile with its
 * engines, its disk, its control plane and its clock.
 */
final class RandomHistory {

  private static final Duration CONVERGES_WITHIN = Duration.ofMinutes(40);
  private static final String SOMEBODY = "somebody";
  private static final String STACK = "local";

  private final SplittableRandom random;
  private final List<String> runtimes;
  private final Simulation sim;
  private final Map<String, Workload> wanted = new LinkedHashMap<>();
  private final Map<String, Workload> local = new LinkedHashMap<>();
  private final Map<String, Integer> startsWhenFinished = new LinkedHashMap<>();
  private final StringBuilder journal = new StringBuilder();
  private int nextUid;
  private boolean clockJumped;

  RandomHistory(int seed) {
    random = new SplittableRandom(seed);
    runtimes = random.nextInt(3) == 0 ? List.of("docker", "podman") : List.of("docker");
    sim = new Simulation(runtimes.toArray(String[]::new));
  }

  /**
   * Plays it, and checks how it ends.
   *
   * @return how much time has passed in it
   * @throws AssertionError with all that happened, if it did not end well
   */
  Duration play(int steps) {
    long began = sim.time.nanoTime();
    runtimes.forEach(name -> sim.engine(name).addForeign(SOMEBODY, Map.of()));
    sim.withStacks();
    sim.start();
    sim.snapshot();
    try {
      for (int i = 0; i < steps; i++) {
        step();
        sim.advance(Duration.ofMillis(random.nextInt(1, 40_000)));
        noteFinished();
        requireNothingTwice();
      }
      calm();
      verify();
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\n" + journal, e);
    }
    return Duration.ofNanos(sim.time.nanoTime() - began);
  }

  private void step() {
    InMemoryEngine engine = engine();
    switch (random.nextInt(32)) {
      case 0, 1, 2, 3 -> add();
      case 4 -> delete();
      case 5, 6 -> change();
      case 7, 8 -> crashAndStart();
      case 9 -> note("engine away", () -> engine.goAway(pickOutage()));
      case 10, 11 -> note("engine back", engine::comeBack);
      case 12 -> note("events dropped", () -> engine.events(EventMode.DROPPED));
      case 13 -> note("events told", () -> engine.events(pick(EventMode.ONCE, EventMode.TWICE)));
      case 14 -> exit();
      case 15, 16 -> fault(engine);
      case 17 -> note("no faults", engine::clearFaults);
      case 18 -> removeBehind();
      case 19 -> note("snapshot", sim::snapshot);
      case 20 -> drainOrResume();
      case 21 -> note("streams break", engine::breakEventStreams);
      case 22 -> note("engine hangs", engine::freeze);
      case 23 -> note("engine goes on", engine::thaw);
      case 24 -> wrongList(engine);
      case 25 -> note("disk full", sim::diskFails);
      case 26, 27 -> note("disk has room", sim::diskWorks);
      case 28 -> jump();
      case 29 -> regress();
      case 30 -> applyStack();
      case 31 -> note("events late", () -> engine.delayEvents(seconds(0, 20)));
      default -> throw new AssertionError("as many steps as there are");
    }
  }

  private InMemoryEngine engine() {
    return sim.engine(runtimes.get(random.nextInt(runtimes.size())));
  }

  /** The engines that have an instance of a uid, whatever it does. */
  private List<InMemoryEngine> enginesWith(String uid) {
    return runtimes.stream()
        .map(sim::engine)
        .filter(engine -> engine.peek(uid).isPresent())
        .toList();
  }

  // ---- what people want

  private void add() {
    String uid = "u" + nextUid++;
    Workload workload = pickWorkload(uid);
    // Nothing waits for ever: what is gone or has failed is not waited for.
    Workload placed =
        wanted.isEmpty() || random.nextBoolean()
            ? workload
            : Workloads.needing(
                workload,
                new Dependency(
                    pickUid(),
                    pick(Condition.STARTED, Condition.HEALTHY),
                    Need.OPTIONAL,
                    pick(Follow.values())));
    wanted.put(uid, placed);
    note("add " + uid, () -> sim.apply(placed));
  }

  private Workload pickWorkload(String uid) {
    return switch (random.nextInt(4)) {
      case 0, 1 -> Workloads.always(uid);
      case 2 -> {
        program(uid, Behaviour.exitsWith(0).after(Duration.ofSeconds(20)));
        yield Workloads.job(uid);
      }
      default -> {
        program(
            uid,
            Behaviour.exitsWith(1).after(Duration.ofSeconds(5)),
            Behaviour.exitsWith(0).after(Duration.ofSeconds(5)));
        yield Workloads.onFailure(uid, 0);
      }
    };
  }

  private void program(String uid, Behaviour... behaviours) {
    runtimes.forEach(name -> sim.engine(name).programs().ofUid(uid, behaviours));
  }

  private void delete() {
    if (!wanted.isEmpty()) {
      String uid = pickUid();
      wanted.remove(uid);
      note("delete " + uid, () -> sim.delete(uid));
    }
  }

  private void change() {
    if (!wanted.isEmpty()) {
      String uid = pickUid();
      Workload next = Workloads.changed(Optional.ofNullable(wanted.get(uid)).orElseThrow());
      wanted.put(uid, next);
      startsWhenFinished.remove(uid);
      note("change " + uid, () -> sim.apply(next));
    }
  }

  /** A stack is handed over on the node's own socket, as it was or differently. */
  private void applyStack() {
    int services = random.nextInt(4);
    local.clear();
    for (int i = 0; i < services; i++) {
      String uid = "local-" + i;
      Workload plain = Workloads.always(uid, spec -> spec.named(STACK, uid).feed(FeedNames.STACKS));
      local.put(uid, random.nextBoolean() ? plain : Workloads.changed(plain));
    }
    note("stack of " + local.keySet(), this::handOver);
  }

  private void handOver() {
    var _ = sim.applyStack(STACK, local.values().toArray(Workload[]::new));
  }

  private void drainOrResume() {
    note(
        "drain or resume",
        () -> sim.post(random.nextBoolean() ? new Message.Drain("test") : new Message.Resume()));
  }

  // ---- what goes wrong

  private void crashAndStart() {
    note("crash", sim::crash);
    sim.advance(Duration.ofMillis(random.nextInt(1, 20_000)));
    switch (random.nextInt(8)) {
      case 0 -> note("history.bin damaged", sim::loseHistory);
      case 1 -> note("desired-control-plane.bin damaged", () -> sim.loseDesired(Simulation.FEED));
      case 2 -> note("desired-stacks.bin damaged", () -> sim.loseDesired(FeedNames.STACKS));
      case 3 -> note("state directory deleted", sim::loseDisk);
      default -> {
        // The disk is whole.
      }
    }
    note("start", sim::start);
    sim.advance(Duration.ofMillis(random.nextInt(1, 5_000)));
    if (random.nextInt(4) > 0) {
      note("snapshot", sim::snapshot);
    }
  }

  private void exit() {
    if (!wanted.isEmpty()) {
      String uid = pickUid();
      enginesWith(uid)
          .forEach(engine -> note("exit " + uid, () -> engine.exit(uid, random.nextInt(3))));
    }
  }

  private void removeBehind() {
    if (!wanted.isEmpty()) {
      String uid = pickUid();
      // An end that is known to nobody any more cannot be kept in mind.
      if (!startsWhenFinished.containsKey(uid)) {
        enginesWith(uid)
            .forEach(engine -> note("remove behind " + uid, () -> engine.removeBehindOurBack(uid)));
      }
    }
  }

  private void fault(InMemoryEngine engine) {
    Operation operation =
        pick(
            Operation.CREATE,
            Operation.START,
            Operation.STOP,
            Operation.REMOVE,
            Operation.FIND,
            Operation.LIST,
            Operation.WATCH);
    int times = random.nextInt(1, 4);
    note(
        "fault at " + operation,
        () -> {
          var script = engine.on(operation).times(times);
          switch (random.nextInt(4)) {
            case 0 -> script.fail(() -> new RuntimeFailure.Internal("fault", null));
            case 1 -> script.afterEffect().fail(() -> new RuntimeFailure.TimedOut("answer lost"));
            case 2 -> script.delay(seconds(1, 30));
            default -> script.hang();
          }
        });
  }

  /** With several engines, one that does not say what it has cannot be told from one without. */
  private void wrongList(InMemoryEngine engine) {
    if (!wanted.isEmpty()) {
      String uid = pickUid();
      int times = random.nextInt(1, 3);
      if (random.nextBoolean()) {
        note("list has twice " + uid, () -> engine.on(Operation.LIST).times(times).repeat(uid));
      } else if (runtimes.size() == 1) {
        note("list misses " + uid, () -> engine.on(Operation.LIST).times(times).miss(uid));
      }
    }
  }

  /** Which ends an engine did not see it tells by its clock, so that must not have jumped. */
  private Outage pickOutage() {
    return clockJumped
        ? pick(Outage.CONTAINERS_LIVE_ON, Outage.CONTAINERS_KILLED)
        : pick(Outage.values());
  }

  private void jump() {
    clockJumped = true;
    Duration by = Duration.ofMinutes(random.nextInt(-3000, 3000));
    note("the clock jumps by " + by, () -> sim.time.jumpClock(by));
  }

  /** The control plane has lost something; it is refused, as long as the agent remembers. */
  private void regress() {
    if (sim.remembersFeed()) {
      note(
          "control plane lost its data",
          random.nextBoolean() ? sim::offerEmptyStore : sim::offerFormerRevision);
    }
  }

  private Duration seconds(int from, int to) {
    return Duration.ofSeconds(random.nextInt(from, to));
  }

  // ---- how it ends

  private void calm() {
    note(
        "calm",
        () -> {
          for (String name : runtimes) {
            InMemoryEngine engine = sim.engine(name);
            engine.clearFaults();
            engine.thaw();
            engine.comeBack();
            engine.events(EventMode.ONCE);
            engine.delayEvents(Duration.ZERO);
          }
          sim.diskWorks();
          sim.snapshot();
          sim.post(new Message.Resume());
          handOver();
        });
    sim.advance(CONVERGES_WITHIN);
    noteFinished();
  }

  private void noteFinished() {
    wanted.forEach((uid, workload) -> {
      if (sim.isKnown(uid)
          && sim.status(uid).phase() == Phase.SUCCEEDED
          && sim.status(uid).generation() == workload.generation()) {
        startsWhenFinished.putIfAbsent(uid, starts(uid));
      }
    });
  }

  private int starts(String uid) {
    return runtimes.stream().mapToInt(name -> sim.engine(name).audit().starts(uid)).sum();
  }

  private void requireNothingTwice() {
    for (String uid : wanted.keySet()) {
      long running =
          runtimes.stream().filter(name -> sim.engine(name).running().contains(uid)).count();
      assertThat(running).as("running instances of " + uid).isLessThanOrEqualTo(1);
    }
  }

  private void verify() {
    runtimes.forEach(name -> sim.engine(name).audit().verify());
    wanted.values().forEach(this::verify);
    local.values().forEach(workload -> verifyRuns(workload, sim.status(workload.uid())));
    startsWhenFinished.forEach((uid, starts) -> {
      if (wanted.containsKey(uid)) {
        assertThat(starts(uid)).as("starts of finished " + uid).isEqualTo(starts);
      }
    });
    for (String name : runtimes) {
      assertThat(sim.engine(name).names()).contains(SOMEBODY);
    }
    long ours =
        runtimes.stream()
            .flatMap(name -> sim.engine(name).names().stream())
            .filter(name -> !name.equals(SOMEBODY))
            .count();
    assertThat(ours).as("instances").isLessThanOrEqualTo(wanted.size() + local.size());
  }

  private void verify(Workload workload) {
    WorkloadStatus status = sim.status(workload.uid());
    if (workload.restart().mode() == Mode.ALWAYS) {
      verifyRuns(workload, status);
    } else {
      assertThat(status.phase().isTerminal()).as(status.toString()).isTrue();
    }
    assertThat(status.generation()).isEqualTo(workload.generation());
  }

  private void verifyRuns(Workload workload, WorkloadStatus status) {
    assertThat(status.phase()).as(status.toString()).isEqualTo(Phase.RUNNING);
    List<InMemoryEngine> engines = enginesWith(workload.uid());
    assertThat(engines).as("engines with " + workload.uid()).hasSize(1);
    assertThat(engines.getFirst().peek(workload.uid()).orElseThrow().specHash())
        .isEqualTo(workload.specHash());
  }

  private void note(String what, Runnable doing) {
    journal.append(sim.time.instant()).append(' ').append(what).append('\n');
    doing.run();
  }

  private String pickUid() {
    return wanted.keySet().stream().skip(random.nextInt(wanted.size())).findFirst().orElseThrow();
  }

  @SafeVarargs
  private <T> T pick(T... values) {
    return values[random.nextInt(values.length)];
  }
}
