package dev.tallyman.cli.output;

import java.time.Duration;
import java.time.Instant;

/** Ages as people read them: the longer, the coarser. */
public final class Ages {

  private Ages() {}

  /**
   * For example {@code 45s}, {@code 3m20s}, {@code 42m}, {@code 5h10m}, {@code 30h}, {@code 9d}.
   */
  public static String between(Instant then, Instant now) {
    Duration age = Duration.between(then, now);
    if (age.isNegative()) {
      return "0s";
    }
    if (age.toSeconds() < 120) {
      return age.toSeconds() + "s";
    }
    if (age.toMinutes() < 10) {
      return age.toMinutes() + "m" + part(age.toSecondsPart(), "s");
    }
    if (age.toHours() < 3) {
      return age.toMinutes() + "m";
    }
    if (age.toHours() < 8) {
      return age.toHours() + "h" + part(age.toMinutesPart(), "m");
    }
    return age.toHours() < 48 ? age.toHours() + "h" : age.toDays() + "d";
  }

  private static String part(int count, String unit) {
    return count == 0 ? "" : count + unit;
  }
}
