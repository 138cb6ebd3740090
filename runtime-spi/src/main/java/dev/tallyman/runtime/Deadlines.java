package dev.tallyman.runtime;

import java.time.Duration;

/**
 * How long the calls of a runtime may take, whatever the engine does.
 *
 * @param probe for {@code ping} and for detection
 * @param read for {@code info}, {@code list}, {@code find} and {@code isPresent}
 * @param change for each request that changes something; a stop's grace period comes on top
 * @param pullStall a pull without any progress for this long is given up
 */
public record Deadlines(Duration probe, Duration read, Duration change, Duration pullStall) {

  /** 2 s, 20 s, 60 s, 2 min. */
  public static final Deadlines DEFAULT =
      new Deadlines(
          Duration.ofSeconds(2),
          Duration.ofSeconds(20),
          Duration.ofSeconds(60),
          Duration.ofMinutes(2));

  public Deadlines {
    requirePositive(probe, "probe");
    requirePositive(read, "read");
    requirePositive(change, "change");
    requirePositive(pullStall, "pullStall");
  }

  private static void requirePositive(Duration value, String name) {
    if (!value.isPositive()) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: more than zero)");
    }
  }
}
