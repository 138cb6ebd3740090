package dev.tallyman.runtime;

/**
 * Bounds on what an instance may use; 0 means no bound.
 *
 * @param cpuMillis thousandths of a core
 * @param memoryBytes bytes of memory, swap included
 * @param pids processes and threads
 */
public record Limits(long cpuMillis, long memoryBytes, long pids) {

  /** No bounds. */
  public static final Limits NONE = new Limits(0, 0, 0);

  public Limits {
    requireNotNegative(cpuMillis, "cpuMillis");
    requireNotNegative(memoryBytes, "memoryBytes");
    requireNotNegative(pids, "pids");
  }

  private static void requireNotNegative(long value, String name) {
    if (value < 0) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: 0 or more)");
    }
  }
}
