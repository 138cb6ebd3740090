package dev.tallyman.config.quantity;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as {@code 500ms}, {@code 30s}, {@code 2m}, {@code 1h} and sums of falling units like
 * {@code 1m30s}. Units: h, m, s, ms, us, ns. Whole numbers only, no sign, and always a unit: {@code
 * 0s}, not {@code 0}.
 */
public final class Durations {

  /** The form, to follow "expected: ". */
  public static final String EXPECTED = "a duration like 500ms, 10s, 2m or 1h30m";

  private static final Pattern FORM =
      Pattern.compile(
          "(?:(\\d{1,9})h)?(?:(\\d{1,9})m)?(?:(\\d{1,9})s)?(?:(\\d{1,9})ms)?"
              + "(?:(\\d{1,9})us)?(?:(\\d{1,9})ns)?");

  /** What nine digits can say, so that whatever is read can be written and read again. */
  private static final Duration LONGEST = Duration.ofHours(1_000_000_000).minusNanos(1);

  private Durations() {}

  /**
   * Reads a duration.
   *
   * @throws InvalidValueException when the text has another form, or says a billion hours or more
   */
  public static Duration parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (text.isEmpty() || !matcher.matches()) {
      throw new InvalidValueException(text, EXPECTED);
    }
    Duration sum =
        Duration.ofHours(number(matcher, 1))
            .plusMinutes(number(matcher, 2))
            .plusSeconds(number(matcher, 3))
            .plusMillis(number(matcher, 4))
            .plusNanos(1_000L * number(matcher, 5))
            .plusNanos(number(matcher, 6));
    if (sum.compareTo(LONGEST) > 0) {
      throw new InvalidValueException(text, EXPECTED + ", less than 1000000000h");
    }
    return sum;
  }

  /**
   * Reads a duration within bounds.
   *
   * @throws InvalidValueException when the text has another form or is out of bounds
   */
  public static Duration parse(String text, Duration min, Duration max) {
    Duration duration;
    try {
      duration = parse(text);
    } catch (InvalidValueException e) {
      throw new InvalidValueException(e.value(), EXPECTED + ", " + range(min, max));
    }
    if (duration.compareTo(min) < 0 || duration.compareTo(max) > 0) {
      throw new InvalidValueException(text, range(min, max));
    }
    return duration;
  }

  /**
   * Writes a duration in the one form with the fewest units.
   *
   * @throws IllegalArgumentException when it is negative
   */
  public static String print(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("duration: " + duration + " (expected: >= 0s)");
    }
    if (duration.isZero()) {
      return "0s";
    }
    StringBuilder text = new StringBuilder();
    append(text, duration.toHours(), "h");
    append(text, duration.toMinutesPart(), "m");
    append(text, duration.toSecondsPart(), "s");
    append(text, duration.toMillisPart(), "ms");
    append(text, duration.toNanosPart() / 1_000 % 1_000, "us");
    append(text, duration.toNanosPart() % 1_000, "ns");
    return text.toString();
  }

  private static String range(Duration min, Duration max) {
    return print(min) + " to " + print(max);
  }

  private static void append(StringBuilder text, long count, String unit) {
    if (count != 0) {
      text.append(count).append(unit);
    }
  }

  private static long number(Matcher matcher, int group) {
    String digits = matcher.group(group);
    return digits == null ? 0 : Long.parseLong(digits);
  }
}
