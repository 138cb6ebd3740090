package dev.tallyman.runtime.testkit;

import static dev.tallyman.runtime.testkit.SpecBuilder.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tallyman.runtime.Capability;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.InstanceState;
import dev.tallyman.runtime.Isolation;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.Subscription;
import java.time.Duration;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;

/** What can go wrong at an in-memory engine by script. */
class EngineFaultsTest extends EngineScene {

  @Test
  void aFaultStrikesAsOftenAsItWasTold() {
    Fault fault =
        engine
            .on(Operation.START)
            .ofUid("u1")
            .skipping(1)
            .times(2)
            .fail(() -> new RuntimeFailure.Internal("no", null));
    engine.programs().ofUid("u1", Behaviour.exitsWith(0));
    runtime.launch(of("u1"));
    runtime.launch(of("u2"));
    time.runDue();

    assertThatThrownBy(() -> runtime.start("u1")).isInstanceOf(RuntimeFailure.Internal.class);
    assertThatThrownBy(() -> runtime.start("u1")).isInstanceOf(RuntimeFailure.Internal.class);
    runtime.start("u1");

    assertThat(fault.hits()).isEqualTo(2);
  }

  @Test
  void aLaunchWhoseStartIsNotAnsweredLeavesACreatedInstance() {
    engine
        .on(Operation.START)
        .times(1)
        .fail(() -> new RuntimeFailure.Unavailable("the client died", null));

    assertThatThrownBy(() -> runtime.launch(of("u1")))
        .isInstanceOf(RuntimeFailure.Unavailable.class);
    assertThat(state("u1")).isInstanceOf(InstanceState.Created.class);

    Instance adopted = runtime.launch(of("u1"));
    assertThat(adopted.state()).isInstanceOf(InstanceState.Running.class);
    assertThat(engine.audit().creations("u1")).isEqualTo(1);
  }

  @Test
  void aLaunchWhoseStartIsRefusedLeavesNothing() {
    engine.on(Operation.START).times(1).fail(() -> new RuntimeFailure.Internal("no", null));

    assertThatThrownBy(() -> runtime.launch(of("u1"))).isInstanceOf(RuntimeFailure.Internal.class);

    assertThat(engine.names()).isEmpty();
  }

  @Test
  void aFaultAfterTheEffectLeavesTheEffect() {
    engine
        .on(Operation.LAUNCH)
        .times(1)
        .afterEffect()
        .fail(() -> new RuntimeFailure.TimedOut("the answer was lost"));

    assertThatThrownBy(() -> runtime.launch(of("u1"))).isInstanceOf(RuntimeFailure.TimedOut.class);

    assertThat(engine.running()).containsExactly("u1");
  }

  @Test
  void aRequestMayLoseItsAnswer() {
    engine
        .on(Operation.CREATE)
        .times(1)
        .afterEffect()
        .fail(() -> new RuntimeFailure.TimedOut("the answer was lost"));

    assertThatThrownBy(() -> runtime.launch(of("u1"))).isInstanceOf(RuntimeFailure.TimedOut.class);

    assertThat(state("u1")).isInstanceOf(InstanceState.Created.class);
  }

  @Test
  void aCallThatWaitsForAFrozenEngineIsAnsweredWhenItThaws() {
    engine.freeze();
    time.spawn("list", () -> note(runtime.list()));
    time.schedule(seconds(4), engine::thaw);

    time.advance(seconds(60));

    assertThat(log).containsExactly("[]@4");
  }

  @Test
  void anEffectMayComeAfterItsCallerGaveUp() {
    engine.on(Operation.CREATE).times(1).takeEffectLate(Duration.ofSeconds(90));
    time.spawn("launch", () -> noteFailure(() -> runtime.launch(of("u1"))));

    time.advance(seconds(89));
    assertThat(log).containsExactly("TimedOut@60");
    assertThat(engine.names()).isEmpty();

    time.advance(seconds(1));
    assertThat(state("u1")).isInstanceOf(InstanceState.Created.class);
  }

  @Test
  void aHangEndsWithItsRelease() {
    Fault hang = engine.on(Operation.LIST).times(1).hang();
    time.spawn("list", () -> note(runtime.list()));
    time.schedule(seconds(3), hang::release);

    time.advance(seconds(60));

    assertThat(log).containsExactly("[]@3");
  }

  @Test
  void aHangEndsWithTheDeadline() {
    engine.on(Operation.LIST).hang();
    time.spawn("list", () -> noteFailure(runtime::list));

    time.advance(seconds(60));

    assertThat(log).containsExactly("TimedOut@20");
  }

  @Test
  void aHangEndsWhenTheRuntimeIsClosed() {
    engine.on(Operation.START).hang();
    time.spawn("launch", () -> noteFailure(() -> runtime.launch(of("u1"))));
    time.schedule(seconds(2), runtime::close);

    time.advance(seconds(10));

    assertThat(log).containsExactly("Unavailable@2");
    assertThat(state("u1")).isInstanceOf(InstanceState.Created.class);
  }

  @Test
  void aFrozenEngineHangsEveryCallAndKeepsEventsBack() {
    var _ = runtime.watch(listener());
    runtime.launch(of("u1"));
    time.runDue();
    log.clear();
    engine.freeze();
    engine.exit("u1", 1);
    time.spawn("ping", () -> noteFailure(runtime::ping));

    time.advance(seconds(5));
    assertThat(log).containsExactly("TimedOut@2");

    engine.thaw();
    time.runDue();
    assertThat(log).containsExactly("TimedOut@2", "changed u1@5");
    runtime.ping();
  }

  @Test
  void delaysAddUpAndAreBoundByTheDeadline() {
    engine.on(Operation.PING).delay(Duration.ofMillis(900));
    engine.on(Operation.PING).skipping(1).delay(Duration.ofMillis(1200));
    time.spawn(
        "pings",
        () -> {
          runtime.ping();
          note("pong");
          noteFailure(runtime::ping);
        });

    time.advance(seconds(10));

    assertThat(log).containsExactly("pong@0", "TimedOut@2");
  }

  @Test
  void containersLiveOnWithoutTheirEngine() {
    engine.programs().ofUid("u1", Behaviour.exitsWith(4).after(seconds(5)));
    runtime.launch(of("u1"));
    runtime.launch(of("u2"));
    engine.goAway();

    assertThatThrownBy(runtime::list).isInstanceOf(RuntimeFailure.Unavailable.class);
    time.advance(seconds(10));
    engine.comeBack();

    assertThat(exitCode("u1")).hasValue(4);
    assertThat(state("u2")).isInstanceOf(InstanceState.Running.class);
  }

  @Test
  void anEngineMayKillItsContainersWhenItReturns() {
    runtime.launch(of("u1"));
    engine.goAway(Outage.CONTAINERS_KILLED);
    assertThat(engine.running()).containsExactly("u1");
    engine.comeBack();

    assertThat(exitCode("u1")).hasValue(137);
  }

  @Test
  void anEngineMayNotKnowHowAProcessEndedMeanwhile() {
    engine.programs().ofUid("u1", Behaviour.exitsWith(0).after(seconds(5)));
    engine.programs().ofUid("u2", Behaviour.exitsWith(0).after(seconds(1)));
    runtime.launch(of("u1"));
    runtime.launch(of("u2"));
    time.advance(seconds(2));
    engine.goAway(Outage.EXIT_CODES_LOST);
    time.advance(seconds(10));
    engine.comeBack();

    assertThat(exitCode("u1")).isEmpty();
    assertThat(exitCode("u2")).hasValue(0);
  }

  @Test
  void anEngineThatWentAwayDoesNotKillAnyMoreWhatItWasStopping() {
    engine.programs().ofUid("u1", Behaviour.runsForever().ignoringSignals());
    runtime.launch(of("u1"));
    time.spawn("stop", () -> noteFailure(() -> runtime.stop("u1", seconds(10))));
    time.schedule(seconds(5), engine::goAway);

    time.advance(seconds(20));
    engine.comeBack();

    assertThat(log).containsExactly("Unavailable@5");
    assertThat(state("u1")).isInstanceOf(InstanceState.Running.class);
  }

  @Test
  void eventsCanBeDroppedDoubledAndLate() {
    var _ = runtime.watch(listener());
    engine.events(EventMode.TWICE);
    runtime.launch(of("u1"));
    time.runDue();
    assertThat(log).hasSize(4);

    engine.events(EventMode.DROPPED);
    engine.exit("u1", 0);
    time.advance(seconds(10));
    assertThat(log).hasSize(4);

    engine.events(EventMode.ONCE);
    engine.delayEvents(seconds(2));
    runtime.start("u1");
    time.advance(seconds(10));
    assertThat(log).hasSize(5).endsWith("changed u1@12");
  }

  @Test
  void aBrokenStreamIsToldOnce() {
    Subscription subscription = runtime.watch(listener());
    engine.breakEventStreams();
    runtime.launch(of("u1"));
    engine.goAway();
    time.runDue();
    subscription.close();

    assertThat(log).containsExactly("lost Unavailable@0");
  }

  @Test
  void aListCanMissAndRepeat() {
    runtime.launch(of("u1"));
    runtime.launch(of("u2"));
    engine.on(Operation.LIST).times(1).miss("u1");
    engine.on(Operation.LIST).times(1).repeat("u2");

    assertThat(runtime.list()).extracting(Instance::uid).containsExactly("u2", "u2");
    assertThat(runtime.list()).extracting(Instance::uid).containsExactly("u1", "u2");
  }

  @Test
  void aPretendedIsolationIsFoundOutAndLeavesNothing() {
    engine.pretend(EnumSet.allOf(Capability.class));
    InstanceSpec sandboxed = spec("u1", IMAGE).isolation(Isolation.SANDBOX).build();

    assertThatThrownBy(() -> runtime.launch(sandboxed))
        .isInstanceOf(RuntimeFailure.Unsupported.class);
    assertThat(engine.names()).isEmpty();

    engine.offer(EnumSet.allOf(Capability.class));
    runtime.launch(sandboxed);
    assertThat(engine.peekIsolation("u1")).contains(Isolation.SANDBOX);
  }
}
