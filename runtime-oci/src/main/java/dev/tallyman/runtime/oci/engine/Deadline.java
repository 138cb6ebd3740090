package dev.tallyman.runtime.oci.engine;

import java.time.Duration;

/**
 * A point in time at which somebody stops waiting. Measured by the machine's monotonic clock, so
 * that setting the clock does not move it. Can be used by several threads.
 */
public final class Deadline {

  private final Duration patience;
  private volatile long endNanos;

  private Deadline(Duration patience) {
    this.patience = patience;
    restart();
  }

  public static Deadline in(Duration patience) {
    return new Deadline(patience);
  }

  /** Begins anew, because there was progress. */
  public void restart() {
    endNanos = System.nanoTime() + patience.toNanos();
  }

  /** Nanoseconds until then; zero or less when it has passed. */
  public long leftNanos() {
    return endNanos - System.nanoTime();
  }

  public boolean hasPassed() {
    return leftNanos() <= 0;
  }

  /** The time that there was from the beginning. */
  public Duration patience() {
    return patience;
  }
}
