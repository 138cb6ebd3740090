package dev.tallyman.agent.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FieldPathsTest {

  @ParameterizedTest
  @CsvSource({
    "name, name",
    "spec.image, image",
    "spec.resources.memory_bytes, resources.memory",
    "spec.resources.cpu_millis, resources.cpu",
    "spec.ports[1].container_port, ports[1].containerPort",
    "spec.restart.backoff.reset_after, restart.backoff.resetAfter",
    "spec.stop_grace_period, stopGracePeriod",
    "spec.mounts[2].tmpfs.size_bytes, mounts[2].tmpfs.size",
    "dependencies[0].workload, dependencies[0].workload",
    "labels[\"a.b_c\"], labels[\"a.b_c\"]",
    "spec.surprise.memory_bytes, surprise.memory_bytes",
    "'', ''",
  })
  void aFieldOfTheContractHasItsPlaceInTheManifest(String contract, String manifest) {
    assertThat(FieldPaths.inManifest(contract)).isEqualTo(manifest);
  }
}
