package dev.tallyman.agent.loop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A queue that keeps only the latest value of each key, in the order in which keys were first put
 * since they were last taken. However slow its reader, it holds one value per key.
 *
 * <p>Safe for any threads; one lock, held for a few instructions.
 *
 * @param <K> key
 * @param <V> value
 */
final class LatestByKey<K, V> {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition filled = lock.newCondition();
  private final Map<K, V> latest = new LinkedHashMap<>();

  void put(K key, V value) {
    lock.lock();
    try {
      latest.put(key, value);
      filled.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Puts a value unless there is one of this key. */
  void putIfAbsent(K key, V value) {
    lock.lock();
    try {
      latest.putIfAbsent(key, value);
      filled.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes up to {@code max} values, waiting for the first one.
   *
   * @return empty when nothing came in time
   */
  List<V> take(int max, Duration timeout) throws InterruptedException {
    long left = timeout.toNanos();
    lock.lockInterruptibly();
    try {
      while (latest.isEmpty() && left > 0) {
        left = filled.awaitNanos(left);
      }
      List<V> taken = new ArrayList<>(Math.min(max, latest.size()));
      var values = latest.values().iterator();
      while (values.hasNext() && taken.size() < max) {
        taken.add(values.next());
        values.remove();
      }
      return taken;
    } finally {
      lock.unlock();
    }
  }
}
