package dev.tallyman.agent;

import dev.tallyman.agent.inbox.Inbox;
import dev.tallyman.agent.inbox.Message;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Waits until the loop has taken everything down. */
final class Departure {

  private final Inbox inbox;
  private final LongSupplier nanos;
  private final Duration patience;
  private final Duration pause;

  /**
   * @param patience how long nothing may change before it is given up
   * @param pause how often progress is told when there is none
   */
  Departure(Inbox inbox, LongSupplier nanos, Duration patience, Duration pause) {
    this.inbox = inbox;
    this.nanos = nanos;
    this.patience = patience;
    this.pause = pause;
  }

  /**
   * Has everything stopped, and returns when that is done, or nothing has changed for too long, or
   * the thread is interrupted.
   *
   * @param progress told what is left, on this thread
   * @return what still runs
   */
  Set<String> await(Consumer<Set<String>> progress) {
    LinkedBlockingQueue<Set<String>> news = new LinkedBlockingQueue<>();
    inbox.post(new Message.TakeDown(news::add));
    Optional<Set<String>> left = Optional.empty();
    long changed = nanos.getAsLong();
    try {
      while (nanos.getAsLong() - changed < patience.toNanos()) {
        Set<String> next = news.poll(pause.toNanos(), TimeUnit.NANOSECONDS);
        if (next != null) {
          left = Optional.of(next);
          changed = nanos.getAsLong();
          if (next.isEmpty()) {
            break;
          }
        }
        // A loop that says nothing is no progress.
        left.ifPresent(progress);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    return left.orElse(Set.of());
  }
}
