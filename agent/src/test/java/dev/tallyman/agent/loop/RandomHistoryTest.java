package dev.tallyman.agent.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.agent.inbox.Message;
import dev.tallyman.agent.model.Dependency;
import dev.tallyman.agent.model.Dependency.Condition;
import dev.tallyman.agent.model.Dependency.Follow;
import dev.tallyman.agent.model.Dependency.Need;
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
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Whatever happens, in whatever order: when the faults end, exactly what is wanted runs, once, no
 * finished job has run again, and nobody else's container was touched. A failure names the seed
 * that plays the same history again.
 */
class RandomHistoryTest {

  private static final int HISTORIES = Integer.getInteger("tallyman.histories", 150);
  private static final int STEPS = 60;
  private static final Duration CONVERGES_WITHIN = Duration.ofMinutes(30);

  @Test
  void endsAsWantedWhateverHappened() {
    for (int seed = 1; seed <= HISTORIES; seed++) {
      try {
        new History(seed).play();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("history of seed " + seed + ": " + e.getMessage(), e);
      }
    }
  }

  private static final class History {
    private final SplittableRandom random;
    private final Simulation sim = new Simulation("docker");
    private final InMemoryEngine engine = sim.engine();
    private final Map<String, Workload> wanted = new LinkedHashMap<>();
    private final Map<String, Integer> startsWhenFinished = new LinkedHashMap<>();
    private final StringBuilder journal = new StringBuilder();
    private int nextUid;
    private boolean up;

    History(int seed) {
      random = new SplittableRandom(seed);
    }

    void play() {
      engine.addForeign("somebody", Map.of());
      sim.start();
      up = true;
      sim.snapshot();
      try {
        for (int i = 0; i < STEPS; i++) {
          step();
        }
        calm();
        verify();
      } catch (AssertionError e) {
        throw new AssertionError(e.getMessage() + "\n" + journal, e);
      }
    }

    private void step() {
      switch (random.nextInt(20)) {
        case 0, 1, 2, 3 -> add();
        case 4 -> delete();
        case 5 -> change();
        case 6, 7 -> crashAndStart();
        case 8 -> note("engine away", () -> engine.goAway(pick(Outage.values())));
        case 9, 10 -> note("engine back", engine::comeBack);
        case 11 -> note("events dropped", () -> engine.events(EventMode.DROPPED));
        case 12 -> note("events told", () -> engine.events(pick(EventMode.ONCE, EventMode.TWICE)));
        case 13 -> exit();
        case 14 -> fault();
        case 15 -> note("no faults", engine::clearFaults);
        case 16 -> removeBehind();
        case 17 -> note("snapshot", sim::snapshot);
        case 18 -> drainOrResume();
        case 19 -> note("streams break", engine::breakEventStreams);
        default -> throw new AssertionError("twenty steps");
      }
      sim.advance(Duration.ofMillis(random.nextInt(1, 40_000)));
      noteFinished();
    }

    private void add() {
      String uid = "u" + nextUid++;
      Workload workload =
          switch (random.nextInt(4)) {
            case 0, 1 -> Workloads.always(uid);
            case 2 -> {
              engine.programs().ofUid(uid, Behaviour.exitsWith(0).after(Duration.ofSeconds(20)));
              yield Workloads.job(uid);
            }
            default -> {
              engine
                  .programs()
                  .ofUid(
                      uid,
                      Behaviour.exitsWith(1).after(Duration.ofSeconds(5)),
                      Behaviour.exitsWith(0).after(Duration.ofSeconds(5)));
              yield Workloads.onFailure(uid, 0);
            }
          };
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

    private void crashAndStart() {
      note(
          "crash",
          () -> {
            sim.crash();
            sim.advance(Duration.ofMillis(random.nextInt(1, 20_000)));
            sim.start();
            sim.advance(Duration.ofMillis(random.nextInt(1, 5_000)));
            sim.snapshot();
          });
    }

    private void exit() {
      if (!wanted.isEmpty()) {
        String uid = pickUid();
        if (engine.peek(uid).isPresent()) {
          note("exit " + uid, () -> engine.exit(uid, random.nextInt(3)));
        }
      }
    }

    private void removeBehind() {
      if (!wanted.isEmpty()) {
        String uid = pickUid();
        boolean isJobThatEnded = startsWhenFinished.containsKey(uid);
        if (engine.peek(uid).isPresent() && !isJobThatEnded) {
          note("remove behind " + uid, () -> engine.removeBehindOurBack(uid));
        }
      }
    }

    private void fault() {
      Operation operation =
          pick(Operation.CREATE, Operation.START, Operation.STOP, Operation.REMOVE, Operation.FIND);
      int times = random.nextInt(1, 4);
      note(
          "fault at " + operation,
          () -> {
            var script = engine.on(operation).times(times);
            switch (random.nextInt(4)) {
              case 0 -> script.fail(() -> new RuntimeFailure.Internal("fault", null));
              case 1 -> script.afterEffect().fail(() -> new RuntimeFailure.TimedOut("answer lost"));
              case 2 -> script.delay(Duration.ofSeconds(random.nextInt(1, 30)));
              default -> script.hang();
            }
          });
    }

    private void drainOrResume() {
      note(
          "drain or resume",
          () -> sim.post(random.nextBoolean() ? new Message.Drain("test") : new Message.Resume()));
    }

    private void calm() {
      note(
          "calm",
          () -> {
            engine.clearFaults();
            engine.comeBack();
            engine.events(EventMode.ONCE);
            sim.snapshot();
            sim.post(new Message.Resume());
          });
      sim.advance(CONVERGES_WITHIN);
    }

    private void noteFinished() {
      for (String uid : wanted.keySet()) {
        if (up && sim.isKnown(uid) && sim.status(uid).phase() == Phase.SUCCEEDED) {
          startsWhenFinished.putIfAbsent(uid, engine.audit().starts(uid));
        }
      }
    }

    private void verify() {
      engine.audit().verify();
      wanted.forEach((uid, workload) -> {
        WorkloadStatus status = sim.status(uid);
        if (workload.restart().mode() == Mode.ALWAYS) {
          assertThat(status.phase()).as(status.toString()).isEqualTo(Phase.RUNNING);
          assertThat(engine.peek(uid).orElseThrow().specHash()).isEqualTo(workload.specHash());
        } else {
          assertThat(status.phase().isTerminal()).as(status.toString()).isTrue();
        }
        assertThat(status.generation()).isEqualTo(workload.generation());
      });
      startsWhenFinished.forEach((uid, starts) -> {
        if (wanted.containsKey(uid)) {
          assertThat(engine.audit().starts(uid)).as("starts of finished " + uid).isEqualTo(starts);
        }
      });
      long ours = engine.names().stream().filter(name -> !name.equals("somebody")).count();
      assertThat(ours).as("instances " + engine.names()).isLessThanOrEqualTo(wanted.size());
      assertThat(engine.names()).contains("somebody");
      wanted.keySet().forEach(uid -> assertThat(sim.isKnown(uid)).isTrue());
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
}
