package dev.tallyman.agent.loop;

import static dev.tallyman.agent.loop.Workloads.job;
import static dev.tallyman.agent.loop.Workloads.needing;
import static dev.tallyman.agent.loop.Workloads.on;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.agent.inbox.Message;
import dev.tallyman.agent.model.Dependency.Condition;
import dev.tallyman.agent.model.History.Wish;
import dev.tallyman.agent.model.Phase;
import dev.tallyman.agent.model.RestartPolicy.Mode;
import dev.tallyman.agent.model.Workload;
import dev.tallyman.runtime.testkit.Behaviour;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Workloads that run while others need them, through the whole loop. */
class SidecarTest extends SimulationTest {

  private final Workload proxy = Workloads.of("proxy", Mode.WHILE_NEEDED, OptionalInt.empty());
  private final Workload batch = needing(job("batch"), on("proxy", Condition.STARTED));

  @BeforeEach
  void anAgentThatHasSpoken() {
    started();
    sim.advance(SECOND);
    ends("batch", 0);
  }

  private void ends(String uid, int code) {
    sim.engine().programs().ofUid(uid, Behaviour.exitsWith(code).after(MINUTE));
  }

  private void wish(String uid) {
    sim.post(new Message.OperatorWish(uid, Wish.RESTARTED, new CompletableFuture<>()));
  }

  private void assertStoppedUnneeded() {
    assertThat(sim.engine().running()).isEmpty();
    assertThat(sim.status("proxy").phase()).isEqualTo(Phase.SUCCEEDED);
    assertThat(sim.status("proxy").reason()).isEqualTo("NotNeeded");
  }

  private void theBatchIsDone() {
    sim.awaitPhase("batch", Phase.SUCCEEDED, MINUTE.multipliedBy(2));
    sim.advance(MINUTE);
  }

  @Test
  void itStartsBeforeAJobAndIsStoppedAfterIt() {
    sim.apply(batch, proxy);
    sim.awaitPhase("batch", Phase.RUNNING, MINUTE);
    assertThat(sim.engine().running()).containsExactlyInAnyOrder("proxy", "batch");

    theBatchIsDone();
    assertStoppedUnneeded();
  }

  @Test
  void aJobThatFailsForGoodNeedsItNoMore() {
    ends("batch", 3);
    sim.apply(proxy, batch);

    sim.awaitPhase("batch", Phase.FAILED, MINUTE.multipliedBy(2));
    sim.advance(MINUTE);
    assertStoppedUnneeded();
  }

  @Test
  void itIsRestartedWhileTheJobHasWorkLeft() {
    sim.apply(proxy, batch);
    sim.awaitPhase("batch", Phase.RUNNING, MINUTE);
    sim.engine().exit("proxy", 0);
    sim.advance(SECOND);

    assertThat(sim.engine().running()).containsExactlyInAnyOrder("proxy", "batch");
  }

  @Test
  void itWaitsForTheLastOfThoseThatNeedIt() {
    ends("report", 0);
    sim.engine().programs().ofUid("report", Behaviour.exitsWith(0).after(MINUTE.multipliedBy(5)));
    sim.apply(proxy, batch, needing(job("report"), on("proxy", Condition.STARTED)));

    theBatchIsDone();
    assertThat(sim.engine().running()).containsExactlyInAnyOrder("proxy", "report");

    sim.awaitPhase("report", Phase.SUCCEEDED, MINUTE.multipliedBy(6));
    sim.advance(MINUTE);
    assertStoppedUnneeded();
  }

  @Test
  void itStaysAwayWhenTheAgentStartsAfterTheJobHasEnded() {
    sim.apply(proxy, batch);
    theBatchIsDone();
    int launches = sim.engine().audit().starts("proxy");

    sim.crash();
    sim.start();
    sim.advance(MINUTE);
    assertStoppedUnneeded();
    assertThat(sim.engine().audit().starts("proxy")).isEqualTo(launches);
  }

  @Test
  void aJobThatRunsOnceMoreHasItAgain() {
    sim.apply(proxy, batch);
    theBatchIsDone();

    wish("batch");
    sim.awaitPhase("batch", Phase.RUNNING, MINUTE);
    assertThat(sim.engine().running()).containsExactlyInAnyOrder("proxy", "batch");

    theBatchIsDone();
    assertStoppedUnneeded();
  }

  @Test
  void whatNobodyDependsOnNeverStarts() {
    sim.apply(proxy);
    sim.advance(MINUTE);

    assertThat(sim.engine().running()).isEmpty();
    assertThat(sim.status("proxy").phase()).isEqualTo(Phase.WAITING);

    sim.apply(batch);
    sim.awaitPhase("batch", Phase.RUNNING, MINUTE);
  }
}
