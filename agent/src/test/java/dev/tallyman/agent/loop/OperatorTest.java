package dev.tallyman.agent.loop;

import static dev.tallyman.agent.loop.Workloads.always;
import static dev.tallyman.agent.loop.Workloads.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.agent.inbox.Message;
import dev.tallyman.agent.model.History.Wish;
import dev.tallyman.agent.model.Phase;
import dev.tallyman.agent.model.RestartPolicy.Mode;
import dev.tallyman.runtime.testkit.Behaviour;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What operators ask for, through the whole loop. */
class OperatorTest extends SimulationTest {

  @Test
  void anOperatorsStopLastsUntilARestart() {
    started();
    sim.apply(always("u1"));
    sim.awaitPhase("u1", Phase.RUNNING, SECOND);

    wish("u1", Wish.STOPPED);
    sim.advance(MINUTE);
    assertThat(sim.status("u1").phase()).isEqualTo(Phase.WAITING);
    assertThat(sim.status("u1").reason()).isEqualTo("StoppedByOperator");
    assertThat(sim.status("u1").restarts()).isZero();
    assertThat(sim.engine().running()).isEmpty();

    wish("u1", Wish.RESTARTED);
    sim.advance(MINUTE);
    assertThat(sim.status("u1").phase()).isEqualTo(Phase.RUNNING);
  }

  @Test
  void anOperatorsStopOutlastsTheAgentOnlyForUnlessStopped() {
    started();
    sim.apply(always("u1"), Workloads.of("u2", Mode.UNLESS_STOPPED, OptionalInt.empty()));
    sim.awaitPhase("u2", Phase.RUNNING, SECOND);
    wish("u1", Wish.STOPPED);
    wish("u2", Wish.STOPPED);
    sim.advance(MINUTE);

    sim.crash();
    sim.start();
    sim.advance(MINUTE);

    assertThat(sim.status("u1").phase()).isEqualTo(Phase.RUNNING);
    assertThat(sim.status("u2").phase()).isEqualTo(Phase.WAITING);
  }

  @Test
  void aRestartIsDoneOnce() {
    started();
    sim.apply(always("u1"));
    sim.awaitPhase("u1", Phase.RUNNING, SECOND);

    wish("u1", Wish.RESTARTED);
    sim.advance(MINUTE);

    assertThat(sim.status("u1").phase()).isEqualTo(Phase.RUNNING);
    assertThat(sim.engine().audit().starts("u1")).isEqualTo(2);
  }

  @Test
  void aRestartRunsAFinishedJobAgain() {
    sim.engine().programs().ofUid("u1", Behaviour.exitsWith(0).after(SECOND));
    started();
    sim.apply(job("u1"));
    sim.awaitPhase("u1", Phase.SUCCEEDED, MINUTE);

    wish("u1", Wish.RESTARTED);
    sim.advance(MINUTE);

    assertThat(sim.status("u1").phase()).isEqualTo(Phase.SUCCEEDED);
    assertThat(sim.engine().audit().starts("u1")).isEqualTo(2);
  }

  @Test
  void aDrainedNodeStopsAllAndStartsNone() {
    started();
    sim.apply(always("u1"));
    sim.awaitPhase("u1", Phase.RUNNING, SECOND);

    sim.post(new Message.Drain("kernel update"));
    sim.advance(MINUTE);
    sim.apply(always("u2"));
    sim.advance(MINUTE);
    assertThat(sim.engine().running()).isEmpty();
    assertThat(sim.status("u1").reason()).isEqualTo("NodeDrained");

    sim.crash();
    sim.start();
    sim.advance(MINUTE);
    assertThat(sim.engine().running()).isEmpty();

    sim.post(new Message.Resume());
    sim.advance(MINUTE);
    assertThat(sim.engine().running()).hasSize(2);
  }

  private void wish(String uid, Wish wish) {
    CompletableFuture<Optional<String>> reply = new CompletableFuture<>();
    sim.post(new Message.OperatorWish(uid, wish, reply));
    assertThat(reply).isCompletedWithValue(Optional.empty());
  }
}
