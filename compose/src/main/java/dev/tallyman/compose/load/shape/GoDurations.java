package dev.tallyman.compose.load.shape;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as Compose writes them: sums like {@code 1m30s} in any order, with fractions. Beyond
 * the specification's units there are {@code ns}, {@code d} and {@code w}, which its implementation
 * takes too.
 */
final class GoDurations {

  static final String EXPECTED = "a duration like 500ms, 10s or 1m30s, of at least 0";

  private static final Pattern PART =
      Pattern.compile("(\\d{1,18}(?:\\.\\d{0,18})?|\\.\\d{1,18})(ns|us|µs|μs|ms|s|m|h|d|w)");

  private static final Map<String, Long> NANOS =
      Map.of(
          "ns", 1L,
          "us", 1_000L,
          "µs", 1_000L,
          "μs", 1_000L,
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "h", 3_600_000_000_000L,
          "d", 86_400_000_000_000L,
          "w", 604_800_000_000_000L);

  private static final BigDecimal LONGEST = BigDecimal.valueOf(Long.MAX_VALUE);

  private GoDurations() {}

  /** Nanoseconds; empty for another form or more than 292 years. */
  static Optional<Long> parse(String text) {
    boolean negative = text.startsWith("-");
    String sum = negative || text.startsWith("+") ? text.substring(1) : text;
    if (sum.equals("0")) {
      return Optional.of(0L);
    }
    Matcher part = PART.matcher(sum);
    BigDecimal total = BigDecimal.ZERO;
    int end = 0;
    while (part.lookingAt()) {
      BigDecimal number = new BigDecimal(zeroes(part.group(1)));
      total =
          total.add(
              number
                  .multiply(BigDecimal.valueOf(NANOS.getOrDefault(part.group(2), 0L)))
                  .setScale(0, RoundingMode.DOWN));
      end = part.end();
      part.region(end, sum.length());
    }
    if (sum.isEmpty() || end != sum.length() || total.compareTo(LONGEST) > 0) {
      return Optional.empty();
    }
    return Optional.of(negative ? -total.longValueExact() : total.longValueExact());
  }

  /** The canonical text: {@code 1m30s}, {@code 1h0m0s}, {@code 250ms}, {@code 0s}. */
  static String print(long nanos) {
    if (nanos == 0) {
      return "0s";
    }
    if (nanos < 1_000_000_000L) {
      return nanos < 1_000L
          ? nanos + "ns"
          : nanos < 1_000_000L ? decimal(nanos, 3) + "µs" : decimal(nanos, 6) + "ms";
    }
    long minutes = nanos / 60_000_000_000L;
    String seconds = decimal(nanos % 60_000_000_000L, 9) + "s";
    if (minutes == 0) {
      return seconds;
    }
    return minutes < 60
        ? minutes + "m" + seconds
        : minutes / 60 + "h" + minutes % 60 + "m" + seconds;
  }

  private static String decimal(long unscaled, int scale) {
    BigDecimal number = BigDecimal.valueOf(unscaled, scale);
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }

  private static String zeroes(String number) {
    return (number.startsWith(".") ? "0" : "") + number + (number.endsWith(".") ? "0" : "");
  }
}
