package dev.tallyman.config.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionsTest {

  private static final List<String> KNOWN =
      List.of("image", "env", "ports", "node.name", "stopGracePeriod");

  @ParameterizedTest
  @CsvSource({
    "imgae, image",
    "Image, image",
    "imag, image",
    "envs, env",
    "nodename, node.name",
    "node-name, node.name",
    "stop_grace_period, stopGracePeriod",
    "stopGracePeriode, stopGracePeriod",
  })
  void findsTheWordThatWasMeant(String typed, String meant) {
    assertThat(Suggestions.nearest(typed, KNOWN)).hasValue(meant);
  }

  @ParameterizedTest
  @CsvSource({"volumes", "x", "''"})
  void isSilentWhenNothingIsNear(String typed) {
    assertThat(Suggestions.nearest(typed, KNOWN)).isEmpty();
  }

  @Test
  void aVeryLongWordIsNotCompared() {
    assertThat(Suggestions.nearest("i".repeat(1_000_000), KNOWN)).isEmpty();
  }

  @Test
  void faultsBeyondTheLimitAreCounted() {
    Faults faults = new Faults();
    for (int i = 0; i < Faults.LIMIT + 3; i++) {
      faults.add("f:" + i, "wrong");
    }
    assertThat(faults.list()).hasSize(Faults.LIMIT + 1);
    assertThat(faults.list().getLast().message()).isEqualTo("and 3 more faults after this one");
  }
}
