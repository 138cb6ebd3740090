package dev.tallyman.runtime.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tallyman.runtime.ExecRequest;
import dev.tallyman.runtime.ExecResult;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.RuntimeFailure;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands inside instances. */
interface ExecContract extends ContractPart {

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 42, 255})
  default void aCommandHasItsExitCodeAndItsOutput(int exitCode) {
    InstanceSpec spec = launched();

    assertThat(exec(spec, new Execution.Says("word", exitCode)))
        .isEqualTo(new ExecResult(exitCode, "word\n"));
  }

  @Test
  default void aCommandThatDoesNotExistIs127() {
    InstanceSpec spec = launched();

    assertThat(exec(spec, new Execution.NoSuchCommand()).exitCode()).isEqualTo(127);
  }

  @Test
  default void ofALongOutputTheBeginningIsKeptAndTheCommandGoesOn() {
    InstanceSpec spec = launched();

    ExecResult result = exec(spec, new Execution.SaysMuch('x', 1 << 20, 3));

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.output()).isEqualTo("x".repeat(4096));
  }

  @Test
  default void aCommandThatTakesTooLongTimesOut() {
    InstanceSpec spec = launched();
    Instant begin = Instant.now();

    assertThatThrownBy(() ->
            run()
                .runtime()
                .exec(
                    spec.uid(),
                    new ExecRequest(
                        run().fixture().execution(new Execution.Sleeps(Duration.ofSeconds(20))),
                        Duration.ofMillis(500))))
        .isInstanceOf(RuntimeFailure.TimedOut.class);

    assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(10));
    assertThat(exec(spec, new Execution.Says("still there", 0)).exitCode()).isZero();
  }

  @Test
  default void onlyARunningInstanceTakesCommands() {
    InstanceSpec spec = launched();
    var _ = run().runtime().stop(spec.uid(), Duration.ZERO);

    assertThatThrownBy(() -> exec(spec, new Execution.Says("word", 0)))
        .isInstanceOf(RuntimeFailure.InstanceNotFound.class);
    run().runtime().remove(spec.uid());
    assertThatThrownBy(() -> exec(spec, new Execution.Says("word", 0)))
        .isInstanceOf(RuntimeFailure.InstanceNotFound.class);
  }

  @Test
  default void othersInstancesTakeNoCommands() {
    InstanceSpec theirs = run().runsForever();
    var _ = run().otherRuntime().launch(theirs);

    assertThatThrownBy(() -> exec(theirs, new Execution.Says("word", 0)))
        .isInstanceOf(RuntimeFailure.InstanceNotFound.class);
  }

  private InstanceSpec launched() {
    InstanceSpec spec = run().runsForever();
    ContractRun.assertRunning(run().runtime().launch(spec));
    return spec;
  }

  private ExecResult exec(InstanceSpec spec, Execution execution) {
    return run()
        .runtime()
        .exec(
            spec.uid(),
            new ExecRequest(run().fixture().execution(execution), Duration.ofSeconds(20)));
  }
}
