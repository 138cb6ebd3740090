package dev.tallyman.runtime.oci.engine;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future.State;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is asked for once and then remembered until it is forgotten. Callers that want it
 * while it is being asked for wait for the same question; none of them can cancel it for the
 * others. A question that failed is not remembered.
 */
public final class Remembered<T> {

  private final Supplier<T> question;
  private final AtomicReference<@Nullable CompletableFuture<T>> answer = new AtomicReference<>();

  /**
   * A question that has not been asked yet.
   *
   * @param question blocks, and is run on a virtual thread of its own
   */
  public Remembered(Supplier<T> question) {
    this.question = question;
  }

  /** The answer, now or later. */
  public CompletableFuture<T> get() {
    CompletableFuture<T> mine = new CompletableFuture<>();
    CompletableFuture<T> known = answer.compareAndExchange(null, mine);
    if (known != null) {
      return known;
    }
    Thread.ofVirtual()
        .name("engine-question")
        .start(() -> {
          try {
            mine.complete(question.get());
          } catch (Throwable failure) {
            answer.compareAndSet(mine, null);
            mine.completeExceptionally(failure);
          }
        });
    return mine;
  }

  /** The answer, if it is there. */
  public Optional<T> known() {
    CompletableFuture<T> now = answer.get();
    return now != null && now.state() == State.SUCCESS ? Optional.of(now.join()) : Optional.empty();
  }

  public void forget() {
    answer.set(null);
  }

  public void remember(T value) {
    answer.set(CompletableFuture.completedFuture(value));
  }
}
