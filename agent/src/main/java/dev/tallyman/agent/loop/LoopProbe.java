package dev.tallyman.agent.loop;

import dev.tallyman.agent.inbox.Inbox;
import dev.tallyman.agent.inbox.Message;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Finds out whether the loop lives: gives it something to do and watches it take a turn. However
 * often it is asked, at most one message of it waits in the inbox. Safe for any threads.
 */
public final class LoopProbe {

  private static final Duration LOOK_AGAIN = Duration.ofMillis(2);

  private final Inbox inbox;
  private final LongSupplier turns;
  private final LongSupplier nanos;
  private final Duration patience;
  private final ReentrantLock lock = new ReentrantLock();
  private OptionalLong turnsWhenAsked = OptionalLong.empty();

  /**
   * A probe of the loop that takes from this inbox.
   *
   * @param turns how many turns the loop has taken
   * @param patience how long a turn may take
   */
  public LoopProbe(Inbox inbox, LongSupplier turns, LongSupplier nanos, Duration patience) {
    this.inbox = inbox;
    this.turns = turns;
    this.nanos = nanos;
    this.patience = patience;
  }

  /** Whether the loop took a turn while this waited, at most as long as the patience. */
  public boolean isAlive() {
    long before = turns.getAsLong();
    ask(before);
    long began = nanos.getAsLong();
    while (turns.getAsLong() == before) {
      if (nanos.getAsLong() - began >= patience.toNanos()
          || Thread.currentThread().isInterrupted()) {
        return false;
      }
      LockSupport.parkNanos(this, LOOK_AGAIN.toNanos());
    }
    return true;
  }

  private void ask(long now) {
    lock.lock();
    try {
      if (turnsWhenAsked.isEmpty() || turnsWhenAsked.getAsLong() != now) {
        inbox.post(new Message.Tick());
        turnsWhenAsked = OptionalLong.of(now);
      }
    } finally {
      lock.unlock();
    }
  }
}
