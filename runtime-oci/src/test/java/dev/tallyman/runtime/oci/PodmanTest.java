package dev.tallyman.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceState;
import dev.tallyman.runtime.InstanceState.ExitCause;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What a real Podman must give, and what only Podman does. */
final class PodmanTest extends RealEngineTest {

  @Override
  boolean leavesNothingBehind() {
    return true;
  }

  @Override
  TestEngine engine() {
    return TestEngine.podman();
  }

  @Override
  List<ExitCause> causesOfWantOfMemory() {
    return List.of(ExitCause.OUT_OF_MEMORY, ExitCause.ENDED);
  }

  @Test
  void aContainerWhoseMonitorWasKilledCanBeStoppedOrIsBrokenAndIsRemoved() throws Exception {
    Instance instance = runtime.launch(spec("while :; do sleep 3600 & wait; done").build());
    long monitor =
        http()
            .get("/v4.0.0/libpod/containers/" + instance.id() + "/json")
            .body()
            .at("State")
            .at("ConmonPid")
            .number()
            .orElse(0);
    Optional<ProcessHandle> conmon = ProcessHandle.of(monitor);
    assumeTrue(
        conmon.isPresent() && conmon.get().destroyForcibly(),
        "skipped: this user cannot kill Podman's monitors from here");

    InstanceState stopped =
        runtime.stop(instance.uid(), Duration.ofSeconds(1)).orElseThrow().state();

    assertThat(stopped).isNotInstanceOf(InstanceState.Running.class);
    if (stopped instanceof InstanceState.Exited end) {
      assertThat(end.exitCode()).isNotEqualTo(OptionalInt.of(0));
    }
    runtime.remove(instance.uid());
    assertThat(runtime.find(instance.uid())).isEmpty();
  }
}
