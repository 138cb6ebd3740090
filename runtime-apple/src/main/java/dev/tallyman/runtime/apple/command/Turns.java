package dev.tallyman.runtime.apple.command;

import dev.tallyman.runtime.apple.command.Command.Turn;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Whose turn it is. Apple's server does one change at a time and is hung by many, so only two are
 * given to it at once, and only one for each name.
 *
 * <p>Who waits gives up when no call of its kind has come to an end for the time of its deadline. A
 * long queue that moves is no reason to give up: nothing has been done yet for those who wait in
 * it, and to come again would only put them at its end.
 */
public final class Turns {

  private static final Map<Turn, Integer> AT_ONCE =
      Map.of(Turn.LOOK, Integer.MAX_VALUE, Turn.CHANGE, 2, Turn.FETCH, 2, Turn.INSIDE, 4);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<Turn, Integer> busy = new EnumMap<>(Turn.class);
  private final Map<Turn, Long> lastEnd = new EnumMap<>(Turn.class);
  private final Set<String> names = new HashSet<>();
  private boolean closed;

  /** A turn that is taken until it is closed. */
  public interface Taken extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Waits for a turn.
   *
   * @param name what only one may change; empty for none
   * @param patience how long the queue may stand still
   */
  public Taken take(Turn turn, Optional<String> name, Duration patience)
      throws InterruptedException, CallFailed {
    lock.lockInterruptibly();
    try {
      long since = System.nanoTime();
      while (!closed && !isFree(turn, name)) {
        long from = Math.max(since, lastEnd.getOrDefault(turn, since));
        long left = from + patience.toNanos() - System.nanoTime();
        if (left <= 0) {
          throw new CallFailed.NoTurn(
              "it was not begun: the calls before it have not ended for "
                  + patience.toMillis()
                  + " ms");
        }
        var _ = changed.await(left, TimeUnit.NANOSECONDS);
      }
      if (closed) {
        throw new CallFailed.Closed();
      }
      busy.merge(turn, 1, Integer::sum);
      name.ifPresent(names::add);
    } finally {
      lock.unlock();
    }
    return () -> giveBack(turn, name);
  }

  /** Sends away all who wait, and all who come. */
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private boolean isFree(Turn turn, Optional<String> name) {
    return busy.getOrDefault(turn, 0) < AT_ONCE.getOrDefault(turn, 1)
        && name.filter(names::contains).isEmpty();
  }

  private void giveBack(Turn turn, Optional<String> name) {
    lock.lock();
    try {
      busy.merge(turn, -1, Integer::sum);
      name.ifPresent(names::remove);
      lastEnd.put(turn, System.nanoTime());
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
