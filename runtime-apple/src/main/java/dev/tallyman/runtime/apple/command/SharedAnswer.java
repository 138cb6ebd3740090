package dev.tallyman.runtime.apple.command;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * One question that many ask. At most one is under way; those who come meanwhile share the next
 * one, because the answer to the one under way may be older than what they ask about.
 *
 * <p>Safe for any threads.
 */
public final class SharedAnswer<T> {

  private final Supplier<T> question;
  private final ReentrantLock lock = new ReentrantLock();
  private Optional<CompletableFuture<T>> running = Optional.empty();
  private Optional<CompletableFuture<T>> waiting = Optional.empty();

  /**
   * @param question asks; ends by itself, with an answer or an unchecked exception
   */
  public SharedAnswer(Supplier<T> question) {
    this.question = requireNonNull(question, "question");
  }

  /**
   * An answer to a question that was asked after this was called.
   *
   * @throws TimeoutException if there is none in time
   * @throws RuntimeException that the question ended with
   */
  public T fresh(Duration patience) throws InterruptedException, TimeoutException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    try {
      return join().get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private CompletableFuture<T> join() {
    lock.lock();
    try {
      if (running.isEmpty()) {
        CompletableFuture<T> first = new CompletableFuture<>();
        running = Optional.of(first);
        ask(first);
        return first;
      }
      CompletableFuture<T> next = waiting.orElseGet(CompletableFuture::new);
      waiting = Optional.of(next);
      return next;
    } finally {
      lock.unlock();
    }
  }

  private void ask(CompletableFuture<T> answer) {
    var _ = Thread.ofVirtual().name("shared-answer").start(() -> perform(answer));
  }

  private void perform(CompletableFuture<T> answer) {
    Optional<T> said = Optional.empty();
    RuntimeException failure = new IllegalStateException("the question ended without an answer");
    try {
      said = Optional.of(question.get());
    } catch (RuntimeException e) {
      failure = e;
    }
    lock.lock();
    try {
      running = waiting;
      waiting = Optional.empty();
      running.ifPresent(this::ask);
    } finally {
      lock.unlock();
    }
    if (said.isPresent()) {
      answer.complete(said.get());
    } else {
      answer.completeExceptionally(failure);
    }
  }
}
