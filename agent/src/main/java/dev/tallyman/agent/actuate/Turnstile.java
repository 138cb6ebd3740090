package dev.tallyman.agent.actuate;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Lets a few launches at a time through to an engine, which is faster with four than with forty.
 *
 * <p>A place is lent for a short time only: whoever takes longer gives it back and goes on without,
 * so that a call which hangs slows nobody else for longer than that.
 */
final class Turnstile {

  private final Semaphore places;
  private final Duration loan;
  private final ScheduledExecutorService timer;

  Turnstile(int places, Duration loan, ScheduledExecutorService timer) {
    this.places = new Semaphore(places, true);
    this.loan = loan;
    this.timer = timer;
  }

  /**
   * Waits for a place.
   *
   * @throws InterruptedException if the thread was interrupted while it waited
   */
  Performer.Place enter() throws InterruptedException {
    places.acquire();
    AtomicBoolean lent = new AtomicBoolean(true);
    Runnable giveBack =
        () -> {
          if (lent.compareAndSet(true, false)) {
            places.release();
          }
        };
    var late = timer.schedule(giveBack, loan.toNanos(), TimeUnit.NANOSECONDS);
    return () -> {
      late.cancel(false);
      giveBack.run();
    };
  }
}
