package dev.tallyman.controlplane.stream;

import dev.tallyman.controlplane.store.StoreException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what a source has, when the reader can take it. Nothing is queued here: while the reader is
 * slow, the source is not asked. A source therefore keeps a position, not messages, and whatever
 * happens in the meantime costs no memory.
 *
 * <p>The source is asked by one thread at a time, and never again once the stream has ended. Safe
 * for use by several threads.
 *
 * @param <M> the messages
 */
public final class Outflow<M> {

  private static final Logger log = LoggerFactory.getLogger(Outflow.class);

  private final ServerCallStreamObserver<M> out;
  private final Executor executor;
  private final Supplier<Optional<M>> source;
  private final Runnable onEnd;
  private final AtomicBoolean wakeUnderWay = new AtomicBoolean();
  private final AtomicBoolean ended = new AtomicBoolean();
  private final ReentrantLock sending = new ReentrantLock();

  /**
   * Takes over the observer; to be called before the service method returns.
   *
   * @param executor runs the sending that {@link #wake} asks for
   * @param source the next message, or empty until {@link #wake}. What it throws ends the stream
   * @param onEnd called once when the stream has ended, whoever ended it; must not block
   */
  public Outflow(
      ServerCallStreamObserver<M> out,
      Executor executor,
      Supplier<Optional<M>> source,
      Runnable onEnd) {
    this.out = out;
    this.executor = executor;
    this.source = source;
    this.onEnd = onEnd;
    out.setOnCancelHandler(this::end);
    out.setOnReadyHandler(this::send);
  }

  /** Says that the source may have something. Returns at once. */
  public void wake() {
    if (!ended.get() && wakeUnderWay.compareAndSet(false, true)) {
      executor.execute(() -> {
        wakeUnderWay.set(false);
        send();
      });
    }
  }

  /** Whether the stream has ended, whoever ended it. */
  public boolean hasEnded() {
    return ended.get();
  }

  /** Ends the stream in good order. */
  public void complete() {
    close(out::onCompleted);
  }

  /** Ends the stream with an error. */
  public void fail(Status status) {
    close(() -> out.onError(status.asRuntimeException()));
  }

  private void close(Runnable how) {
    sending.lock();
    try {
      if (!ended.get()) {
        how.run();
        end();
      }
    } finally {
      sending.unlock();
    }
  }

  private void end() {
    if (ended.compareAndSet(false, true)) {
      onEnd.run();
    }
  }

  private void send() {
    sending.lock();
    try {
      while (!ended.get() && out.isReady()) {
        Optional<M> next = source.get();
        if (next.isEmpty()) {
          return;
        }
        out.onNext(next.get());
      }
    } catch (StatusRuntimeException e) {
      fail(e.getStatus());
    } catch (StoreException e) {
      fail(Status.UNAVAILABLE.withDescription(e.getMessage()).withCause(e));
    } catch (RuntimeException e) {
      log.error("a stream ends: its source failed", e);
      fail(Status.INTERNAL.withDescription("internal error; the server's log has it"));
    } finally {
      sending.unlock();
    }
  }
}
