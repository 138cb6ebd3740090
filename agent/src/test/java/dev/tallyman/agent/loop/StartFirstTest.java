package dev.tallyman.agent.loop;

import static dev.tallyman.agent.loop.Workloads.always;
import static dev.tallyman.agent.loop.Workloads.changed;
import static dev.tallyman.agent.loop.Workloads.needing;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.agent.model.Dependency;
import dev.tallyman.agent.model.Dependency.Condition;
import dev.tallyman.agent.model.Dependency.Follow;
import dev.tallyman.agent.model.Dependency.Need;
import dev.tallyman.agent.model.FeedNames;
import dev.tallyman.agent.model.Health;
import dev.tallyman.agent.model.Phase;
import dev.tallyman.agent.model.UpdatePolicy;
import dev.tallyman.agent.model.UpdatePolicy.OnFailure;
import dev.tallyman.agent.model.UpdatePolicy.Order;
import dev.tallyman.agent.model.Workload;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Updates whose new instance starts beside the former one, through the whole loop. */
class StartFirstTest extends SimulationTest {

  private static final Duration DEADLINE = Duration.ofMinutes(2);

  @BeforeEach
  void anAgentWithStacks() {
    sim.withStacks();
    sim.start();
    sim.snapshot();
    sim.advance(SECOND);
  }

  private static Workload web(String uid, OnFailure onFailure) {
    Workload plain =
        always(uid, spec -> spec.named("test", "web").feed(FeedNames.STACKS).env("VERSION", uid));
    return plain.with(
        plain.dependencies(),
        new UpdatePolicy(Order.START_FIRST, onFailure, DEADLINE),
        plain.probes(),
        plain.templates());
  }

  private static Workload web(String uid) {
    return web(uid, OnFailure.ROLL_BACK);
  }

  private void runs(Workload workload) {
    sim.health(workload.uid(), Health.State.HEALTHY);
    stack(workload);
    sim.awaitPhase(workload.uid(), Phase.RUNNING, SECOND);
    sim.advance(SECOND);
  }

  private void stack(Workload... workloads) {
    var _ = sim.applyStack("test", workloads);
  }

  private Set<String> running() {
    return Set.copyOf(sim.engine().running());
  }

  @Test
  void theFormerOneRunsUntilTheNewOneIsHealthyAndGoesThen() {
    runs(web("web.1"));
    sim.health("web.2", Health.State.STARTING);

    stack(web("web.2"));
    sim.advance(MINUTE);
    assertThat(sim.status("web.1").phase()).isEqualTo(Phase.RUNNING);
    assertThat(sim.status("web.1").reason()).isEqualTo("Outgoing");
    assertThat(sim.status("web.2").phase()).isEqualTo(Phase.RUNNING);
    assertThat(running()).hasSize(2);

    sim.health("web.2", Health.State.HEALTHY);
    sim.awaitPhase("web.1", Phase.GONE, MINUTE);
    assertThat(sim.status("web.2").reason()).isEqualTo("Running");
    assertThat(sim.engine().audit().starts("web.2")).isEqualTo(1);
  }

  @Test
  void oneThatNobodyProbesHasProvenItselfAfterTenSeconds() {
    stack(web("web.1"));
    sim.advance(MINUTE);

    stack(web("web.2"));
    sim.advance(Duration.ofSeconds(9));
    assertThat(sim.status("web.1").reason()).isEqualTo("Outgoing");
    sim.advance(Duration.ofSeconds(2));
    assertThat(sim.isKnown("web.1")).isFalse();
  }

  @Test
  void aNewOneThatDoesNotBecomeHealthyGoesAndTheFormerOneRunsOn() {
    runs(web("web.1"));
    sim.health("web.2", Health.State.STARTING);

    stack(web("web.2"));
    sim.advance(DEADLINE.plus(MINUTE));

    assertThat(sim.status("web.2").phase()).isEqualTo(Phase.FAILED);
    assertThat(sim.status("web.2").reason()).isEqualTo("RolledBack");
    assertThat(sim.status("web.2").message()).contains("did not become healthy");
    assertThat(sim.engine().peek("web.2")).isEmpty();
    assertThat(sim.status("web.1").phase()).isEqualTo(Phase.RUNNING);
    assertThat(sim.engine().audit().starts("web.1")).isEqualTo(1);

    sim.engine().exit("web.1", 1);
    sim.advance(SECOND);
    assertThat(sim.engine().audit().starts("web.1")).isEqualTo(2);
  }

  @Test
  void aNewOneThatIsKeptAtItIsTriedUntilItIsHealthy() {
    runs(web("web.1"));
    sim.health("web.2", Health.State.STARTING);

    stack(web("web.2", OnFailure.KEEP));
    sim.advance(Duration.ofHours(1));
    assertThat(running()).hasSize(2);

    sim.health("web.2", Health.State.HEALTHY);
    sim.awaitPhase("web.1", Phase.GONE, MINUTE);
  }

  @Test
  void bothAreRememberedOverACrashOfTheAgent() {
    runs(web("web.1"));
    sim.health("web.2", Health.State.STARTING);
    stack(web("web.2"));
    sim.advance(SECOND);

    sim.crash();
    sim.engine().exit("web.1", 137);
    sim.start();
    sim.snapshot();
    sim.advance(Duration.ofSeconds(30));
    assertThat(sim.status("web.1").reason()).isEqualTo("Outgoing");
    assertThat(sim.engine().audit().starts("web.1")).isEqualTo(2);
    assertThat(sim.engine().audit().creations("web.2")).isEqualTo(1);

    sim.health("web.2", Health.State.HEALTHY);
    sim.awaitPhase("web.1", Phase.GONE, MINUTE);
  }

  @Test
  void aThirdOneTakesThePlaceOfTheSecondThatNeverWorked() {
    runs(web("web.1"));
    sim.health("web.2", Health.State.STARTING);
    stack(web("web.2"));
    sim.advance(SECOND);
    sim.health("web.3", Health.State.STARTING);

    stack(web("web.3"));
    sim.advance(MINUTE);
    assertThat(sim.isKnown("web.2")).isFalse();
    assertThat(sim.status("web.1").message()).contains("web.3");
    assertThat(running()).hasSize(2);

    sim.health("web.3", Health.State.HEALTHY);
    sim.awaitPhase("web.1", Phase.GONE, MINUTE);
  }

  @Test
  void goingBackToTheFormerOneKeepsItAndRemovesTheNewOne() {
    runs(web("web.1"));
    sim.health("web.2", Health.State.STARTING);
    stack(web("web.2"));
    sim.advance(SECOND);

    stack(web("web.1"));
    sim.awaitPhase("web.2", Phase.GONE, MINUTE);
    assertThat(sim.status("web.1").reason()).isEqualTo("Running");
    assertThat(sim.engine().audit().starts("web.1")).isEqualTo(1);
  }

  @Test
  void applyingTheSameAgainWhileBothRunChangesNothing() {
    runs(web("web.1"));
    sim.health("web.2", Health.State.STARTING);
    stack(web("web.2"));
    sim.advance(SECOND);

    stack(web("web.2"));
    sim.advance(SECOND);
    assertThat(sim.status("web.1").reason()).isEqualTo("Outgoing");
    assertThat(running()).hasSize(2);
  }

  @Test
  void aStackThatIsTakenDownTakesBothWithIt() {
    runs(web("web.1"));
    sim.health("web.2", Health.State.STARTING);
    stack(web("web.2"));
    sim.advance(SECOND);

    stack();
    sim.advance(MINUTE);
    assertThat(running()).isEmpty();
    assertThat(sim.isKnown("web.1")).isFalse();
    assertThat(sim.isKnown("web.2")).isFalse();
  }

  @Test
  void whoFollowsStartsAgainOnlyWhenTheNewOneCanBeUsed() {
    Workload follower =
        needing(
            always("front", spec -> spec.feed(FeedNames.STACKS)),
            new Dependency("web", Condition.HEALTHY, Need.REQUIRED, Follow.RESTART));
    sim.health("web.1", Health.State.HEALTHY);
    stack(web("web.1"), follower);
    sim.awaitPhase("front", Phase.RUNNING, MINUTE);
    sim.advance(SECOND);
    sim.health("web.2", Health.State.STARTING);

    stack(web("web.2"), follower);
    sim.advance(MINUTE);
    assertThat(sim.engine().audit().starts("front")).isEqualTo(1);

    sim.health("web.2", Health.State.HEALTHY);
    sim.advance(MINUTE);
    assertThat(sim.engine().audit().starts("front")).isEqualTo(2);
  }

  @Test
  void aControlPlaneThatNamesAnotherUidForTheSameNameIsUnderstoodInDeltasAndSnapshots() {
    Workload first = plainWeb("web.1");
    sim.health("web.1", Health.State.HEALTHY);
    sim.apply(first);
    sim.awaitPhase("web.1", Phase.RUNNING, SECOND);
    sim.health("web.2", Health.State.STARTING);

    sim.apply(plainWeb("web.2"));
    sim.delete("web.1");
    sim.advance(SECOND);
    assertThat(sim.status("web.1").reason()).isEqualTo("Outgoing");

    sim.snapshot();
    sim.advance(SECOND);
    assertThat(sim.status("web.1").reason()).isEqualTo("Outgoing");

    sim.health("web.2", Health.State.HEALTHY);
    sim.awaitPhase("web.1", Phase.GONE, MINUTE);
  }

  @Test
  void aChangedSpecUnderTheSameUidIsRefusedAndTheFormerInstanceLeftAlone() {
    Workload first = plainWeb("web.1");
    sim.health("web.1", Health.State.HEALTHY);
    sim.apply(first);
    sim.awaitPhase("web.1", Phase.RUNNING, SECOND);

    sim.apply(changed(first));
    sim.advance(MINUTE);
    assertThat(sim.status("web.1").phase()).isEqualTo(Phase.REJECTED);
    assertThat(sim.status("web.1").reason()).isEqualTo("SameUid");
    assertThat(sim.engine().audit().creations("web.1")).isEqualTo(1);
    assertThat(running()).hasSize(1);
  }

  private static Workload plainWeb(String uid) {
    Workload plain = always(uid, spec -> spec.named("test", "web").env("VERSION", uid));
    return plain.with(
        plain.dependencies(),
        new UpdatePolicy(Order.START_FIRST, OnFailure.ROLL_BACK, DEADLINE),
        plain.probes(),
        plain.templates());
  }
}
