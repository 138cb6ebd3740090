package dev.tallyman.agent.inbox;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The only way into the Reconciler. Any thread posts; the Reconciler's thread takes.
 *
 * <p>It is not bounded by a number: its producers are. Lists and feeds post one message at a time
 * and wait for the next cause, events are merged per uid before they come here, and there is at
 * most one action per uid.
 */
public final class Inbox {

  /** More than a thousand in one turn would keep statuses back. */
  private static final int MAX_TURN = 1024;

  private final LinkedBlockingQueue<Message> queue = new LinkedBlockingQueue<>();

  /** Tells the Reconciler. Never blocks. */
  public void post(Message message) {
    queue.add(message);
  }

  /**
   * The next messages in their order, waiting for the first one.
   *
   * @param timeout longest wait; zero does not wait
   * @return empty when nothing came in time
   * @throws InterruptedException if the thread was interrupted while it waited
   */
  public List<Message> take(Duration timeout) throws InterruptedException {
    List<Message> messages = new ArrayList<>();
    Message first = queue.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
    if (first != null) {
      messages.add(first);
      queue.drainTo(messages, MAX_TURN - 1);
    }
    return messages;
  }

  /** How many messages wait. */
  public int size() {
    return queue.size();
  }
}
