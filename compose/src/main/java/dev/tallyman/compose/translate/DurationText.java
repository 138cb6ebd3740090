package dev.tallyman.compose.translate;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations of the model: {@code 1m30s}, {@code 1.5s}, {@code 100ms}. */
final class DurationText {

  static final String EXPECTED = "a duration like 500ms, 10s or 1m30s";

  private static final String NUMBER = "(\\d{1,9}(?:\\.\\d{1,12})?)";
  private static final Pattern FORM =
      Pattern.compile(
          "(?:%1$sh)?(?:%1$sm)?(?:%1$ss)?(?:%1$sms)?(?:%1$s(?:us|µs))?(?:%1$sns)?"
              .formatted(NUMBER));
  private static final long[] NANOS = {
    3_600_000_000_000L, 60_000_000_000L, 1_000_000_000L, 1_000_000L, 1_000L, 1L
  };

  private DurationText() {}

  /** The duration, cut to whole nanoseconds; empty when the text has another form. */
  static Optional<Duration> parse(String text) {
    if (text.equals("0")) {
      return Optional.of(Duration.ZERO);
    }
    Matcher matcher = FORM.matcher(text);
    if (text.isEmpty() || !matcher.matches()) {
      return Optional.empty();
    }
    Duration sum = Duration.ZERO;
    for (int unit = 0; unit < NANOS.length; unit++) {
      String number = matcher.group(unit + 1);
      if (number != null) {
        BigDecimal nanos = new BigDecimal(number).multiply(BigDecimal.valueOf(NANOS[unit]));
        sum = sum.plusNanos(nanos.longValue());
      }
    }
    return Optional.of(sum);
  }
}
