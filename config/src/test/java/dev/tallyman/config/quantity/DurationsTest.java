package dev.tallyman.config.quantity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {

  @ParameterizedTest
  @CsvSource({
    "500ms, PT0.5S, 500ms",
    "30s, PT30S, 30s",
    "2m, PT2M, 2m",
    "1h, PT1H, 1h",
    "1m30s, PT1M30S, 1m30s",
    "90s, PT1M30S, 1m30s",
    "24h, PT24H, 24h",
    "0s, PT0S, 0s",
    "0ms, PT0S, 0s",
    "1h2m3s4ms5us6ns, PT1H2M3.004005006S, 1h2m3s4ms5us6ns",
  })
  void readsAndWritesTheDocumentedForms(String text, Duration expected, String printed) {
    assertThat(Durations.parse(text)).isEqualTo(expected);
    assertThat(Durations.print(expected)).isEqualTo(printed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "0",
        "10",
        "-1s",
        "+1s",
        "1.5s",
        "10 s",
        " 10s",
        "10S",
        "10sec",
        "30s1m",
        "1m1m",
        "1d",
        "s",
        "9999999999s",
        "１s"
      })
  void refusesOtherFormsWithTheExpectedOne(String text) {
    assertThatThrownBy(() -> Durations.parse(text))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContaining("(expected: a duration like 500ms, 10s, 2m or 1h30m)");
  }

  /** Each unit has nine digits at most, but their sum would be written with ten. */
  @Test
  void whatCouldNotBeReadAgainIsRefused() {
    assertThat(Durations.print(Durations.parse("999999999h59m"))).isEqualTo("999999999h59m");
    assertThatThrownBy(() -> Durations.parse("999999999h60m"))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContaining("less than 1000000000h");
  }

  @Test
  void boundsAreAllowedAndNamedWhenBroken() {
    Duration min = Duration.ofSeconds(1);
    Duration max = Duration.ofHours(1);
    assertThat(Durations.parse("1s", min, max)).isEqualTo(min);
    assertThat(Durations.parse("60m", min, max)).isEqualTo(max);
    assertThatThrownBy(() -> Durations.parse("999ms", min, max))
        .hasMessage("999ms (expected: 1s to 1h)");
    assertThatThrownBy(() -> Durations.parse("1h1ms", min, max))
        .hasMessage("1h1ms (expected: 1s to 1h)");
    assertThatThrownBy(() -> Durations.parse("soon", min, max))
        .hasMessage("soon (expected: a duration like 500ms, 10s, 2m or 1h30m, 1s to 1h)");
  }
}
