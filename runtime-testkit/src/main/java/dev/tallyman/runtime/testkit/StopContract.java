package dev.tallyman.runtime.testkit;

import static dev.tallyman.runtime.testkit.ContractRun.exited;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tallyman.runtime.Capability;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.InstanceState;
import dev.tallyman.runtime.RuntimeFailure;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Stop: the signal, the grace period, SIGKILL. */
interface StopContract extends ContractPart {

  @Test
  default void aProcessThatHandlesItsSignalEndsInGoodOrder() {
    InstanceSpec spec = run().spec(new Program.Handles("SIGTERM", 42)).build();
    Instance running = run().launchReady(spec);
    Duration grace = Duration.ofSeconds(20);

    long begin = System.nanoTime();
    Instance stopped = run().runtime().stop(spec.uid(), grace).orElseThrow();

    assertThat(stopped.id()).isEqualTo(running.id());
    assertThat(exited(stopped).exitCode()).hasValue(42);
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(grace);
    assertThat(run().runtime().find(spec.uid())).contains(stopped);
  }

  @Test
  default void aProcessThatIgnoresItsSignalIsKilledAfterTheGracePeriod() {
    InstanceSpec spec = run().spec(new Program.IgnoresTerm()).build();
    var _ = run().launchReady(spec);

    long begin = System.nanoTime();
    Instance stopped = run().runtime().stop(spec.uid(), Duration.ofSeconds(2)).orElseThrow();

    assertThat(exited(stopped).exitCode()).hasValue(137);
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(1900));
  }

  @Test
  default void aFractionOfASecondOfGraceIsRoundedUp() {
    InstanceSpec spec = run().spec(new Program.IgnoresTerm()).build();
    var _ = run().launchReady(spec);

    long begin = System.nanoTime();
    var _ = run().runtime().stop(spec.uid(), Duration.ofMillis(1));

    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(900));
  }

  @Test
  default void withoutGraceAProcessIsKilledAtOnce() {
    InstanceSpec spec = run().spec(new Program.Handles("SIGTERM", 42)).build();
    var _ = run().launchReady(spec);

    Instance stopped = run().runtime().stop(spec.uid(), Duration.ZERO).orElseThrow();

    assertThat(exited(stopped).exitCode()).hasValue(137);
  }

  @Test
  default void theSpecsOwnStopSignalIsUsedOrRefused() {
    InstanceSpec spec =
        run().spec(new Program.Handles("SIGUSR1", 43)).stopSignal("SIGUSR1").build();
    if (!run().runtime().info().capabilities().contains(Capability.STOP_SIGNAL)) {
      assertThatThrownBy(() -> run().runtime().launch(spec))
          .isInstanceOf(RuntimeFailure.Unsupported.class);
      run().assertNothingOf(spec.uid());
      return;
    }
    var _ = run().launchReady(spec);

    Instance stopped = run().runtime().stop(spec.uid(), Duration.ofSeconds(20)).orElseThrow();

    assertThat(exited(stopped).exitCode()).hasValue(43);
  }

  @Test
  default void anInstanceThatHasEndedKeepsItsEnd() {
    InstanceSpec spec = run().spec(new Program.ExitsWith(5)).build();
    var _ = run().runtime().launch(spec);
    Instance ended = run().awaitExit(spec.uid());

    Optional<Instance> stopped = run().runtime().stop(spec.uid(), Duration.ofSeconds(1));

    assertThat(stopped.orElseThrow().state()).isEqualTo(ended.state());
  }

  @Test
  default void anInstanceThatWasOnlyCreatedNeedsNoStop() {
    InstanceSpec spec = run().runsForever();
    run().fixture().abandonLaunch(run().node(), spec);

    Instance stopped = run().runtime().stop(spec.uid(), Duration.ofSeconds(1)).orElseThrow();

    assertThat(stopped.state()).isInstanceOf(InstanceState.Created.class);
  }

  @Test
  default void whatIsGoneNeedsNoStop() {
    assertThat(run().runtime().stop(run().uid(), Duration.ofSeconds(1))).isEmpty();
  }
}
