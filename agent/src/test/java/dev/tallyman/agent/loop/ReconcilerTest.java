package dev.tallyman.agent.loop;

import static dev.tallyman.agent.loop.Workloads.always;
import static dev.tallyman.agent.loop.Workloads.at;
import static dev.tallyman.agent.loop.Workloads.changed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.agent.model.NodeCondition;
import dev.tallyman.agent.model.Phase;
import dev.tallyman.agent.model.PullPolicy;
import dev.tallyman.agent.model.RestartPolicy;
import dev.tallyman.agent.model.RestartPolicy.Mode;
import dev.tallyman.agent.model.Workload;
import dev.tallyman.runtime.Limits;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.testkit.EventMode;
import dev.tallyman.runtime.testkit.Operation;
import dev.tallyman.runtime.testkit.Outage;
import dev.tallyman.runtime.testkit.SpecBuilder;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ReconcilerTest extends SimulationTest {

  @Test
  void runsWhatIsWantedAndRemovesWhatIsNot() {
    started();
    sim.apply(always("u1"), always("u2"));
    sim.awaitPhase("u1", Phase.RUNNING, SECOND);
    sim.awaitPhase("u2", Phase.RUNNING, SECOND);

    sim.delete("u1");
    sim.awaitPhase("u1", Phase.GONE, MINUTE);

    assertThat(sim.engine().running()).hasSize(1);
    assertThat(sim.engine().peek("u1")).isEmpty();
    assertThat(sim.isKnown("u1")).isFalse();
  }

  @Test
  void replacesAChangedSpecAndOnlyThat() {
    started();
    Workload first = always("u1");
    sim.apply(first, always("u2"));
    sim.awaitPhase("u2", Phase.RUNNING, SECOND);
    String untouched = sim.engine().peek("u2").orElseThrow().id();

    sim.apply(changed(first));
    sim.advance(Duration.ofSeconds(30));

    assertThat(sim.status("u1").phase()).isEqualTo(Phase.RUNNING);
    assertThat(sim.status("u1").generation()).isEqualTo(2);
    assertThat(sim.engine().peekSpec("u1").orElseThrow().env()).containsEntry("GENERATION", "2");
    assertThat(sim.engine().peek("u2").orElseThrow().id()).isEqualTo(untouched);
    assertThat(sim.engine().audit().creations("u1")).isEqualTo(2);
  }

  @Test
  void keepsTheOldInstanceWhileTheNewImageIsMissing() {
    started();
    sim.apply(always("u1"));
    sim.awaitPhase("u1", Phase.RUNNING, SECOND);

    Workload next =
        Workload.of(
            2,
            SpecBuilder.spec("u1", "nobody-has:1").named("test", "u1").build(),
            PullPolicy.IF_NOT_PRESENT,
            Optional.empty(),
            RestartPolicy.DEFAULT);
    sim.apply(next);
    sim.advance(MINUTE);

    assertThat(sim.status("u1").phase()).isEqualTo(Phase.BACKOFF);
    assertThat(sim.status("u1").reason()).isEqualTo("ImageNotFound");
    assertThat(sim.engine().running()).hasSize(1);

    sim.engine().registry().offers("nobody-has:1");
    sim.advance(Duration.ofMinutes(10));
    assertThat(sim.status("u1").phase()).isEqualTo(Phase.RUNNING);
    assertThat(sim.engine().peekSpec("u1").orElseThrow().image()).isEqualTo("nobody-has:1");
  }

  @Test
  void pullsAMissingImageAndSaysSo() {
    sim.engine().registry().offers("far:1", 1_000_000, Duration.ofSeconds(20));
    started();
    sim.apply(Workloads.with("u1", Mode.ALWAYS, OptionalInt.empty(), s -> s.label("image", "far")));
    Workload far =
        Workload.of(
            1,
            SpecBuilder.spec("u2", "far:1").named("t", "u2").build(),
            PullPolicy.IF_NOT_PRESENT,
            Optional.empty(),
            RestartPolicy.DEFAULT);
    sim.apply(far);
    sim.advance(SECOND);

    assertThat(sim.status("u2").phase()).isEqualTo(Phase.PULLING);
    assertThat(sim.status("u1").phase()).isEqualTo(Phase.RUNNING);
    sim.awaitPhase("u2", Phase.RUNNING, MINUTE);
  }

  @Test
  void aHungLaunchHoldsNobodyElseUp() {
    sim.engine().on(Operation.CREATE).ofUid("u1").hang();
    started();
    sim.apply(always("u1"), always("u2"));
    sim.advance(SECOND);

    assertThat(sim.status("u1").phase()).isEqualTo(Phase.STARTING);
    assertThat(sim.status("u2").phase()).isEqualTo(Phase.RUNNING);

    sim.engine().clearFaults();
    sim.advance(Duration.ofMinutes(3));
    assertThat(sim.status("u1").phase()).isEqualTo(Phase.RUNNING);
  }

  @Test
  void aChangedMindBreaksOffALaunchThatHangs() {
    var hung = sim.engine().on(Operation.CREATE).ofUid("u1").hang();
    started();
    sim.apply(always("u1"));
    sim.advance(SECOND);

    sim.delete("u1");
    sim.advance(SECOND);
    hung.release();
    sim.advance(MINUTE);

    assertThat(sim.isKnown("u1")).isFalse();
    assertThat(sim.engine().peek("u1")).isEmpty();
  }

  @Test
  void aLaunchWhoseAnswerWasLostIsNotRepeated() {
    sim.engine()
        .on(Operation.LAUNCH)
        .times(1)
        .afterEffect()
        .fail(() -> new RuntimeFailure.TimedOut("no answer"));
    started();
    sim.apply(always("u1"));
    sim.advance(MINUTE);

    assertThat(sim.status("u1").phase()).isEqualTo(Phase.RUNNING);
    assertThat(sim.engine().audit().creations("u1")).isEqualTo(1);
    assertThat(sim.engine().audit().starts("u1")).isEqualTo(1);
  }

  @Test
  void aListFindsWhatEventsMissed() {
    started();
    sim.apply(always("u1"));
    sim.awaitPhase("u1", Phase.RUNNING, SECOND);
    sim.engine().events(EventMode.DROPPED);

    sim.engine().exit("u1", 1);
    sim.advance(Duration.ofSeconds(11));

    assertThat(sim.engine().audit().starts("u1")).isEqualTo(2);
    assertThat(sim.status("u1").phase()).isEqualTo(Phase.RUNNING);
  }

  @Test
  void anEngineThatIsAwayMakesStatusesUnknownAndNothingElse() {
    started();
    sim.apply(always("u1"));
    sim.awaitPhase("u1", Phase.RUNNING, SECOND);

    sim.engine().goAway(Outage.CONTAINERS_LIVE_ON);
    sim.advance(Duration.ofSeconds(20));
    assertThat(sim.status("u1").phase()).isEqualTo(Phase.UNKNOWN);
    assertThat(sim.node().conditions())
        .anyMatch(c ->
            c.type() == NodeCondition.Type.RUNTIME_REACHABLE
                && c.status() == NodeCondition.Status.FALSE);
    sim.apply(always("u2"));
    sim.advance(MINUTE);
    assertThat(sim.status("u2").phase()).isEqualTo(Phase.WAITING);

    sim.engine().comeBack();
    sim.advance(Duration.ofSeconds(20));
    assertThat(sim.status("u1").phase()).isEqualTo(Phase.RUNNING);
    assertThat(sim.status("u2").phase()).isEqualTo(Phase.RUNNING);
    assertThat(sim.engine().audit().starts("u1")).isEqualTo(1);
  }

  @Test
  void refusesWhatDoesNotFitAndTakesItWhenRoomIsGivenBack() {
    started();
    Workload large = always("u1", s -> s.limits(new Limits(3000, 0, 0)));
    Workload second = always("u2", s -> s.limits(new Limits(2000, 0, 0)));
    sim.apply(large);
    sim.apply(second);
    sim.advance(SECOND);

    assertThat(sim.status("u2").phase()).isEqualTo(Phase.REJECTED);
    assertThat(sim.status("u2").reason()).isEqualTo("InsufficientCpu");
    assertThat(sim.status("u2").message()).contains("2000m").contains("1000m");

    sim.delete("u1");
    sim.advance(MINUTE);
    assertThat(sim.status("u2").phase()).isEqualTo(Phase.RUNNING);
  }

  @Test
  void anInstanceOfOursThatNobodyWantsIsRemovedAndForeignOnesAreNot() {
    sim.engine().addForeign("somebody", Map.of("tallyman.node", "node-b"));
    started();
    sim.apply(always("u1"));
    sim.awaitPhase("u1", Phase.RUNNING, SECOND);
    sim.crash();
    sim.loseDisk();
    sim.start();
    sim.forget("u1");
    sim.snapshot();
    sim.advance(MINUTE);

    assertThat(sim.engine().peek("u1")).isEmpty();
    assertThat(sim.engine().names()).containsExactly("somebody");
  }

  @Test
  void itsOwnStartsAreNotLookedAtOnceMore() {
    started();
    sim.apply(always("u1"), always("u2"));
    sim.awaitPhase("u1", Phase.RUNNING, SECOND);
    sim.advance(SECOND);
    // Each launch ends with a look of its own.
    assertThat(sim.engine().audit().calls(Operation.FIND)).isEqualTo(2);

    sim.engine().exit("u1", 1);
    sim.advance(SECOND);
    assertThat(sim.engine().audit().calls(Operation.FIND)).isGreaterThan(2);
    assertThat(sim.engine().running()).containsExactlyInAnyOrder("u1", "u2");
  }

  @Test
  void movesAWorkloadToTheRuntimeThatItNames() {
    sim = new Simulation("docker", "podman");
    started();
    sim.apply(always("u1"));
    sim.awaitPhase("u1", Phase.RUNNING, SECOND);

    sim.apply(at("podman", always("u1")));
    sim.advance(MINUTE);

    assertThat(sim.engine("docker").names()).isEmpty();
    assertThat(sim.engine("podman").running()).hasSize(1);
  }

  @Test
  void aRuntimeThatNobodyHasIsRefusedByName() {
    started();
    sim.apply(at("rocket", always("u1")));
    sim.advance(SECOND);

    assertThat(sim.status("u1").phase()).isEqualTo(Phase.REJECTED);
    assertThat(sim.status("u1").message()).contains("rocket").contains("docker");
  }
}
