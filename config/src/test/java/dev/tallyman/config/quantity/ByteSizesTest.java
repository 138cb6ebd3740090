package dev.tallyman.config.quantity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizesTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "1, 1, 1",
    "1023, 1023, 1023",
    "1024, 1024, 1K",
    "64M, 67108864, 64M",
    "64Mi, 67108864, 64M",
    "8G, 8589934592, 8G",
    "1536M, 1610612736, 1536M",
    "1T, 1099511627776, 1T",
    "8388607T, 9223370937343148032, 8388607T",
  })
  void readsAndWritesPowersOf1024(String text, long bytes, String printed) {
    assertThat(ByteSizes.parse(text)).isEqualTo(bytes);
    assertThat(ByteSizes.print(bytes)).isEqualTo(printed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-1",
        "1.5G",
        "64m",
        "64MB",
        "64 M",
        "M",
        "1P",
        "8388608T",
        "9999999999999999999"
      })
  void refusesOtherForms(String text) {
    assertThatThrownBy(() -> ByteSizes.parse(text))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContaining("(expected: a size like 64M, 8G or 1048576");
  }

  @Test
  void boundsAreAllowedAndNamedWhenBroken() {
    assertThat(ByteSizes.parse("1M", 1 << 20, 1 << 21)).isEqualTo(1 << 20);
    assertThatThrownBy(() -> ByteSizes.parse("3M", 1 << 20, 1 << 21))
        .hasMessage("3M (expected: 1M to 2M)");
    assertThatThrownBy(() -> ByteSizes.parse("1K", 1 << 20, Long.MAX_VALUE))
        .hasMessage("1K (expected: at least 1M)");
  }
}
