package dev.tallyman.runtime.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.runtime.Capability;
import dev.tallyman.runtime.Isolation;
import dev.tallyman.runtime.RuntimeInfo;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What a runtime says of itself. */
interface InfoContract extends ContractPart {

  @Test
  default void theEngineAnswersAndSaysWhatItIs() {
    run().runtime().ping();
    RuntimeInfo info = run().runtime().info();

    assertThat(run().runtime().name()).isNotBlank();
    assertThat(info.kind()).isNotBlank().isLowerCase();
    assertThat(info.version()).isNotBlank();
    assertThat(info.apiVersion()).isNotBlank();
    assertThat(info.os()).isEqualTo("linux");
    assertThat(info.architecture()).isNotBlank();
    assertThat(info.cpus()).isPositive();
    assertThat(info.memoryBytes()).isPositive();
  }

  @Test
  default void theEngineHasSomeIsolation() {
    assertThat(run().runtime().info().capabilities())
        .containsAnyElementsOf(Arrays.stream(Isolation.values()).map(Capability::of).toList());
  }

  @Test
  default void whatTheEngineSaysIsTheSameEachTime() {
    assertThat(run().runtime().info()).isEqualTo(run().runtime().info());
  }
}
