package dev.tallyman.agent.model;

import java.time.Duration;

/**
 * An exponential wait between tries.
 *
 * <p>The delay is a pure function: its random part is drawn from a seed, so that the same workload
 * waits the same time at the same try, and different workloads different times.
 *
 * @param initial the first wait that is not nothing
 * @param max the longest wait before jitter
 * @param resetAfter running this long makes the next wait the first one again
 */
public record Backoff(Duration initial, Duration max, Duration resetAfter) {

  /** 10 s doubling to 5 min, forgotten after 10 min of running: what the kubelet does. */
  public static final Backoff DEFAULT =
      new Backoff(Duration.ofSeconds(10), Duration.ofMinutes(5), Duration.ofMinutes(10));

  /** The random part is at most this part of a wait, and is added to it. */
  private static final double JITTER = 0.1;

  /** 2^30 times the shortest wait is far beyond the longest. */
  private static final int MAX_DOUBLINGS = 30;

  public Backoff {
    requireNotNegative(initial, "initial");
    requireNotNegative(max, "max");
    requireNotNegative(resetAfter, "resetAfter");
    if (max.compareTo(initial) < 0) {
      throw new IllegalArgumentException(
          "max: " + max + " (expected: not below initial, which is " + initial + ")");
    }
  }

  /**
   * How long to wait before the given try.
   *
   * @param failures consecutive failures so far, 1 or more: the wait is {@code initial} after the
   *     first and doubles with each further one
   * @param seed picks the random part, of at most a tenth, that is added
   */
  public Duration delay(int failures, long seed) {
    if (failures < 1) {
      throw new IllegalArgumentException("failures: " + failures + " (expected: 1 or more)");
    }
    int doublings = Math.min(failures - 1, MAX_DOUBLINGS);
    // Compared before it is multiplied, so that it cannot overflow.
    Duration plain =
        initial.compareTo(max.dividedBy(1L << doublings)) >= 0
            ? max
            : initial.multipliedBy(1L << doublings);
    double part = (mix(seed + failures) >>> 11) * 0x1.0p-53;
    return plain.plusNanos((long) (plain.toNanos() * JITTER * part));
  }

  /** The finaliser of SplitMix64: near seeds give unrelated numbers. */
  private static long mix(long seed) {
    long z = seed * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  private static void requireNotNegative(Duration value, String name) {
    if (value.isNegative()) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: zero or more)");
    }
  }
}
