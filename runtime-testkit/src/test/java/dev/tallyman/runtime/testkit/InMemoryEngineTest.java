package dev.tallyman.runtime.testkit;

import static dev.tallyman.runtime.testkit.SpecBuilder.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tallyman.runtime.Capability;
import dev.tallyman.runtime.Deadlines;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.InstanceState;
import dev.tallyman.runtime.InstanceState.ExitCause;
import dev.tallyman.runtime.Isolation;
import dev.tallyman.runtime.PullProgress;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.RuntimeListener;
import dev.tallyman.runtime.Subscription;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The engine's script, in virtual time; what every runtime does is in the contract. */
class InMemoryEngineTest {

  private static final String IMAGE = "test/app:1";

  private final VirtualTime time = new VirtualTime();
  private final InMemoryEngine engine = new InMemoryEngine(time);
  private final InMemoryRuntime runtime =
      new InMemoryRuntime("memory", "node-1", engine, Deadlines.DEFAULT);
  private final List<String> log = new ArrayList<>();
  private final Instant begin = time.instant();

  @BeforeEach
  void setUp() {
    engine.addImage(IMAGE);
  }

  @AfterEach
  void nothingForbiddenHappened() {
    engine.audit().verify();
  }

  @Test
  void aProcessEndsWhenItsScriptSaysSo() {
    engine.programs().ofUid("u1", Behaviour.exitsWith(3).after(seconds(5)));
    runtime.launch(of("u1"));

    time.advance(Duration.ofMillis(4999));
    assertThat(state("u1")).isInstanceOf(InstanceState.Running.class);

    time.advance(Duration.ofMillis(1));
    assertThat(state("u1"))
        .isEqualTo(
            new InstanceState.Exited(
                OptionalInt.of(3),
                ExitCause.ENDED,
                Optional.of(begin),
                Optional.of(begin.plusSeconds(5))));
  }

  @Test
  void behavioursAreTakenInTurn() {
    engine.programs().ofWorkload("app", Behaviour.exitsWith(1), Behaviour.exitsWith(0));

    runtime.launch(of("u1"));
    time.runDue();
    assertThat(exitCode("u1")).hasValue(1);

    runtime.start("u1");
    time.runDue();
    assertThat(exitCode("u1")).hasValue(0);
    runtime.start("u1");
    time.runDue();
    assertThat(exitCode("u1")).hasValue(0);
    assertThat(engine.audit().starts("u1")).isEqualTo(3);
    assertThat(engine.audit().creations("u1")).isEqualTo(1);
  }

  @Test
  void aStopTakesAsLongAsTheProcessNeeds() {
    engine.programs().ofUid("u1", Behaviour.runsForever().onSignal("SIGTERM", seconds(3), 7));
    runtime.launch(of("u1"));
    time.spawn("stop", () -> note(runtime.stop("u1", seconds(10)).orElseThrow().state()));

    time.advance(seconds(60));

    assertThat(log).containsExactly("exit 7@3");
  }

  @Test
  void whatIgnoresItsSignalIsKilledAfterTheGraceRoundedUp() {
    engine.programs().ofUid("u1", Behaviour.runsForever().ignoringSignals());
    runtime.launch(of("u1"));
    time.spawn(
        "stop", () -> note(runtime.stop("u1", Duration.ofMillis(1200)).orElseThrow().state()));

    time.advance(seconds(60));

    assertThat(log).containsExactly("exit 137@2");
  }

  @Test
  void aStopGoesOnWhenItsCallerIsInterrupted() {
    engine.programs().ofUid("u1", Behaviour.runsForever().ignoringSignals());
    runtime.launch(of("u1"));
    Thread caller = time.spawn("stop", () -> noteFailure(() -> runtime.stop("u1", seconds(10))));
    time.schedule(seconds(1), caller::interrupt);

    time.advance(seconds(9));
    assertThat(log).containsExactly("Cancelled@1");
    assertThat(state("u1")).isInstanceOf(InstanceState.Running.class);

    time.advance(seconds(1));
    assertThat(exitCode("u1")).hasValue(137);
  }

  @Test
  void aPausedProcessEndsWhenItIsResumed() {
    engine.programs().ofUid("u1", Behaviour.exitsWith(0).after(seconds(5)));
    runtime.launch(of("u1"));
    engine.pause("u1");

    time.advance(seconds(10));
    assertThat(state("u1")).isInstanceOf(InstanceState.Paused.class);

    engine.resume("u1");
    assertThat(exitCode("u1")).hasValue(0);
  }

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
  void informationIsAskedForOncePerLifeOfTheEngine() {
    runtime.info();
    runtime.info();
    assertThat(engine.audit().calls(Operation.INFO)).isEqualTo(1);

    engine.goAway();
    engine.comeBack();
    runtime.info();
    assertThat(engine.audit().calls(Operation.INFO)).isEqualTo(2);
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
  void othersMayInterfere() {
    runtime.launch(of("u1"));
    engine.killForMemory("u1");
    assertThat(((InstanceState.Exited) state("u1")).cause()).isEqualTo(ExitCause.OUT_OF_MEMORY);
    engine.startBehindOurBack("u1");
    assertThat(state("u1")).isInstanceOf(InstanceState.Running.class);
    engine.exitUnseen("u1");
    assertThat(exitCode("u1")).isEmpty();
    engine.breakDown("u1");
    assertThat(state("u1")).isInstanceOf(InstanceState.Broken.class);
    assertThatThrownBy(() -> runtime.start("u1")).isInstanceOf(RuntimeFailure.Internal.class);
    engine.removeBehindOurBack("u1");
    assertThat(runtime.find("u1")).isEmpty();
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

  @Test
  void aPullTellsItsProgressAndTakesItsTime() {
    engine.registry().offers("test/big:1", 4000, seconds(400));
    List<Long> done = new ArrayList<>();
    time.spawn(
        "pull",
        () -> {
          runtime.images().pull("test/big:1", progress -> done.add(progress.doneBytes()));
          note("pulled");
        });

    time.advance(seconds(399));
    assertThat(runtime.images().isPresent("test/big:1")).isFalse();
    time.advance(seconds(1));

    assertThat(log).containsExactly("pulled@400");
    assertThat(done).containsExactly(1000L, 2000L, 3000L, 4000L);
    assertThat(runtime.images().isPresent("test/big:1")).isTrue();
  }

  @Test
  void eachWayInWhichAPullFailsHasItsError() {
    engine
        .registry()
        .denies("test/denied:1")
        .cannotBeReachedFor("test/far:1")
        .breaksOff("test/half:1")
        .stalls("test/stalled:1");
    for (String image :
        List.of("test/none:1", "test/denied:1", "test/far:1", "test/half:1", "No Image")) {
      noteFailure(() -> pull(image));
    }
    time.spawn("pull", () -> noteFailure(() -> pull("test/stalled:1")));
    time.advance(seconds(500));

    assertThat(log)
        .containsExactly(
            "ImageNotFound@0",
            "PullDenied@0",
            "PullFailed@0",
            "PullFailed@0",
            "InvalidSpec@0",
            "TimedOut@120");
  }

  @Test
  void nodesShareAnEngineAndDoNotSeeEachOther() {
    InMemoryRuntime other = new InMemoryRuntime("memory", "node-2", engine, Deadlines.DEFAULT);
    runtime.launch(of("u1"));

    assertThat(other.list()).isEmpty();
    assertThat(other.find("u1")).isEmpty();
    assertThat(other.stop("u1", seconds(1))).isEmpty();
    other.remove("u1");
    assertThatThrownBy(() -> other.launch(of("u1"))).isInstanceOf(RuntimeFailure.Conflict.class);
    assertThat(engine.running()).containsExactly("u1");
  }

  @Test
  void theAuditFindsAWorkloadThatRunsTwice() {
    InMemoryEngine broken = new InMemoryEngine(time);
    broken.addForeign("copy-1", Map.of("tallyman.uid", "u1", "tallyman.node", "a"));
    broken.audit().verify();
    broken.addForeign("copy-2", Map.of("tallyman.uid", "u1", "tallyman.node", "b"));

    assertThat(broken.audit().mostRunningAtOnce("u1")).isEqualTo(2);
    assertThatThrownBy(broken.audit()::verify)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("u1 ran 2 times");
  }

  private void pull(String image) {
    runtime.images().pull(image, (PullProgress _) -> {});
  }

  private static InstanceSpec of(String uid) {
    return spec(uid, IMAGE).build();
  }

  private InstanceState state(String uid) {
    return engine.peek(uid).orElseThrow().state();
  }

  private OptionalInt exitCode(String uid) {
    return ((InstanceState.Exited) state(uid)).exitCode();
  }

  private RuntimeListener listener() {
    return new RuntimeListener() {
      @Override
      public void onChange(String uid) {
        note("changed " + uid);
      }

      @Override
      public void onLost(RuntimeFailure cause) {
        note("lost " + cause.getClass().getSimpleName());
      }
    };
  }

  private void noteFailure(Runnable call) {
    try {
      call.run();
      note("no failure");
    } catch (RuntimeFailure e) {
      note(e.getClass().getSimpleName());
    }
  }

  private void note(Object what) {
    String text =
        what instanceof InstanceState.Exited exited
            ? "exit " + exited.exitCode().orElse(-1)
            : String.valueOf(what);
    log.add(text + "@" + Duration.between(begin, time.instant()).toSeconds());
  }

  private static Duration seconds(long seconds) {
    return Duration.ofSeconds(seconds);
  }
}
