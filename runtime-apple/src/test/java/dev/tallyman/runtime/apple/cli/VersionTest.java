package dev.tallyman.runtime.apple.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VersionTest {

  @ParameterizedTest
  @CsvSource({
    "'container CLI version 1.2.2 (build: release, commit: 0190097)', 1.2.2",
    "'container-apiserver version 0.12.3 (build: release, commit: unspeci)', 0.12.3",
    "1.0.0, 1.0.0",
    "'container CLI version 1.2.2-31-gaf405ff (build: debug, commit: af405ff)', 1.2.2-31-gaf405ff"
  })
  void theVersionInASentenceIsFound(String sentence, String version) {
    assertThat(Version.in(sentence).orElseThrow()).hasToString(version);
  }

  @Test
  void versionsAreComparedByNumbers() {
    assertThat(version("0.9.0").isAtLeast(Version.OLDEST)).isFalse();
    assertThat(version("0.10.1").isAtLeast(Version.OLDEST)).isFalse();
    assertThat(version("0.11.0").isAtLeast(Version.OLDEST)).isTrue();
    assertThat(version("10.0.0").isAtLeast(version("9.9.9"))).isTrue();
  }

  @Test
  void whatHasNoNumbersIsNoVersion() {
    assertThat(Version.in("command not found")).isEmpty();
  }

  private static Version version(String text) {
    return Version.in(text).orElseThrow();
  }
}
