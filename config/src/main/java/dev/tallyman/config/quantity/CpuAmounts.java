package dev.tallyman.config.quantity;

import java.math.BigDecimal;
import java.util.regex.Pattern;

/**
 * CPU as cores with up to three decimals, {@code 1.5} or {@code 2}, or as thousandths of a core,
 * {@code 1500m}. No sign.
 */
public final class CpuAmounts {

  /** The form, to follow "expected: ". */
  public static final String EXPECTED = "cores like 2 or 1.5, or thousandths of a core like 500m";

  private static final Pattern CORES = Pattern.compile("\\d{1,9}(?:\\.\\d{1,3})?");
  private static final Pattern MILLIS = Pattern.compile("\\d{1,12}m");
  private static final int MILLIS_PER_CORE = 1000;

  private CpuAmounts() {}

  /**
   * Reads thousandths of a core.
   *
   * @throws InvalidValueException when the text has another form
   */
  public static long parseMillis(String text) {
    if (MILLIS.matcher(text).matches()) {
      return Long.parseLong(text.substring(0, text.length() - 1));
    }
    if (CORES.matcher(text).matches()) {
      return new BigDecimal(text).movePointRight(3).longValueExact();
    }
    throw new InvalidValueException(text, EXPECTED);
  }

  /**
   * Writes thousandths of a core: whole cores as {@code 2}, else {@code 1500m}.
   *
   * @throws IllegalArgumentException when it is negative
   */
  public static String printMillis(long millis) {
    if (millis < 0) {
      throw new IllegalArgumentException("millis: " + millis + " (expected: >= 0)");
    }
    return millis % MILLIS_PER_CORE == 0 ? Long.toString(millis / MILLIS_PER_CORE) : millis + "m";
  }
}
