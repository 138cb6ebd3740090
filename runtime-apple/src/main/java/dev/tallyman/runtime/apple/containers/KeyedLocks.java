package dev.tallyman.runtime.apple.containers;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/** A lock for each key, as long as somebody wants it. */
public final class KeyedLocks {

  private static final class Counted {
    private final ReentrantLock lock = new ReentrantLock(true);
    private int wanted;
  }

  private final ReentrantLock guard = new ReentrantLock();
  private final Map<String, Counted> locks = new HashMap<>();

  /** A lock that is held until it is closed. */
  public interface Held extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Waits for a key's lock.
   *
   * @throws TimeoutException if it was not free within the time
   */
  public Held take(String key, Duration patience) throws InterruptedException, TimeoutException {
    Counted counted = want(key);
    boolean taken = false;
    try {
      taken = counted.lock.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS);
      if (!taken) {
        throw new TimeoutException();
      }
      return () -> {
        counted.lock.unlock();
        release(key);
      };
    } finally {
      if (!taken) {
        release(key);
      }
    }
  }

  private Counted want(String key) {
    guard.lock();
    try {
      Counted counted = locks.computeIfAbsent(key, _ -> new Counted());
      counted.wanted++;
      return counted;
    } finally {
      guard.unlock();
    }
  }

  private void release(String key) {
    guard.lock();
    try {
      Counted counted = locks.get(key);
      if (counted != null && --counted.wanted == 0) {
        locks.remove(key);
      }
    } finally {
      guard.unlock();
    }
  }
}
