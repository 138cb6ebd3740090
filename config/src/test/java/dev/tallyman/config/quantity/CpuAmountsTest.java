package dev.tallyman.config.quantity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CpuAmountsTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "500m, 500, 500m",
    "1500m, 1500, 1500m",
    "1.5, 1500, 1500m",
    "0.001, 1, 1m",
    "2, 2000, 2",
    "2000m, 2000, 2",
  })
  void readsCoresAndThousandths(String text, long millis, String printed) {
    assertThat(CpuAmounts.parseMillis(text)).isEqualTo(millis);
    assertThat(CpuAmounts.printMillis(millis)).isEqualTo(printed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "1.0001", ".5", "1.", "1.5m", "1e3", "1M", "9999999999"})
  void refusesOtherForms(String text) {
    assertThatThrownBy(() -> CpuAmounts.parseMillis(text))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageEndingWith(
            "(expected: cores like 2 or 1.5, or thousandths of a core like 500m)");
  }
}
