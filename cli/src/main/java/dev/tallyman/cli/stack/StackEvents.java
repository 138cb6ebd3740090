package dev.tallyman.cli.stack;

import dev.tallyman.cli.client.CallFailure;
import dev.tallyman.cli.client.Watch;
import dev.tallyman.proto.v1.NodeWorkloadEvent;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * What happens, from all sides, for the one thread that acts on it. A full queue holds back those
 * who fill it.
 */
public final class StackEvents {

  private static final int CAPACITY = 1024;
  private static final Duration WAIT = Duration.ofSeconds(1);

  private final BlockingQueue<StackEvent> queue = new ArrayBlockingQueue<>(CAPACITY);

  /** Nothing has happened yet. */
  public StackEvents() {}

  /** A signal asked to end. May be called by any thread, and waits for nothing. */
  public void interrupt() {
    // Whoever reads a full queue looks at the signals themselves too.
    var _ = queue.offer(new StackEvent.Interrupted());
  }

  /** The agent cannot go on. May be called by any thread, and waits for nothing. */
  public void lose() {
    // A full queue is being read, and the agent's socket says the same soon.
    var _ = queue.offer(new StackEvent.Lost(Optional.empty()));
  }

  /** Waits for the next one; empty when the time is over. */
  Optional<StackEvent> next(Duration timeout) throws InterruptedException {
    return Optional.ofNullable(queue.poll(timeout.toMillis(), TimeUnit.MILLISECONDS));
  }

  /** Whether another one is there already. */
  boolean hasMore() {
    return !queue.isEmpty();
  }

  void put(StackEvent event) throws InterruptedException {
    queue.put(event);
  }

  /** Takes in the changes of a stack, on a thread of its own, until they end. */
  Thread follow(Watch<NodeWorkloadEvent> watch) {
    return Thread.ofVirtual().name("stack-watch").start(() -> pump(watch));
  }

  private void pump(Watch<NodeWorkloadEvent> watch) {
    try {
      try {
        while (watch.next(WAIT) instanceof Watch.Batch.Answers<NodeWorkloadEvent>(var events)) {
          for (NodeWorkloadEvent event : events) {
            take(event);
          }
        }
        put(new StackEvent.Lost(Optional.empty()));
      } catch (CallFailure e) {
        put(new StackEvent.Lost(Optional.of(e)));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void take(NodeWorkloadEvent event) throws InterruptedException {
    switch (event.getEventCase()) {
      case CHANGED -> put(new StackEvent.Changed(event.getChanged()));
      case REMOVED -> put(new StackEvent.Removed(event.getRemoved().getStatus().getUid()));
      case SYNCED -> put(new StackEvent.Synced());
      case EVENT_NOT_SET -> {
        // Something that this version does not know.
      }
    }
  }
}
