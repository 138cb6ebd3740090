package dev.tallyman.runtime.testkit;

import static dev.tallyman.runtime.testkit.ContractRun.assertRunning;
import static dev.tallyman.runtime.testkit.ContractRun.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.InstanceState;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.Subscription;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** An engine that goes away and returns. */
interface OutageContract extends ContractPart {

  @Test
  default void whileTheEngineIsAwayEveryCallIsUnavailable() {
    Instance running = run().runtime().launch(run().runsForever());

    run().goAway();

    HangContract.callsOf(run(), run().runtime(), running.uid())
        .forEach((name, call) -> {
          // What an engine said before may be remembered until its absence is noticed.
          if (!name.equals("info")) {
            assertThat(failureOf(call))
                .as(name)
                .containsInstanceOf(RuntimeFailure.Unavailable.class);
          }
        });
    assertThat(failureOf(run().runtime()::info))
        .containsInstanceOf(RuntimeFailure.Unavailable.class);
  }

  @Test
  default void theLossOfTheEventStreamIsToldOnce() {
    RecordingListener listener = new RecordingListener();
    try (Subscription _ = run().runtime().watch(listener)) {
      InstanceSpec spec = run().runsForever();
      var _ = run().runtime().launch(spec);

      run().goAway();

      run().awaiting("the loss to be told").until(() -> !listener.lost().isEmpty());
      run().comeBack();
      run()
          .awaiting("the engine to answer")
          .until(() -> failureOf(run().runtime()::list).isEmpty());
      run().runtime().remove(spec.uid());
      assertThat(listener.lost()).hasSize(1);
      assertThat(listener.lost()).hasOnlyElementsOfType(RuntimeFailure.Unavailable.class);
      assertThat(listener.brokeItsPromises()).isFalse();
    }
  }

  @Test
  default void theSameRuntimeWorksWhenTheEngineHasReturned() {
    InstanceSpec spec = run().runsForever();
    Instance before = run().runtime().launch(spec);

    run().goAway();
    run().comeBack();
    run().awaiting("the engine to answer").until(() -> failureOf(run().runtime()::list).isEmpty());

    run().runtime().ping();
    assertThat(run().runtime().info().version()).isNotBlank();
    Instance after = awaitSettled(spec.uid());
    assertThat(after.id()).isEqualTo(before.id());
    if (after.state() instanceof InstanceState.Exited end) {
      assertThat(end.exitCode()).as("unknown is not success").isNotEqualTo(0);
      var _ = run().runtime().start(spec.uid());
    }
    Instance again = run().runtime().launch(spec);
    assertRunning(again);
    assertThat(again.id()).isEqualTo(before.id());
    assertThat(run().runtime().list()).hasSize(1);

    InstanceSpec another = run().runsForever();
    RecordingListener listener = new RecordingListener();
    try (Subscription _ = run().runtime().watch(listener)) {
      assertRunning(run().runtime().launch(another));
      run()
          .awaiting("event after the return")
          .until(() -> listener.changed().contains(another.uid()));
    }
  }

  @Test
  default void whatEndedWhileTheEngineWasAwayIsNoSuccess() {
    Duration lifetime = Duration.ofSeconds(2);
    InstanceSpec spec = run().spec(new Program.EndsAfter(lifetime, 9)).build();
    var _ = run().runtime().launch(spec);

    run().goAway();
    run().awaiting("the end of the process").pollDelay(lifetime).until(() -> true);
    run().comeBack();
    run().awaiting("the engine to answer").until(() -> failureOf(run().runtime()::list).isEmpty());

    InstanceState.Exited end = ContractRun.exited(run().awaitExit(spec.uid()));
    assertThat(end.exitCode().orElse(-1)).as("exit code, -1 for none").isIn(9, 137, -1);
  }

  /** What has become of an instance, once its engine knows. */
  private Instance awaitSettled(String uid) {
    // An engine that kills its containers at its return needs a moment for that.
    Optional<Instance> first = run().runtime().find(uid);
    return run()
        .awaiting("the same state twice")
        .pollInterval(Duration.ofMillis(500))
        .until(
            () -> run().runtime().find(uid),
            found -> found.equals(first) || found.filter(i -> !isRunning(i)).isPresent())
        .orElseThrow();
  }

  private static boolean isRunning(Instance instance) {
    return instance.state() instanceof InstanceState.Running;
  }
}
