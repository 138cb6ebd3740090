package dev.tallyman.runtime.testkit;

import static dev.tallyman.runtime.testkit.ContractRun.allAtOnce;
import static dev.tallyman.runtime.testkit.ContractRun.assertRunning;
import static dev.tallyman.runtime.testkit.ContractRun.failureOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tallyman.runtime.ContainerRuntime;
import dev.tallyman.runtime.Deadlines;
import dev.tallyman.runtime.ExecRequest;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.LogRequest;
import dev.tallyman.runtime.RuntimeFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** An engine that takes requests and does not answer. */
interface HangContract extends ContractPart {

  /** Short, so that the tests are. */
  Deadlines SHORT =
      new Deadlines(
          Duration.ofMillis(500),
          Duration.ofSeconds(1),
          Duration.ofSeconds(1),
          Duration.ofSeconds(1));

  /** Less than any call can take that has one deadline, and the most for one with several. */
  Duration SHORTEST = Duration.ofMillis(450);

  Duration LONGEST = Duration.ofSeconds(6);

  /** What a call did. */
  record Ending(String call, Optional<RuntimeFailure> failure, Duration took, boolean flagged) {}

  @Test
  default void everyCallEndsWithItsDeadline() {
    Instance running = run().runtime().launch(run().runsForever());
    ContainerRuntime runtime = run().connect(SHORT);
    run().hang();

    List<Ending> endings = endings(callsOf(run(), runtime, running.uid()));

    assertThat(endings)
        .allSatisfy(ending -> {
          assertThat(ending.failure()).containsInstanceOf(RuntimeFailure.TimedOut.class);
          assertThat(ending.took()).isBetween(SHORTEST, LONGEST);
        });
  }

  @Test
  default void anInterruptEndsEveryCallAtOnce() {
    Instance running = run().runtime().launch(run().runsForever());
    ContainerRuntime runtime = run().connect(run().fixture().deadlines());
    run().hang();
    List<Callable<Ending>> interrupted = new ArrayList<>();
    callsOf(run(), runtime, running.uid())
        .forEach((name, call) -> interrupted.add(() -> interruptedEnding(name, call)));

    assertThat(allAtOnce(interrupted))
        .allSatisfy(ending -> {
          assertThat(ending.failure()).containsInstanceOf(RuntimeFailure.Cancelled.class);
          assertThat(ending.flagged()).as("interrupt flag").isTrue();
          assertThat(ending.took()).isLessThan(Duration.ofSeconds(1));
        });
  }

  @Test
  default void aThreadThatIsInterruptedAlreadyIsCancelled() {
    InstanceSpec spec = run().runsForever();
    ContainerRuntime runtime = run().runtime();

    Thread.currentThread().interrupt();
    assertThatThrownBy(runtime::list).isInstanceOf(RuntimeFailure.Cancelled.class);
    assertThatThrownBy(() -> runtime.launch(spec)).isInstanceOf(RuntimeFailure.Cancelled.class);
    assertThat(Thread.interrupted()).isTrue();

    assertRunning(runtime.launch(spec));
  }

  @Test
  default void closingTheRuntimeEndsItsCalls() {
    Instance running = run().runtime().launch(run().runsForever());
    ContainerRuntime runtime = run().connect(run().fixture().deadlines());
    run().hang();
    List<Callable<Ending>> calls = new ArrayList<>();
    callsOf(run(), runtime, running.uid())
        .forEach((name, call) -> calls.add(() -> ending(name, call)));
    calls.add(() -> {
      Thread.sleep(Duration.ofMillis(300));
      runtime.close();
      return new Ending(
          "close",
          Optional.of(new RuntimeFailure.Unavailable("closed", null)),
          Duration.ZERO,
          false);
    });

    assertThat(allAtOnce(calls))
        .allSatisfy(ending -> {
          assertThat(ending.failure()).containsInstanceOf(RuntimeFailure.Unavailable.class);
          assertThat(ending.took()).isLessThan(Duration.ofSeconds(2));
        });
  }

  @Test
  default void whatWasUncertainCanBeRepeatedWhenTheEngineAnswersAgain() {
    InstanceSpec spec = run().runsForever();
    ContainerRuntime runtime = run().connect(SHORT);
    run().hang();
    assertThat(failureOf(() -> runtime.launch(spec)))
        .containsInstanceOf(RuntimeFailure.TimedOut.class);

    run().resume();
    run().awaiting("the engine to answer").until(() -> failureOf(runtime::list).isEmpty());

    assertRunning(run().runtime().launch(spec));
    assertThat(runtime.list()).hasSize(1);
  }

  /** Each call of a runtime, by its name. */
  static Map<String, Supplier<Object>> callsOf(
      ContractRun run, ContainerRuntime runtime, String uid) {
    Map<String, Supplier<Object>> calls = new LinkedHashMap<>();
    calls.put("ping", () -> done(runtime::ping));
    calls.put("info", runtime::info);
    calls.put("list", runtime::list);
    calls.put("find", () -> runtime.find(uid));
    calls.put("launch", () -> runtime.launch(run.runsForever()));
    calls.put("start", () -> runtime.start(uid));
    calls.put("stop", () -> runtime.stop(uid, Duration.ZERO));
    calls.put("remove", () -> done(() -> runtime.remove(uid)));
    calls.put("watch", () -> runtime.watch(new RecordingListener()));
    calls.put("isPresent", () -> runtime.images().isPresent(run.fixture().missingImage()));
    calls.put(
        "pull", () -> done(() -> runtime.images().pull(run.fixture().missingImage(), _ -> {})));
    calls.put("healthCheck", () -> runtime.images().healthCheck(run.fixture().missingImage()));
    calls.put(
        "exec",
        () ->
            runtime.exec(
                uid,
                new ExecRequest(
                    run.fixture().execution(new Execution.Says("word", 0)),
                    Duration.ofSeconds(3))));
    calls.put(
        "logs",
        () ->
            done(() ->
                runtime.logs(
                    uid,
                    new LogRequest(OptionalInt.empty(), LogRequest.End.NOW),
                    (_, _, _) -> {})));
    calls.put("assets", runtime.assets()::list);
    return calls;
  }

  private static Object done(Runnable call) {
    call.run();
    return "done";
  }

  private static List<Ending> endings(Map<String, Supplier<Object>> calls) {
    List<Callable<Ending>> timed = new ArrayList<>();
    calls.forEach((name, call) -> timed.add(() -> ending(name, call)));
    return allAtOnce(timed);
  }

  private static Ending ending(String name, Supplier<Object> call) {
    long begin = System.nanoTime();
    Optional<RuntimeFailure> failure = failureOf(call);
    return new Ending(
        name,
        failure,
        Duration.ofNanos(System.nanoTime() - begin),
        Thread.currentThread().isInterrupted());
  }

  /** How a call ends that is interrupted once it waits; the time counts from the interrupt. */
  private static Ending interruptedEnding(String name, Supplier<Object> call)
      throws InterruptedException {
    AtomicReference<Ending> result = new AtomicReference<>();
    CountDownLatch ended = new CountDownLatch(1);
    Thread caller =
        Thread.ofVirtual()
            .name(name)
            .start(() -> {
              result.set(ending(name, call));
              ended.countDown();
            });
    await(name + " to wait")
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(10))
        .until(() ->
            caller.getState() == Thread.State.WAITING
                || caller.getState() == Thread.State.TIMED_WAITING
                || !caller.isAlive());
    long interruptedAt = System.nanoTime();
    caller.interrupt();
    ended.await();
    Ending ending = result.get();
    return new Ending(
        ending.call(),
        ending.failure(),
        Duration.ofNanos(System.nanoTime() - interruptedAt),
        ending.flagged());
  }
}
