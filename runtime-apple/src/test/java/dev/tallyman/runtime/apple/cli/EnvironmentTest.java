package dev.tallyman.runtime.apple.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EnvironmentTest {

  @Test
  void oneLineGoesIntoTheFileAndMoreIntoTheCommandsEnvironment() {
    Environment environment =
        Environment.of(Map.of("A", " one line ", "B", "two\nlines", "EMPTY", ""));

    assertThat(environment.lines()).containsExactlyInAnyOrder("A= one line ", "EMPTY=");
    assertThat(environment.inherited()).containsExactly(Map.entry("B", "two\nlines"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r", "\u000b", "\f", "\u0085", "\u2028", "\u2029"})
  void whereTheCommandSeesALineEndTheFileIsNoPlaceForIt(String end) {
    assertThat(Environment.of(Map.of("A", "x" + end + "y")).lines()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "A=B", "A B", " A", "#A", "A\tB"})
  void aNameThatWouldGetLostIsRefusedByName(String name) {
    assertThat(Environment.fault(name, "value").orElseThrow())
        .contains("'" + name + "'")
        .doesNotContain("value'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PATH", "HOME", "LC_ALL", "CONTAINER_DEBUG", "DYLD_INSERT_LIBRARIES"})
  void whatTheCommandItselfHeedsIsRefusedWhereItWouldGetIntoIt(String name) {
    assertThat(Environment.fault(name, "secret\nof two lines").orElseThrow())
        .contains(name)
        .doesNotContain("secret");
    assertThat(Environment.fault(name, "one line")).isEmpty();
  }

  @Test
  void anOrdinaryNameMayHaveLines() {
    assertThat(Environment.fault("CERTIFICATE", "-----BEGIN\nEND-----\n")).isEmpty();
  }
}
