package dev.tallyman.agent.loop;

import static dev.tallyman.agent.loop.Workloads.always;
import static dev.tallyman.agent.loop.Workloads.at;
import static dev.tallyman.agent.loop.Workloads.changed;
import static dev.tallyman.agent.loop.Workloads.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.agent.model.NodeCondition;
import dev.tallyman.agent.model.Phase;
import dev.tallyman.agent.model.Workload;
import dev.tallyman.runtime.Limits;
import dev.tallyman.runtime.testkit.Behaviour;
import dev.tallyman.runtime.testkit.Operation;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What an agent knows after a crash, and what it may do with that, through the whole loop. */
class RecoveryTest extends SimulationTest {

  @Test
  void aJobIsNotTakenAwayBeforeTheDiskKnowsThatItIsNotWanted() {
    started();
    sim.apply(job("u1"));
    sim.awaitPhase("u1", Phase.RUNNING, SECOND);
    sim.advance(SECOND);
    sim.diskFails();

    sim.delete("u1");
    sim.advance(MINUTE);

    assertThat(sim.status("u1").reason()).isEqualTo("StateNotWritable");
    assertThat(sim.engine().peek("u1")).isPresent();
    sim.diskWorks();
    sim.awaitPhase("u1", Phase.GONE, MINUTE);
  }

  @Test
  void aServiceIsTakenAwayEvenWhileTheDiskIsFull() {
    started();
    sim.apply(always("u1"));
    sim.awaitPhase("u1", Phase.RUNNING, SECOND);
    sim.advance(SECOND);
    sim.diskFails();

    sim.delete("u1");

    sim.awaitPhase("u1", Phase.GONE, MINUTE);
  }

  @Test
  void theInstanceOfAFormerSpecRunsOnUntilTheDiskKnowsTheNewOne() {
    started();
    sim.apply(always("u1"));
    sim.awaitPhase("u1", Phase.RUNNING, SECOND);
    sim.advance(SECOND);
    String before = sim.status("u1").instanceId().orElseThrow();
    sim.diskFails();

    sim.apply(changed(always("u1")));
    sim.advance(MINUTE);
    assertThat(sim.engine().isAlive(before)).isTrue();

    sim.diskWorks();
    sim.advance(MINUTE);
    assertThat(sim.engine().isAlive(before)).isFalse();
    assertThat(sim.status("u1").phase()).isEqualTo(Phase.RUNNING);
  }

  @Test
  void adoptsWhatRunsAfterACrash() {
    started();
    Workload[] twenty =
        IntStream.range(0, 20).mapToObj(i -> always("u" + i)).toArray(Workload[]::new);
    sim.engine().on(Operation.START).delay(Duration.ofMillis(300));
    sim.apply(twenty);
    sim.advance(Duration.ofMillis(100));

    sim.crash();
    sim.engine().clearFaults();
    sim.advance(Duration.ofSeconds(2));
    sim.start();
    sim.snapshot();
    sim.advance(MINUTE);

    assertThat(sim.engine().running()).hasSize(20);
    for (Workload workload : twenty) {
      assertThat(sim.status(workload.uid()).phase()).isEqualTo(Phase.RUNNING);
      assertThat(sim.engine().audit().creations(workload.uid())).isEqualTo(1);
    }
  }

  @Test
  void removesNothingBeforeItKnowsWhatIsWanted() {
    started();
    sim.apply(always("u1"));
    sim.awaitPhase("u1", Phase.RUNNING, SECOND);
    sim.crash();
    sim.loseDisk();

    sim.start();
    sim.advance(Duration.ofHours(1));
    assertThat(sim.engine().running()).hasSize(1);

    sim.snapshot();
    sim.advance(MINUTE);
    assertThat(sim.status("u1").phase()).isEqualTo(Phase.RUNNING);
    assertThat(sim.engine().audit().starts("u1")).isEqualTo(1);
  }

  @Test
  void removesNothingOnTheWordOfAnOldDiskAlone() {
    started();
    sim.advance(SECOND);
    sim.diskFails();
    sim.apply(always("u1"));
    sim.awaitPhase("u1", Phase.RUNNING, SECOND);
    sim.crash();

    sim.start();
    sim.advance(Duration.ofHours(1));
    assertThat(sim.engine().running()).hasSize(1);

    sim.snapshot();
    sim.advance(MINUTE);
    assertThat(sim.status("u1").phase()).isEqualTo(Phase.RUNNING);
    assertThat(sim.engine().audit().starts("u1")).isEqualTo(1);
  }

  @Test
  void whatIsNotWantedAnyMoreIsNotOnDisk() {
    started();
    sim.apply(always("u1"), always("u2"));
    sim.awaitPhase("u2", Phase.RUNNING, SECOND);
    sim.advance(SECOND);
    sim.delete("u1");
    sim.awaitPhase("u1", Phase.GONE, MINUTE);
    sim.advance(SECOND);
    sim.crash();

    sim.start();
    sim.advance(Duration.ofHours(1));

    assertThat(sim.engine().audit().creations("u1")).isEqualTo(1);
    assertThat(sim.status("u2").phase()).isEqualTo(Phase.RUNNING);
  }

  @Test
  void whatAFormerLifeWroteIsWrittenAgainWithWhatChangesInTheNext() {
    started();
    sim.engine().programs().ofUid("u1", Behaviour.exitsWith(0).after(SECOND));
    sim.apply(job("u1"), always("u2"));
    sim.awaitPhase("u1", Phase.SUCCEEDED, MINUTE);
    sim.advance(SECOND);
    sim.crash();
    sim.start();
    sim.apply(always("u3"));
    sim.awaitPhase("u3", Phase.RUNNING, MINUTE);
    sim.advance(SECOND);
    sim.crash();
    sim.engine().removeBehindOurBack("u1");
    sim.engine().removeBehindOurBack("u2");

    sim.start();
    sim.advance(MINUTE);

    assertThat(sim.status("u1").phase()).isEqualTo(Phase.SUCCEEDED);
    assertThat(sim.engine().audit().starts("u1")).isEqualTo(1);
    assertThat(sim.status("u2").phase()).isEqualTo(Phase.RUNNING);
    assertThat(sim.status("u3").phase()).isEqualTo(Phase.RUNNING);
  }

  @Test
  void goesOnRemovingFromDiskWhatWasOnItsWayOut() {
    started();
    sim.apply(always("u1"));
    sim.awaitPhase("u1", Phase.RUNNING, SECOND);
    var hung = sim.engine().on(Operation.STOP).hang();
    sim.delete("u1");
    sim.advance(SECOND);
    sim.crash();
    hung.release();

    sim.start();
    sim.advance(MINUTE);

    assertThat(sim.engine().names()).isEmpty();
  }

  @Test
  void goesOnFromDiskWithoutAFeed() {
    started();
    sim.apply(always("u1"));
    sim.awaitPhase("u1", Phase.RUNNING, SECOND);
    sim.advance(SECOND);
    sim.crash();
    sim.engine().exit("u1", 1);

    sim.start();
    sim.advance(SECOND);

    assertThat(sim.status("u1").phase()).isEqualTo(Phase.RUNNING);
    assertThat(sim.engine().audit().starts("u1")).isEqualTo(2);
  }

  @Test
  void whatRunsKeepsItsRoomOverACrash() {
    started();
    sim.apply(always("u9", s -> s.limits(new Limits(3000, 0, 0))));
    sim.awaitPhase("u9", Phase.RUNNING, SECOND);
    sim.crash();

    sim.start();
    sim.snapshot();
    sim.apply(always("u0", s -> s.limits(new Limits(3000, 0, 0))));
    sim.advance(MINUTE);

    assertThat(sim.status("u9").phase()).isEqualTo(Phase.RUNNING);
    assertThat(sim.status("u0").phase()).isEqualTo(Phase.REJECTED);
  }

  @Test
  void withTwoRuntimesAnUnseenOneKeepsAgentsWithoutMemoryFromLaunching() {
    sim = new Simulation("docker", "podman");
    started();
    sim.apply(at("podman", always("u1")));
    sim.awaitPhase("u1", Phase.RUNNING, SECOND);
    sim.crash();
    sim.loseDisk();
    sim.engine("podman").goAway();

    sim.start();
    sim.apply(always("u1"));
    sim.snapshot();
    sim.advance(Duration.ofHours(1));
    assertThat(sim.status("u1").phase()).isEqualTo(Phase.WAITING);
    assertThat(sim.status("u1").reason()).isEqualTo("RuntimeNotSeen");
    assertThat(sim.engine("docker").running()).isEmpty();

    sim.engine("podman").comeBack();
    sim.advance(MINUTE);
    assertThat(sim.status("u1").phase()).isEqualTo(Phase.RUNNING);
    assertThat(sim.status("u1").runtime()).hasValue("podman");
    assertThat(sim.engine("docker").running()).isEmpty();
  }

  @Test
  void anAgentWithoutMemoryStaysOneOverARestartUntilAllRuntimesWereSeen() {
    sim = new Simulation("docker", "podman");
    sim.engine("docker").goAway();
    started();
    sim.apply(at("podman", always("u0")), always("u1"));
    sim.advance(MINUTE);
    assertThat(sim.status("u1").reason()).isEqualTo("RuntimeNotSeen");

    sim.crash();
    started();
    sim.advance(MINUTE);

    assertThat(sim.status("u0").phase()).isEqualTo(Phase.RUNNING);
    assertThat(sim.engine("podman").peek("u1")).isEmpty();
    sim.engine("docker").comeBack();
    sim.awaitPhase("u1", Phase.RUNNING, MINUTE);
  }

  @Test
  void aJobThatEndedIsRememberedAlsoWhileARuntimeWasNeverSeen() {
    sim = new Simulation("docker", "podman");
    sim.engine("podman").goAway();
    sim.engine("docker").programs().ofUid("u1", Behaviour.exitsWith(0).after(SECOND));
    started();
    sim.apply(at("docker", job("u1")));
    sim.awaitPhase("u1", Phase.SUCCEEDED, MINUTE);
    sim.advance(SECOND);
    sim.crash();
    sim.engine("docker").removeBehindOurBack("u1");

    started();
    sim.advance(MINUTE);

    assertThat(sim.status("u1").phase()).isEqualTo(Phase.SUCCEEDED);
    assertThat(sim.engine("docker").peek("u1")).isEmpty();
  }

  @Test
  void anAgentThatHasSeenAllRuntimesPlacesThoughOneIsAwayAgain() {
    sim = new Simulation("docker", "podman");
    started();
    sim.advance(SECOND);
    sim.engine("podman").goAway();
    sim.advance(MINUTE);
    sim.crash();

    started();
    sim.apply(always("u1"));

    sim.awaitPhase("u1", Phase.RUNNING, MINUTE);
    assertThat(sim.status("u1").runtime()).hasValue("docker");
  }

  @Test
  void aDiskThatIsFullIsSaidAndStopsNothing() {
    sim.diskFails();
    started();
    sim.apply(always("u1"));
    sim.advance(SECOND);

    assertThat(sim.status("u1").phase()).isEqualTo(Phase.RUNNING);
    assertThat(sim.node().conditions())
        .anyMatch(c ->
            c.type() == NodeCondition.Type.STATE_WRITABLE
                && c.status() == NodeCondition.Status.FALSE
                && c.message().contains("No space left"));
  }

  @Test
  void isReadyOnceItKnowsWhatIsWantedAndWhatRuns() {
    sim.start();
    assertThat(sim.node().pass()).isEqualTo(NodeBoard.FirstPass.AWAITED);
    sim.snapshot();
    assertThat(sim.node().pass()).isEqualTo(NodeBoard.FirstPass.DONE);
  }
}
