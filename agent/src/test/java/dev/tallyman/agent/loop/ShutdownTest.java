package dev.tallyman.agent.loop;

import static dev.tallyman.agent.loop.Workloads.always;
import static dev.tallyman.agent.loop.Workloads.needing;
import static dev.tallyman.agent.loop.Workloads.on;
import static dev.tallyman.agent.loop.Workloads.onFailure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.agent.inbox.Message;
import dev.tallyman.agent.model.Dependency.Condition;
import dev.tallyman.agent.model.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The agent ends: what becomes of what it runs, then and when the next one starts. */
class ShutdownTest {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final Simulation sim = new Simulation("docker");
  private final List<Set<String>> left = new ArrayList<>();

  /** Three that depend on each other run. */
  private void threeRun() {
    sim.start();
    sim.snapshot();
    sim.settle();
    sim.apply(
        needing(always("web"), on("api", Condition.STARTED)),
        needing(always("api"), on("db", Condition.STARTED)),
        always("db"));
    sim.awaitPhase("web", Phase.RUNNING, MINUTE);
    sim.advance(SECOND);
  }

  private void takeDown() {
    sim.post(new Message.TakeDown(left::add));
    sim.advance(MINUTE);
  }

  private static String name(String uid) {
    return "test/" + uid;
  }

  @Test
  void allAreStoppedThoseThatDependOnOthersFirst() {
    threeRun();
    takeDown();

    assertThat(sim.engine().running()).isEmpty();
    assertThat(left)
        .containsSubsequence(
            Set.of(name("web"), name("api"), name("db")),
            Set.of(name("api"), name("db")),
            Set.of(name("db")))
        .last()
        .isEqualTo(Set.of());
    assertThat(sim.status("db").reason()).isEqualTo("AgentEnds");
  }

  @Test
  void theNextAgentStartsTheSameInstancesAgainAndCountsNoCrash() {
    threeRun();
    takeDown();
    sim.crash();
    sim.start();
    sim.snapshot();
    sim.awaitPhase("web", Phase.RUNNING, SECOND);

    for (String uid : List.of("web", "api", "db")) {
      assertThat(sim.engine().audit().creations(uid)).as(uid).isEqualTo(1);
      assertThat(sim.engine().audit().starts(uid)).as(uid).isEqualTo(2);
      assertThat(sim.status(uid).restarts()).as(uid).isZero();
    }
  }

  @Test
  void whatIsNotWantedAnyMoreDoesNotComeBack() {
    threeRun();
    takeDown();
    sim.crash();
    sim.forget("web");
    sim.start();
    sim.snapshot();
    sim.advance(MINUTE);

    assertThat(sim.engine().peek("web")).isEmpty();
    assertThat(sim.engine().running()).hasSize(2);
  }

  @Test
  void nothingIsStartedWhileAllIsTakenDown() {
    threeRun();
    sim.post(new Message.TakeDown(left::add));
    sim.apply(always("late"));
    sim.advance(MINUTE);

    assertThat(sim.engine().peek("late")).isEmpty();
    assertThat(left).last().isEqualTo(Set.of());
  }

  @Test
  void aRuntimeThatDoesNotAnswerIsNotWaitedFor() {
    threeRun();
    sim.post(new Message.RuntimeDown("docker", "connection refused"));
    sim.post(new Message.TakeDown(left::add));
    sim.settle();

    assertThat(left).containsExactly(Set.of());
    assertThat(sim.engine().running()).hasSize(3);
  }

  @Test
  void aJobThatIsTriedAgainOnFailureComesBackToo() {
    sim.start();
    sim.snapshot();
    sim.settle();
    sim.apply(onFailure("job", 3));
    sim.awaitPhase("job", Phase.RUNNING, SECOND);
    takeDown();
    sim.crash();
    sim.start();
    sim.snapshot();
    sim.awaitPhase("job", Phase.RUNNING, MINUTE);
  }

  @Test
  void anAgentThatLeavesThemIsFollowedByOneThatTouchesNothing() {
    threeRun();
    sim.crash();
    sim.start();
    sim.snapshot();
    sim.advance(MINUTE);

    for (String uid : List.of("web", "api", "db")) {
      assertThat(sim.status(uid).phase()).as(uid).isEqualTo(Phase.RUNNING);
      assertThat(sim.engine().audit().starts(uid)).as(uid).isEqualTo(1);
      assertThat(sim.engine().audit().creations(uid)).as(uid).isEqualTo(1);
    }
  }
}
