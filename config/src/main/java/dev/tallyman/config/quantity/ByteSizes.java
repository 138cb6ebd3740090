package dev.tallyman.config.quantity;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Byte sizes as {@code 8G}, {@code 512M}, {@code 64Ki} or plain bytes. All units are powers of
 * 1024, with or without the {@code i}. Whole numbers only, no sign.
 */
public final class ByteSizes {

  /** The form, to follow "expected: ". */
  public static final String EXPECTED = "a size like 64M, 8G or 1048576, units K M G T of 1024";

  private static final Pattern FORM = Pattern.compile("(\\d{1,18})(?:([KMGT])i?)?");
  private static final List<String> UNITS = List.of("", "K", "M", "G", "T");
  private static final int BITS_PER_STEP = 10;

  private ByteSizes() {}

  /**
   * Reads a number of bytes.
   *
   * @throws InvalidValueException when the text has another form, or more bytes than fit in 63 bits
   */
  public static long parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new InvalidValueException(text, EXPECTED);
    }
    String unit = matcher.group(2);
    long factor = 1L << (BITS_PER_STEP * UNITS.indexOf(unit == null ? "" : unit));
    try {
      return Math.multiplyExact(Long.parseLong(matcher.group(1)), factor);
    } catch (ArithmeticException e) {
      throw new InvalidValueException(text, EXPECTED + ", less than 8388608T");
    }
  }

  /**
   * Reads a number of bytes within bounds.
   *
   * @throws InvalidValueException when the text has another form or is out of bounds
   */
  public static long parse(String text, long min, long max) {
    long bytes;
    try {
      bytes = parse(text);
    } catch (InvalidValueException e) {
      throw new InvalidValueException(e.value(), EXPECTED + ", " + range(min, max));
    }
    if (bytes < min || bytes > max) {
      throw new InvalidValueException(text, range(min, max));
    }
    return bytes;
  }

  /**
   * Writes a number of bytes with the largest unit that loses nothing.
   *
   * @throws IllegalArgumentException when it is negative
   */
  public static String print(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes: " + bytes + " (expected: >= 0)");
    }
    int step = 0;
    long count = bytes;
    while (count != 0 && count % 1024 == 0 && step < UNITS.size() - 1) {
      count >>= BITS_PER_STEP;
      step++;
    }
    return count + UNITS.get(step);
  }

  private static String range(long min, long max) {
    return max == Long.MAX_VALUE ? "at least " + print(min) : print(min) + " to " + print(max);
  }
}
