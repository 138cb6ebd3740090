package dev.tallyman.agent.inbox;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Orders looks at runtimes against actions: each call gives a larger number than all before, so
 * that what was asked for before an action ended is known to be older than its outcome. Safe for
 * any threads.
 */
public final class Ticks {
  private final AtomicLong last = new AtomicLong();

  /** The next number. */
  public long next() {
    return last.incrementAndGet();
  }
}
