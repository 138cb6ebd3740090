package dev.tallyman.agent.loop;

import static dev.tallyman.agent.loop.Workloads.always;
import static dev.tallyman.agent.loop.Workloads.at;
import static dev.tallyman.agent.loop.Workloads.changed;
import static dev.tallyman.agent.loop.Workloads.job;
import static dev.tallyman.agent.loop.Workloads.onFailure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.agent.inbox.Message;
import dev.tallyman.agent.model.History.Wish;
import dev.tallyman.agent.model.NodeCondition;
import dev.tallyman.agent.model.Phase;
import dev.tallyman.agent.model.PullPolicy;
import dev.tallyman.agent.model.RestartPolicy;
import dev.tallyman.agent.model.RestartPolicy.Mode;
import dev.tallyman.agent.model.Workload;
import dev.tallyman.runtime.Limits;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.testkit.Behaviour;
import dev.tallyman.runtime.testkit.EventMode;
import dev.tallyman.runtime.testkit.Operation;
import dev.tallyman.runtime.testkit.Outage;
import dev.tallyman.runtime.testkit.SpecBuilder;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReconcilerTest {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private Simulation sim = new Simulation("docker");

  @AfterEach
  void nothingRanTwiceAndNothingForeignWasTouched() {
    sim.engine().audit().verify();
  }

  private void started() {
    sim.start();
    sim.snapshot();
  }

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
  void anInstanceThatTheEngineLostItsGripOnIsReplaced() {
    started();
    sim.apply(always("u1"));
    sim.awaitPhase("u1", Phase.RUNNING, SECOND);

    sim.engine().breakDown("u1");
    sim.advance(MINUTE);

    assertThat(sim.status("u1").phase()).isEqualTo(Phase.RUNNING);
    assertThat(sim.engine().audit().creations("u1")).isEqualTo(2);
  }

  @Test
  void isReadyOnceItKnowsWhatIsWantedAndWhatRuns() {
    sim.start();
    assertThat(sim.node().pass()).isEqualTo(NodeBoard.FirstPass.AWAITED);
    sim.snapshot();
    assertThat(sim.node().pass()).isEqualTo(NodeBoard.FirstPass.DONE);
  }

  private void wish(String uid, Wish wish) {
    CompletableFuture<Optional<String>> reply = new CompletableFuture<>();
    sim.post(new Message.OperatorWish(uid, wish, reply));
    assertThat(reply).isCompletedWithValue(Optional.empty());
  }
}
