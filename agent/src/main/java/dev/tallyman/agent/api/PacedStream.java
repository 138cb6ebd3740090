package dev.tallyman.agent.api;

import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A stream to a caller that is sent no faster than the caller reads: {@link #send} waits. It is
 * filled by one virtual thread of its own.
 *
 * @param <M> what is sent
 */
final class PacedStream<M> {

  /** A caller that reads nothing for so long only costs memory. */
  static final Duration PATIENCE = Duration.ofMinutes(5);

  private final ServerCallStreamObserver<M> out;
  private final Duration patience;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** A stream to the caller; to be made within the call. */
  PacedStream(ServerCallStreamObserver<M> out, Duration patience) {
    this.out = out;
    this.patience = patience;
    out.setOnReadyHandler(this::wake);
  }

  /** Whether somebody still listens. */
  boolean isOpen() {
    return !out.isCancelled();
  }

  /**
   * Sends one message when the caller can take it. Does nothing when the caller has left.
   *
   * @throws InterruptedException if the thread was interrupted while it waited
   * @throws io.grpc.StatusRuntimeException RESOURCE_EXHAUSTED if the caller reads nothing for too
   *     long
   */
  void send(M message) throws InterruptedException {
    long left = patience.toNanos();
    lock.lockInterruptibly();
    try {
      while (isOpen() && !out.isReady()) {
        if (left <= 0) {
          throw Refusals.tooMuch(
              "nothing was read for "
                  + patience.toSeconds()
                  + " s (expected: a caller that reads; begin anew)");
        }
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
    if (isOpen()) {
      out.onNext(message);
    }
  }

  private void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
