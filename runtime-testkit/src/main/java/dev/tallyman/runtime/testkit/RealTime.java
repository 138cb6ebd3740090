package dev.tallyman.runtime.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The time of the machine. Tasks run on virtual threads, so that one never holds up another. */
final class RealTime implements EngineTime {

  static final RealTime INSTANCE = new RealTime();

  private final ScheduledThreadPoolExecutor timer;

  private RealTime() {
    timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("in-memory-engine-timer").factory());
    timer.setRemoveOnCancelPolicy(true);
  }

  @Override
  public Instant instant() {
    return Instant.now();
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public Gate gate() {
    CountDownLatch latch = new CountDownLatch(1);
    return new Gate() {
      @Override
      public void open() {
        latch.countDown();
      }

      @Override
      public boolean await(Duration atMost) throws InterruptedException {
        return latch.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
      }
    };
  }

  @Override
  public Scheduled schedule(Duration delay, Runnable task) {
    ScheduledFuture<?> future =
        timer.schedule(
            () -> Thread.ofVirtual().name("in-memory-engine").start(task),
            delay.toNanos(),
            TimeUnit.NANOSECONDS);
    return () -> future.cancel(false);
  }
}
