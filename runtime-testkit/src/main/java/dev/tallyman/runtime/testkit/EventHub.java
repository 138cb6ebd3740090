package dev.tallyman.runtime.testkit;

import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.RuntimeListener;
import dev.tallyman.runtime.Subscription;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Tells subscribers what changed. Guarded by the engine's lock, apart from the delivery itself.
 *
 * <p>Lock order: a stream's delivery lock, then the engine's lock, then the stream's queue lock.
 * The delivery lock is held while a listener is called, so that closing a subscription waits for
 * it.
 */
final class EventHub {

  private final EngineLock lock;
  private final EngineTime time;
  private final List<Stream> streams = new ArrayList<>();
  private EventMode mode = EventMode.ONCE;
  private Duration delay = Duration.ZERO;
  private volatile boolean held;

  EventHub(EngineLock lock, EngineTime time) {
    this.lock = lock;
    this.time = time;
  }

  void mode(EventMode newMode) {
    mode = newMode;
  }

  void delay(Duration newDelay) {
    delay = newDelay;
  }

  Subscription subscribe(Client client, RuntimeListener listener) {
    Stream stream = new Stream(client, listener);
    streams.add(stream);
    return stream;
  }

  void publish(String node, Consumer<RuntimeListener> event) {
    int copies =
        switch (mode) {
          case ONCE -> 1;
          case TWICE -> 2;
          case DROPPED -> 0;
        };
    for (Stream stream : streams) {
      for (int i = 0; i < copies && stream.client.node().equals(node); i++) {
        stream.enqueue(delay, event);
      }
    }
  }

  /** Ends all streams of a client. */
  void breakStreamsOf(Client client, RuntimeFailure cause) {
    List<Stream> broken = streams.stream().filter(stream -> stream.client == client).toList();
    streams.removeAll(broken);
    broken.forEach(stream -> stream.lose(cause));
  }

  /** Ends all streams. */
  void breakStreams(RuntimeFailure cause) {
    List<Stream> broken = List.copyOf(streams);
    streams.clear();
    broken.forEach(stream -> stream.lose(cause));
  }

  /** Keeps events back until {@link #letGo}. */
  void hold() {
    held = true;
  }

  void letGo() {
    held = false;
    streams.forEach(stream -> time.schedule(Duration.ZERO, stream::deliver));
  }

  /** One subscriber's events, in order. */
  private final class Stream implements Subscription {

    private record Item(long dueNanos, Consumer<RuntimeListener> call) {}

    private final Client client;
    private final RuntimeListener listener;
    private final Deque<Item> queue = new ArrayDeque<>();
    private final ReentrantLock delivery = new ReentrantLock();
    private boolean closed;

    private Stream(Client client, RuntimeListener listener) {
      this.client = client;
      this.listener = listener;
    }

    @Override
    public void close() {
      delivery.lock();
      try {
        closed = true;
      } finally {
        delivery.unlock();
      }
      lock.run(() -> streams.remove(this));
    }

    private void lose(RuntimeFailure cause) {
      enqueue(Duration.ZERO, target -> target.onLost(cause));
    }

    private void enqueue(Duration after, Consumer<RuntimeListener> call) {
      synchronized (queue) {
        queue.add(new Item(time.nanoTime() + after.toNanos(), call));
      }
      time.schedule(after, this::deliver);
    }

    private void deliver() {
      delivery.lock();
      try {
        while (!closed && !held) {
          Item item;
          synchronized (queue) {
            Item first = queue.peek();
            if (first == null || first.dueNanos > time.nanoTime()) {
              return;
            }
            item = queue.remove();
          }
          item.call.accept(listener);
        }
      } finally {
        delivery.unlock();
      }
    }
  }
}
