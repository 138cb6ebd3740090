package dev.tallyman.agent.api;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stream to a caller that is sent no faster than the caller reads: {@link #send} waits. Filled by
 * a virtual thread of its own, which ends when the caller does.
 */
final class PacedStream<M> {

  private static final Logger log = LoggerFactory.getLogger(PacedStream.class);

  /** Fills a stream. */
  interface Source<M> {
    /**
     * Sends until there is nothing more, or until {@link PacedStream#isOpen} says no; an interrupt
     * means the same.
     */
    void fill(PacedStream<M> stream) throws InterruptedException;
  }

  private final ServerCallStreamObserver<M> out;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  private PacedStream(ServerCallStreamObserver<M> out) {
    this.out = out;
  }

  /** Begins to fill the answer to a call; must be called within that call. */
  static <M> void start(String name, ServerCallStreamObserver<M> out, Source<M> source) {
    PacedStream<M> stream = new PacedStream<>(out);
    Thread thread = Thread.ofVirtual().name(name).unstarted(() -> stream.run(source));
    out.setOnReadyHandler(stream::wake);
    out.setOnCancelHandler(thread::interrupt);
    thread.start();
  }

  /** Whether somebody still listens. */
  boolean isOpen() {
    return !out.isCancelled() && !Thread.currentThread().isInterrupted();
  }

  /** Sends one message when the caller can take it. */
  void send(M message) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!out.isReady()) {
        changed.await();
      }
    } finally {
      lock.unlock();
    }
    out.onNext(message);
  }

  private void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void run(Source<M> source) {
    try {
      source.fill(this);
      if (!out.isCancelled()) {
        out.onCompleted();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException defect) {
      if (!out.isCancelled()) {
        log.error("A stream of the node API ends by a defect", defect);
        out.onError(
            Status.INTERNAL.withDescription("A defect; the agent's log has it.").asException());
      }
    }
  }
}
