package dev.tallyman.runtime.testkit;

import static dev.tallyman.runtime.testkit.SpecBuilder.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tallyman.runtime.Deadlines;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.InstanceState;
import dev.tallyman.runtime.InstanceState.ExitCause;
import dev.tallyman.runtime.PortBinding;
import dev.tallyman.runtime.RuntimeFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** What processes, pulls, nodes and others do at an in-memory engine by script. */
class InMemoryEngineTest extends EngineScene {

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

  @Test
  void portsAreBoundAtTheStartAndGivenBackAtTheEnd() {
    engine.occupyPort(8080);
    InstanceSpec fixed = withPort("u1", 8080);
    assertThatThrownBy(() -> runtime.launch(fixed)).isInstanceOf(RuntimeFailure.Conflict.class);
    assertThat(engine.names()).isEmpty();

    runtime.launch(withPort("u2", 9090));
    assertThatThrownBy(() -> runtime.launch(withPort("u3", 9090)))
        .isInstanceOf(RuntimeFailure.Conflict.class);
    engine.exit("u2", 0);
    assertThat(runtime.launch(withPort("u3", 9090)).ports()).hasSize(1);
    assertThat(runtime.launch(withPort("u4", 0)).ports().getFirst().hostPort()).isPositive();
  }

  @Test
  void theAuditFindsARuntimeThatTouchesWhatIsNotItsNodes() {
    InMemoryEngine touched = new InMemoryEngine(time);
    touched.addForeign("foreign", Map.of());
    touched
        .lock()
        .run(() ->
            touched.audit().touched(touched.machine().byName("foreign").orElseThrow(), "node-1"));

    assertThat(touched.audit().foreignTouched()).isEqualTo(1);
    assertThatThrownBy(touched.audit()::verify).hasMessageContaining("foreign");
  }

  @Test
  void eachRunOfAScriptIsTheSame() {
    assertThat(journalOfABusyDay(17)).isEqualTo(journalOfABusyDay(17)).hasSizeGreaterThan(500);
    assertThat(journalOfABusyDay(18)).isNotEqualTo(journalOfABusyDay(17));
  }

  /** Many processes, faults and interrupts, all drawn from a seed. */
  private static List<Audit.Entry> journalOfABusyDay(long seed) {
    RandomGenerator random = new Random(seed);
    VirtualTime time = new VirtualTime();
    InMemoryEngine engine = new InMemoryEngine(time);
    engine.addImage(IMAGE);
    for (Operation operation : Operation.values()) {
      var _ =
          engine
              .on(operation)
              .skipping(random.nextInt(9))
              .delay(Duration.ofMillis(1 + random.nextInt(900)));
    }
    engine
        .programs()
        .ofImage(IMAGE, Behaviour.exitsWith(1).after(seconds(7)), Behaviour.runsForever());
    for (int i = 0; i < 200; i++) {
      String uid = "u" + random.nextInt(40);
      InMemoryRuntime runtime = new InMemoryRuntime("memory", "node", engine, Deadlines.DEFAULT);
      Thread process =
          time.spawn(
              "life of " + uid,
              () -> {
                try {
                  runtime.launch(of(uid));
                  runtime.start(uid);
                  runtime.stop(uid, seconds(1));
                  runtime.remove(uid);
                } catch (RuntimeFailure.Cancelled | RuntimeFailure.InstanceNotFound _) {
                  // that is part of the day
                }
              });
      if (random.nextInt(5) == 0) {
        time.schedule(Duration.ofMillis(random.nextInt(3000)), process::interrupt);
      }
      time.advance(Duration.ofMillis(random.nextInt(500)));
    }
    time.advance(Duration.ofMinutes(10));
    engine.audit().verify();
    return engine.audit().journal();
  }

  private static InstanceSpec withPort(String uid, int port) {
    return spec(uid, IMAGE)
        .port(new PortBinding(80, port, "127.0.0.1", PortBinding.Protocol.TCP))
        .build();
  }
}
