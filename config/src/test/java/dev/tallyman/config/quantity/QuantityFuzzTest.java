package dev.tallyman.config.quantity;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Function;

/** A text is an amount that is written and read again as the same, or it is refused. */
class QuantityFuzzTest {

  @FuzzTest
  void aTextIsAnAmountOrRefused(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    check(text, Durations::parse, Durations::print, Durations.EXPECTED);
    check(text, ByteSizes::parse, ByteSizes::print, ByteSizes.EXPECTED);
    check(text, CpuAmounts::parseMillis, CpuAmounts::printMillis, CpuAmounts.EXPECTED);
  }

  private static <T> void check(
      String text, Function<String, T> parser, Function<T, String> printer, String expected) {
    read(text, parser, expected)
        .ifPresent(amount -> assertThat(parser.apply(printer.apply(amount))).isEqualTo(amount));
  }

  private static <T> Optional<T> read(String text, Function<String, T> parser, String expected) {
    try {
      return Optional.of(parser.apply(text));
    } catch (InvalidValueException refused) {
      assertThat(refused).hasMessageContaining(expected);
      return Optional.empty();
    }
  }
}
