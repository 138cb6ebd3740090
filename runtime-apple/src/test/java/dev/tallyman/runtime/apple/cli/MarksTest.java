package dev.tallyman.runtime.apple.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MarksTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"", "plain", "a=b", "ends=", "=", "hex:61", "hex:", "Grüße, 世界 🚢", "two\nlines"})
  void anyTextSurvivesALabel(String text) {
    assertThat(Marks.decode(Marks.encode(text))).isEqualTo(text);
    assertThat(Marks.encode(text)).doesNotContain("=");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "plain", "two words", "a,b:c;d"})
  void plainTextStaysReadable(String text) {
    assertThat(Marks.encode(text)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"hex:zz", "hex:6"})
  void whatSomebodyElseWroteStaysAsItIs(String text) {
    assertThat(Marks.decode(text)).isEqualTo(text);
  }
}
