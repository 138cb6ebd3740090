package dev.tallyman.runtime.testkit;

import static dev.tallyman.runtime.testkit.ContractRun.assertRunning;
import static dev.tallyman.runtime.testkit.ContractRun.exited;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.InstanceState;
import dev.tallyman.runtime.InstanceState.ExitCause;
import dev.tallyman.runtime.RuntimeFailure;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Start, and how processes end by themselves. */
interface StartContract extends ContractPart {

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 42, 255})
  default void theExitCodeIsThatOfTheProcess(int exitCode) {
    InstanceSpec spec = run().spec(new Program.ExitsWith(exitCode)).build();
    var _ = run().runtime().launch(spec);

    InstanceState.Exited end = exited(run().awaitExit(spec.uid()));

    assertThat(end.exitCode()).hasValue(exitCode);
    assertThat(end.cause()).isEqualTo(ExitCause.ENDED);
    assertThat(end.startedAt()).isPresent();
    assertThat(end.finishedAt()).isPresent();
    assertThat(end.finishedAt().orElseThrow()).isAfterOrEqualTo(end.startedAt().orElseThrow());
  }

  @Test
  default void aShellThatDoesNotFindItsCommandEndsWith127() {
    InstanceSpec spec = run().spec(new Program.ShellWithoutCommand()).build();
    var _ = run().runtime().launch(spec);

    assertThat(exited(run().awaitExit(spec.uid())).exitCode()).hasValue(127);
  }

  @Test
  default void aCommandThatNeverBeganHasNoExitCode() {
    InstanceSpec spec = run().spec(new Program.NoSuchCommand()).build();
    run().fixture().abandonLaunch(run().node(), spec);

    assertThatThrownBy(() -> run().runtime().start(spec.uid()))
        .isInstanceOf(RuntimeFailure.InvalidSpec.class);

    switch (run().runtime().find(spec.uid()).orElseThrow().state()) {
      case InstanceState.Created _ -> {
        // has no exit code
      }
      case InstanceState.Exited end -> {
        assertThat(end.exitCode()).isEmpty();
        assertThat(end.cause()).isEqualTo(ExitCause.NEVER_STARTED);
        assertThat(end.startedAt()).isEmpty();
      }
      case InstanceState.Running _, InstanceState.Paused _, InstanceState.Broken _ ->
          throw new AssertionError("something runs that cannot");
    }
  }

  @Test
  default void anEndedInstanceIsStartedAgainAsTheSame() {
    InstanceSpec spec = run().runsForever();
    Instance first = run().runtime().launch(spec);
    Instant firstStart = ((InstanceState.Running) first.state()).startedAt();
    var _ = run().runtime().stop(spec.uid(), Duration.ZERO);

    Instance again = run().runtime().start(spec.uid());

    assertRunning(again);
    assertThat(again.id()).isEqualTo(first.id());
    assertThat(((InstanceState.Running) again.state()).startedAt()).isAfter(firstStart);
    assertThat(run().runtime().find(spec.uid()).orElseThrow().state()).isEqualTo(again.state());
  }

  @Test
  default void aProcessThatWasStartedAgainEndsAgain() {
    InstanceSpec spec = run().spec(new Program.ExitsWith(7)).build();
    var _ = run().runtime().launch(spec);
    Instant firstEnd = exited(run().awaitExit(spec.uid())).finishedAt().orElseThrow();

    var _ = run().runtime().start(spec.uid());

    run()
        .awaiting("the second end")
        .untilAsserted(() -> {
          InstanceState.Exited end = exited(run().runtime().find(spec.uid()).orElseThrow());
          assertThat(end.finishedAt().orElseThrow()).isAfter(firstEnd);
          assertThat(end.exitCode()).hasValue(7);
        });
  }

  @Test
  default void aCreatedInstanceIsStarted() {
    InstanceSpec spec = run().runsForever();
    run().fixture().abandonLaunch(run().node(), spec);

    assertRunning(run().runtime().start(spec.uid()));
  }

  @Test
  default void aRunningInstanceIsLeftAsItIs() {
    InstanceSpec spec = run().runsForever();
    Instance running = run().runtime().launch(spec);

    assertThat(run().runtime().start(spec.uid())).isEqualTo(running);
  }

  @Test
  default void whatIsGoneCannotBeStarted() {
    InstanceSpec spec = run().runsForever();

    assertThatThrownBy(() -> run().runtime().start(spec.uid()))
        .isInstanceOf(RuntimeFailure.InstanceNotFound.class)
        .hasMessageContaining(spec.uid());

    var _ = run().runtime().launch(spec);
    run().runtime().remove(spec.uid());
    assertThatThrownBy(() -> run().runtime().start(spec.uid()))
        .isInstanceOf(RuntimeFailure.InstanceNotFound.class);
  }
}
