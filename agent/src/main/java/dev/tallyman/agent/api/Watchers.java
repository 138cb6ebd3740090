package dev.tallyman.agent.api;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * Those who watch: a bounded number of streams, each filled by a virtual thread that ends when the
 * caller leaves or the agent stops.
 */
final class Watchers implements AutoCloseable {

  private final int most;
  private final Duration patience;
  private final Semaphore places;
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private volatile boolean closing;

  /** Fills a stream. */
  interface Source<M> {
    /**
     * Sends until there is nothing more, or nobody listens.
     *
     * @throws InterruptedException if the caller has left, or the agent stops
     */
    void fill(PacedStream<M> stream) throws InterruptedException;
  }

  /**
   * @param most how many may watch at once
   * @param patience how long one may read nothing
   */
  Watchers(int most, Duration patience) {
    this.most = most;
    this.patience = patience;
    this.places = new Semaphore(most);
  }

  /** Begins to answer a call; must be called within it. */
  <M> void watch(String call, StreamObserver<M> answer, Source<M> source) {
    if (!places.tryAcquire()) {
      Refusals.end(
          call,
          answer,
          Refusals.tooMuch(
              "watchers: " + most + " are there (expected: fewer; end one, then try again)"));
      return;
    }
    // What the generated code hands to a service.
    ServerCallStreamObserver<M> out = (ServerCallStreamObserver<M>) answer;
    PacedStream<M> stream = new PacedStream<>(out, patience);
    Thread thread = Thread.ofVirtual().name(call).unstarted(() -> run(call, out, stream, source));
    out.setOnCancelHandler(thread::interrupt);
    threads.add(thread);
    thread.start();
    if (closing) {
      thread.interrupt();
    }
  }

  private <M> void run(
      String call, ServerCallStreamObserver<M> out, PacedStream<M> stream, Source<M> source) {
    try {
      source.fill(stream);
      if (stream.isOpen()) {
        out.onCompleted();
      }
    } catch (InterruptedException _) {
      if (stream.isOpen()) {
        Refusals.end(call, out, Refusals.unavailable("the agent stops"));
      }
    } catch (RuntimeException failure) {
      if (stream.isOpen()) {
        Refusals.end(call, out, failure);
      }
    } finally {
      threads.remove(Thread.currentThread());
      places.release();
    }
  }

  /** Ends all streams; new ones end as they begin. */
  @Override
  public void close() {
    closing = true;
    threads.forEach(Thread::interrupt);
  }
}
