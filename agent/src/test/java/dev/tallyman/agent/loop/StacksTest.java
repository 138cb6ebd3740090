package dev.tallyman.agent.loop;

import static dev.tallyman.agent.loop.Workloads.always;
import static dev.tallyman.agent.loop.Workloads.changed;
import static dev.tallyman.agent.loop.Workloads.job;
import static dev.tallyman.agent.loop.Workloads.needing;
import static dev.tallyman.agent.loop.Workloads.on;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.agent.inbox.Message.StackAnswer;
import dev.tallyman.agent.model.Dependency;
import dev.tallyman.agent.model.Dependency.Condition;
import dev.tallyman.agent.model.Dependency.Follow;
import dev.tallyman.agent.model.Dependency.Need;
import dev.tallyman.agent.model.Health;
import dev.tallyman.agent.model.Phase;
import dev.tallyman.agent.model.Workload;
import dev.tallyman.runtime.Capability;
import dev.tallyman.runtime.Limits;
import dev.tallyman.runtime.testkit.Audit;
import dev.tallyman.runtime.testkit.Behaviour;
import dev.tallyman.runtime.testkit.Operation;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Stacks through the whole loop, in virtual time against the in-memory engine. */
class StacksTest {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final Simulation sim = new Simulation("docker");

  @AfterEach
  void nothingRanTwiceAndNothingForeignWasTouched() {
    sim.engine().audit().verify();
  }

  private void started() {
    sim.start();
    sim.snapshot();
  }

  private void stacksOnly() {
    sim.withStacks();
    sim.start();
    sim.snapshot();
    sim.advance(SECOND);
  }

  @Test
  void aChainStartsLinkByLinkAndStopsInReverse() {
    started();
    sim.health("db", Health.State.STARTING);
    sim.engine()
        .programs()
        .ofUid("web", Behaviour.runsForever().onSignal("SIGTERM", Duration.ofSeconds(5), 0));
    sim.apply(
        needing(always("web"), on("api", Condition.STARTED)),
        needing(always("api"), on("db", Condition.HEALTHY)),
        always("db"));
    sim.awaitPhase("db", Phase.RUNNING, SECOND);
    sim.advance(MINUTE);
    assertThat(sim.status("api").phase()).isEqualTo(Phase.WAITING);
    assertThat(sim.status("web").phase()).isEqualTo(Phase.WAITING);
    assertThat(sim.engine().peek("api")).isEmpty();

    sim.health("db", Health.State.HEALTHY);
    sim.awaitPhase("web", Phase.RUNNING, SECOND);

    sim.delete("web", "api", "db");
    sim.advance(SECOND);
    assertThat(sim.engine().running()).hasSize(3);
    assertThat(sim.status("db").reason()).isEqualTo("WaitingForDependants");
    sim.awaitPhase("db", Phase.GONE, MINUTE);
    assertThat(sim.engine().peek("web")).isEmpty();
    assertThat(sim.engine().peek("api")).isEmpty();
  }

  @Test
  void whatIsBeingLaunchedGoesBeforeWhatItDependsOn() {
    started();
    sim.engine().on(Operation.START).ofUid("web").afterEffect().delay(Duration.ofSeconds(5));
    sim.apply(always("db"), needing(always("web"), on("db", Condition.STARTED)));
    sim.awaitPhase("db", Phase.RUNNING, SECOND);
    sim.advance(SECOND);
    assertThat(sim.status("web").phase()).isEqualTo(Phase.STARTING);

    sim.delete("web", "db");
    sim.awaitPhase("db", Phase.GONE, MINUTE);

    List<String> ends =
        sim.engine().audit().journal().stream()
            .filter(entry -> entry.what().equals("remove"))
            .map(Audit.Entry::uid)
            .toList();
    assertThat(ends).containsExactly("web", "db");
  }

  @Test
  void whatDependsOnAFailedJobWaitsAndGoesOnByItselfWhenTheJobIsMended() {
    started();
    sim.engine().programs().ofUid("migrate", Behaviour.exitsWith(1).after(SECOND));
    Workload migrate = job("migrate");
    sim.apply(migrate, needing(always("web"), on("migrate", Condition.COMPLETED)));
    sim.awaitPhase("migrate", Phase.FAILED, MINUTE);
    sim.advance(SECOND);
    assertThat(sim.status("web").reason()).isEqualTo("DependencyFailed");

    sim.engine().programs().ofUid("migrate", Behaviour.exitsWith(0).after(SECOND));
    sim.apply(changed(migrate));
    sim.awaitPhase("web", Phase.RUNNING, MINUTE);
  }

  @Test
  void dependantsWaitAgainAfterTheHostCameBack() {
    started();
    sim.apply(always("db"), needing(always("web"), on("db", Condition.HEALTHY)));
    sim.awaitPhase("web", Phase.RUNNING, SECOND);
    sim.advance(SECOND);

    sim.crash();
    sim.health("db", Health.State.STARTING);
    sim.engine().exit("db", 137);
    sim.engine().exit("web", 137);
    sim.start();
    sim.snapshot();
    sim.advance(MINUTE);
    assertThat(sim.status("db").phase()).isEqualTo(Phase.RUNNING);
    assertThat(sim.status("web").reason()).isEqualTo("DependencyNotReady");

    sim.health("db", Health.State.HEALTHY);
    sim.awaitPhase("web", Phase.RUNNING, MINUTE);
  }

  @Test
  void aCircleIsRefusedAndItsMembersCanStillBeRemoved() {
    started();
    Workload a = needing(always("a"), on("b", Condition.STARTED));
    sim.apply(always("b"), a);
    sim.awaitPhase("a", Phase.RUNNING, SECOND);

    sim.apply(needing(changed(always("b")), on("a", Condition.STARTED)));
    sim.advance(SECOND);
    assertThat(sim.status("b").phase()).isEqualTo(Phase.REJECTED);
    assertThat(sim.status("b").message()).contains("b -> a -> b");

    sim.delete("a", "b");
    sim.awaitPhase("b", Phase.GONE, MINUTE);
    sim.advance(SECOND);
    assertThat(sim.engine().running()).isEmpty();
  }

  @Test
  void aFollowerStartsAgainWithTheOneThatItFollowsAndOthersStay() {
    started();
    Workload db = always("db");
    sim.apply(
        db,
        needing(
            always("web"), new Dependency("db", Condition.STARTED, Need.REQUIRED, Follow.RESTART)),
        needing(always("api"), on("db", Condition.STARTED)));
    sim.awaitPhase("web", Phase.RUNNING, SECOND);
    sim.awaitPhase("api", Phase.RUNNING, SECOND);
    sim.advance(SECOND);

    sim.engine().exit("db", 1);
    sim.advance(MINUTE);
    assertThat(sim.engine().audit().starts("web")).isEqualTo(1);

    sim.apply(changed(db));
    sim.advance(MINUTE);
    assertThat(sim.engine().audit().starts("web")).isEqualTo(2);
    assertThat(sim.engine().audit().starts("api")).isEqualTo(1);
    assertThat(sim.status("web").phase()).isEqualTo(Phase.RUNNING);
  }

  @Test
  void aFailedLivenessProbeRestartsTheSameInstance() {
    started();
    sim.apply(always("web"));
    sim.awaitPhase("web", Phase.RUNNING, SECOND);
    sim.advance(SECOND);

    sim.health("web", Health.State.DEAD);
    sim.health("web", Health.State.HEALTHY);
    sim.awaitPhase("web", Phase.RUNNING, MINUTE);
    sim.advance(SECOND);

    assertThat(sim.status("web").restarts()).isEqualTo(1);
    assertThat(sim.engine().audit().creations("web")).isEqualTo(1);
    assertThat(sim.engine().audit().starts("web")).isEqualTo(2);
  }

  @Test
  void aStackThatWasHandedOverIsAnsweredWhenItIsOnDiskAndOutlivesTheAgent() {
    stacksOnly();
    CompletableFuture<StackAnswer> answer = sim.applyStack("test", always("web"), always("db"));
    assertThat(answer).isNotDone();
    sim.advance(SECOND);
    assertThat(((StackAnswer.Done) answer.join()).changed()).containsExactlyInAnyOrder("web", "db");
    sim.awaitPhase("web", Phase.RUNNING, SECOND);

    sim.crash();
    sim.start();
    sim.snapshot();
    sim.advance(MINUTE);
    assertThat(sim.engine().audit().starts("web")).isEqualTo(1);
    assertThat(sim.status("web").phase()).isEqualTo(Phase.RUNNING);
  }

  @Test
  void applyingTheSameStackAgainTouchesNothingAndOneChangeTouchesOne() {
    stacksOnly();
    var _ = sim.applyStack("test", always("web"), always("db"));
    sim.awaitPhase("web", Phase.RUNNING, SECOND);
    sim.advance(SECOND);

    assertThat(((StackAnswer.Done) sim.applyStack("test", always("web"), always("db")).join()))
        .isEqualTo(new StackAnswer.Done(List.of(), List.of()));
    CompletableFuture<StackAnswer> answer =
        sim.applyStack("test", changed(always("web")), always("db"));
    sim.advance(MINUTE);

    assertThat(((StackAnswer.Done) answer.join()).changed()).containsExactly("web");
    assertThat(sim.engine().audit().creations("web")).isEqualTo(2);
    assertThat(sim.engine().audit().creations("db")).isEqualTo(1);
  }

  @Test
  void aStackThatIsDeletedIsRemovedAndNothingElse() {
    stacksOnly();
    sim.apply(always("other", spec -> spec.named("elsewhere", "other")));
    var _ = sim.applyStack("test", always("web"));
    sim.awaitPhase("web", Phase.RUNNING, SECOND);

    var _ = sim.applyStack("test");
    sim.awaitPhase("web", Phase.GONE, MINUTE);

    assertThat(sim.status("other").phase()).isEqualTo(Phase.RUNNING);
  }

  @Test
  void whatTheEngineLacksIsRefusedOrDoneWithoutAsTheWorkloadSays() {
    sim.engine()
        .offer(EnumSet.complementOf(EnumSet.of(Capability.LIMIT_PIDS, Capability.READ_ONLY_ROOT)));
    stacksOnly();
    Workload strict = always("strict", spec -> spec.limits(new Limits(0, 0, 10)));
    Workload lenient = always("lenient", spec -> spec.limits(new Limits(0, 0, 10)));
    var _ = sim.applyStack("test", strict, lenient.enforcing(Workload.Enforcement.WARN));
    sim.awaitPhase("lenient", Phase.RUNNING, SECOND);
    sim.advance(MINUTE);

    assertThat(sim.status("strict").reason()).isEqualTo("MissingCapability");
    assertThat(sim.status("lenient").reason()).isEqualTo("Lacking");
    assertThat(sim.status("lenient").message())
        .isEqualTo("Runtime docker lacks limit/pids: it runs without.");
    assertThat(sim.engine().audit().creations("lenient")).isEqualTo(1);

    sim.crash();
    sim.start();
    sim.snapshot();
    sim.advance(MINUTE);
    assertThat(sim.engine().audit().creations("lenient")).isEqualTo(1);
  }

  @Test
  void aStackOfAnotherFeedIsNotTakenOver() {
    stacksOnly();
    sim.apply(always("web"));
    sim.awaitPhase("web", Phase.RUNNING, SECOND);

    CompletableFuture<StackAnswer> answer = sim.applyStack("test", always("mine"));

    assertThat(answer.join())
        .isEqualTo(
            new StackAnswer.Refused(
                StackAnswer.Kind.CONFLICT,
                "stack: test (expected: one that no other feed has; feed control-plane has it)"));
    assertThat(sim.isKnown("mine")).isFalse();
  }

  @Test
  void anAgentThatLostItsDiskLeavesStacksAloneUntilSomebodySpeaksOfThem() {
    stacksOnly();
    Workload web = always("web", spec -> spec.feed("stacks"));
    var _ = sim.applyStack("test", web);
    sim.awaitPhase("web", Phase.RUNNING, SECOND);
    sim.advance(SECOND);

    sim.crash();
    sim.loseDisk();
    sim.start();
    sim.snapshot();
    sim.advance(MINUTE);
    assertThat(sim.engine().running()).hasSize(1);
    assertThat(sim.status("web").reason()).isEqualTo("DesiredStateUnknown");

    var _ = sim.applyStack("test");
    sim.awaitPhase("web", Phase.GONE, MINUTE);
    assertThat(sim.engine().running()).isEmpty();
  }

  @Test
  void aStackThatCannotBeWrittenIsAnsweredSo() {
    stacksOnly();
    sim.diskFails();
    CompletableFuture<StackAnswer> answer = sim.applyStack("test", always("web"));
    sim.advance(SECOND);

    assertThat(((StackAnswer.Refused) answer.join()).kind()).isEqualTo(StackAnswer.Kind.NOT_SAVED);
  }
}
