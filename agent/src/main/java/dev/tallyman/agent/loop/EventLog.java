package dev.tallyman.agent.loop;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The last events, for people: what happened to which workload, or to the node. Keeps a bounded
 * number and forgets the oldest. Safe for any threads.
 */
public final class EventLog {

  /** How bad it is. */
  public enum Severity {
    INFO,
    WARNING
  }

  /**
   * Something that happened.
   *
   * @param sequence counts up while the agent runs, from 1
   * @param reason one word
   * @param message a sentence
   * @param uid of the workload; empty, like stack and name, when it is about the node
   */
  public record Event(
      long sequence,
      Instant at,
      Severity severity,
      String reason,
      String message,
      String uid,
      String stack,
      String name) {}

  private static final int CAPACITY = 1000;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition added = lock.newCondition();
  private final Deque<Event> events = new ArrayDeque<>(CAPACITY);
  private long last;

  /** Notes something about a workload. */
  public void workload(
      Instant at,
      Severity severity,
      String reason,
      String message,
      String uid,
      String stack,
      String name) {
    lock.lock();
    try {
      if (events.size() == CAPACITY) {
        events.removeFirst();
      }
      events.addLast(new Event(++last, at, severity, reason, message, uid, stack, name));
      added.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Notes something about the node. */
  public void node(Instant at, Severity severity, String reason, String message) {
    workload(at, severity, reason, message, "", "", "");
  }

  /**
   * The remembered events after the given one, in their order, waiting for the first.
   *
   * @param after sequence of the last event that the caller has; 0 for all that are remembered
   * @param timeout longest wait
   * @return empty when nothing happened in time
   * @throws InterruptedException if the thread was interrupted while it waited
   */
  public List<Event> after(long after, Duration timeout) throws InterruptedException {
    long left = timeout.toNanos();
    lock.lockInterruptibly();
    try {
      while (last <= after && left > 0) {
        left = added.awaitNanos(left);
      }
      List<Event> later = new ArrayList<>();
      for (Event event : events) {
        if (event.sequence() > after) {
          later.add(event);
        }
      }
      return later;
    } finally {
      lock.unlock();
    }
  }
}
