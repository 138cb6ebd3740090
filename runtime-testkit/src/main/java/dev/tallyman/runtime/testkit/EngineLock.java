package dev.tallyman.runtime.testkit;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** The one lock of an engine. It is never held while something waits. */
final class EngineLock {

  private final ReentrantLock lock = new ReentrantLock();

  void run(Runnable body) {
    lock.lock();
    try {
      body.run();
    } finally {
      lock.unlock();
    }
  }

  <T> T get(Supplier<T> body) {
    lock.lock();
    try {
      return body.get();
    } finally {
      lock.unlock();
    }
  }
}
