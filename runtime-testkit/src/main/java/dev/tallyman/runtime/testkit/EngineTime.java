package dev.tallyman.runtime.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The time that an {@link InMemoryEngine} lives in: real, or simulated by a {@link VirtualTime}.
 * All waiting in the engine goes through it.
 */
public interface EngineTime extends InstantSource {

  /** The wall clock. It may jump. */
  @Override
  Instant instant();

  /** A clock that never jumps, in nanoseconds since an arbitrary moment. */
  long nanoTime();

  /** A new, shut gate. */
  Gate gate();

  /**
   * Runs a task later, on a thread of this time's choice. The task must not wait.
   *
   * @param delay from now; zero is as soon as possible, yet never inside this call
   */
  Scheduled schedule(Duration delay, Runnable task);

  /**
   * Waits.
   *
   * @throws InterruptedException if the calling thread is interrupted before or while it waits
   */
  default void pause(Duration duration) throws InterruptedException {
    boolean opened = gate().await(duration);
    if (opened) {
      throw new IllegalStateException("nobody else knows this gate");
    }
  }

  /** The time that everybody else lives in. */
  static EngineTime real() {
    return RealTime.INSTANCE;
  }

  /** Something to wait for that happens once. */
  interface Gate {

    /** Lets all pass, now and later. */
    void open();

    /**
     * Waits until the gate is open.
     *
     * @param atMost how long; zero does not wait
     * @return whether it is open; otherwise the time was up
     * @throws InterruptedException if the calling thread is interrupted before or while it waits
     */
    boolean await(Duration atMost) throws InterruptedException;
  }

  /** A task that was scheduled. */
  interface Scheduled {

    /** Makes sure that the task does not begin, unless it already has. */
    void cancel();
  }
}
