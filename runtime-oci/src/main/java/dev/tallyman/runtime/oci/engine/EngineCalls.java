package dev.tallyman.runtime.oci.engine;

import dev.tallyman.runtime.RuntimeFailure;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs requests so that each ends by its deadline, whatever the engine does.
 *
 * <p>The HTTP client's own time limits have no effect on unix sockets, and a silent engine would
 * hold a caller for ever. So a request runs on a virtual thread of its own while the caller waits
 * for it. When the deadline passes, the caller is interrupted or the runtime is closed, the caller
 * goes on at once and the request's thread is interrupted; that closes its connection, because a
 * socket channel closes when the thread that reads it is interrupted. Whatever such a request still
 * brings is closed if it can be, and dropped.
 */
public final class EngineCalls implements AutoCloseable {

  private final EngineErrors errors;
  private final Set<Running> running = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  public EngineCalls(EngineErrors errors) {
    this.errors = errors;
  }

  /**
   * Runs a request and waits for its result.
   *
   * @throws RuntimeFailure as {@link EngineErrors} says, {@code TimedOut} after the deadline,
   *     {@code Cancelled} if the calling thread was interrupted, {@code Unavailable} after {@link
   *     #close()}
   */
  public <T> T run(EngineCall call, Deadline deadline, Callable<T> work) {
    if (Thread.currentThread().isInterrupted()) {
      throw errors.cancelled(call);
    }
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread worker =
        Thread.ofVirtual()
            .name("engine-" + call.verb())
            .unstarted(() -> {
              try {
                T value = work.call();
                if (!result.complete(value)) {
                  discard(value);
                }
              } catch (Throwable failure) {
                result.completeExceptionally(failure);
              }
            });
    Running entry = new Running(call, result, worker);
    running.add(entry);
    try {
      worker.start();
      if (closed) {
        entry.abandon(errors.closed(call));
      }
      return await(call, deadline, result);
    } finally {
      running.remove(entry);
      if (!result.isDone()) {
        entry.abandon(errors.cancelled(call));
      }
    }
  }

  /** Waits for a result that comes from elsewhere; the same failures as {@link #run}. */
  public <T> T await(EngineCall call, Deadline deadline, CompletableFuture<T> result) {
    while (true) {
      try {
        return result.get(Math.max(0, deadline.leftNanos()), TimeUnit.NANOSECONDS);
      } catch (TimeoutException passed) {
        if (deadline.hasPassed()) {
          throw errors.timedOut(call, deadline.patience());
        }
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw errors.cancelled(call);
      } catch (ExecutionException failure) {
        throw errors.of(call, failure.getCause() == null ? failure : failure.getCause());
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    running.forEach(entry -> entry.abandon(errors.closed(entry.call)));
  }

  private static void discard(Object value) {
    if (value instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception ignored) {
        // Nobody waits for it any more, and there is nothing left to give back.
      }
    }
  }

  private record Running(EngineCall call, CompletableFuture<?> result, Thread worker) {

    void abandon(RuntimeFailure why) {
      result.completeExceptionally(why);
      worker.interrupt();
    }
  }
}
