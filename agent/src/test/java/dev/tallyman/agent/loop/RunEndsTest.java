package dev.tallyman.agent.loop;

import static dev.tallyman.agent.loop.Workloads.always;
import static dev.tallyman.agent.loop.Workloads.job;
import static dev.tallyman.agent.loop.Workloads.onFailure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.agent.model.Phase;
import dev.tallyman.runtime.testkit.Behaviour;
import dev.tallyman.runtime.testkit.Outage;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How runs end, and what follows from it, through the whole loop. */
class RunEndsTest extends SimulationTest {

  @Test
  void startsAgainAtOnceWhenARunEndsForTheFirstTimeAndThenWaits() {
    started();
    sim.apply(always("u1"));
    sim.awaitPhase("u1", Phase.RUNNING, SECOND);

    sim.engine().exit("u1", 1);
    sim.settle();
    assertThat(sim.status("u1").phase()).isEqualTo(Phase.RUNNING);
    assertThat(sim.status("u1").restarts()).isEqualTo(1);

    sim.engine().exit("u1", 1);
    sim.settle();
    assertThat(sim.status("u1").phase()).isEqualTo(Phase.BACKOFF);
    assertThat(sim.status("u1").exitCode()).hasValue(1);
    sim.advance(Duration.ofSeconds(9));
    assertThat(sim.status("u1").phase()).isEqualTo(Phase.BACKOFF);
    sim.advance(Duration.ofSeconds(3));
    assertThat(sim.status("u1").phase()).isEqualTo(Phase.RUNNING);
    assertThat(sim.status("u1").restarts()).isEqualTo(2);
    assertThat(sim.engine().audit().creations("u1")).isEqualTo(1);
  }

  @Test
  void forgetsCrashesAfterTenMinutesOfRunning() {
    started();
    sim.apply(always("u1"));
    sim.awaitPhase("u1", Phase.RUNNING, SECOND);
    sim.engine().exit("u1", 1);
    sim.settle();
    sim.advance(Duration.ofMinutes(11));

    sim.engine().exit("u1", 1);
    sim.settle();

    assertThat(sim.status("u1").phase()).isEqualTo(Phase.RUNNING);
  }

  @Test
  void doesNotRunAFinishedJobAgainNotEvenAfterACrashAndWithoutItsInstance() {
    sim.engine().programs().ofUid("u1", Behaviour.exitsWith(0).after(SECOND));
    started();
    sim.apply(job("u1"));
    sim.awaitPhase("u1", Phase.SUCCEEDED, MINUTE);
    sim.advance(SECOND);

    sim.crash();
    sim.engine().removeBehindOurBack("u1");
    sim.start();
    sim.snapshot();
    sim.advance(MINUTE);

    assertThat(sim.status("u1").phase()).isEqualTo(Phase.SUCCEEDED);
    assertThat(sim.status("u1").exitCode()).hasValue(0);
    assertThat(sim.engine().audit().starts("u1")).isEqualTo(1);
  }

  @Test
  void doesNotTakeAnUnseenExitCodeForSuccess() {
    sim.engine().programs().ofUid("u1", Behaviour.exitsWith(0).after(SECOND).withoutExitCode());
    started();
    sim.apply(job("u1"));
    sim.awaitPhase("u1", Phase.FAILED, MINUTE);

    assertThat(sim.status("u1").exitCode()).isEmpty();
    assertThat(sim.status("u1").reason()).isEqualTo("ExitCodeUnknown");
  }

  @Test
  void givesUpAfterTheLastRestart() {
    sim.engine().programs().ofUid("u1", Behaviour.exitsWith(3).after(SECOND));
    started();
    sim.apply(onFailure("u1", 2));
    sim.awaitPhase("u1", Phase.FAILED, Duration.ofMinutes(5));

    assertThat(sim.status("u1").reason()).isEqualTo("RestartLimitReached");
    assertThat(sim.status("u1").restarts()).isEqualTo(2);
    assertThat(sim.engine().audit().starts("u1")).isEqualTo(3);
  }

  @Test
  void anEngineThatKillsWhatItHadGetsItStartedAgain() {
    started();
    sim.apply(always("u1"), job("u2"));
    sim.awaitPhase("u2", Phase.RUNNING, SECOND);

    sim.engine().goAway(Outage.CONTAINERS_KILLED);
    sim.advance(Duration.ofSeconds(5));
    sim.engine().comeBack();
    sim.advance(Duration.ofSeconds(20));

    assertThat(sim.status("u1").phase()).isEqualTo(Phase.RUNNING);
    assertThat(sim.status("u2").phase()).isEqualTo(Phase.FAILED);
    assertThat(sim.status("u2").exitCode()).hasValue(137);
  }

  @Test
  void whatSomebodyElseRemovedIsLaunchedAgain() {
    started();
    sim.apply(always("u1"));
    sim.awaitPhase("u1", Phase.RUNNING, SECOND);

    sim.engine().removeBehindOurBack("u1");
    sim.advance(SECOND);

    assertThat(sim.status("u1").phase()).isEqualTo(Phase.RUNNING);
    assertThat(sim.engine().audit().creations("u1")).isEqualTo(2);
  }

  @Test
  void aJobThatSomebodyElseRemovedIsNotRunAgain() {
    started();
    sim.apply(job("u1"));
    sim.awaitPhase("u1", Phase.RUNNING, SECOND);

    sim.engine().removeBehindOurBack("u1");
    sim.advance(MINUTE);

    assertThat(sim.status("u1").phase()).isEqualTo(Phase.FAILED);
    assertThat(sim.status("u1").reason()).isEqualTo("InstanceLost");
    assertThat(sim.engine().audit().creations("u1")).isEqualTo(1);
  }

  @Test
  void aCommandThatDoesNotExistIsNoExitCode() {
    sim.engine().programs().ofUid("u1", Behaviour.cannotStart("exec: nope: not found"));
    sim.engine().programs().ofUid("u2", Behaviour.cannotStart("exec: nope: not found"));
    started();
    sim.apply(job("u1"), always("u2"));
    sim.advance(SECOND);

    assertThat(sim.status("u1").phase()).isEqualTo(Phase.FAILED);
    assertThat(sim.status("u1").reason()).isEqualTo("CannotStart");
    assertThat(sim.status("u1").exitCode()).isEmpty();
    assertThat(sim.status("u2").phase()).isEqualTo(Phase.BACKOFF);
  }

  @Test
  void aClockThatIsSetBackDoesNotDrawOutAWaitOverARestart() {
    sim.engine().programs().ofUid("u1", Behaviour.exitsWith(1).after(SECOND));
    started();
    sim.apply(always("u1"));
    sim.awaitPhase("u1", Phase.BACKOFF, MINUTE);
    sim.crash();
    sim.time.jumpClock(Duration.ofDays(-2));

    sim.start();
    int before = sim.engine().audit().starts("u1");
    sim.advance(Duration.ofMinutes(6));

    assertThat(sim.engine().audit().starts("u1")).isGreaterThan(before);
  }

  @Test
  void anInstanceThatTheEngineLostItsGripOnIsReplaced() {
    started();
    sim.apply(always("u1"));
    sim.awaitPhase("u1", Phase.RUNNING, SECOND);

    sim.engine().breakDown("u1");
    sim.advance(MINUTE);

    assertThat(sim.status("u1").phase()).isEqualTo(Phase.RUNNING);
    assertThat(sim.engine().audit().creations("u1")).isEqualTo(2);
  }
}
