package dev.tallyman.cli.sweep;

import dev.tallyman.runtime.RuntimeFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** Does the same to several things at once. */
final class Parallel {

  private Parallel() {}

  /**
   * Returns when it was tried for each.
   *
   * @throws RuntimeFailure the first failure, when there was one
   */
  static <T> void each(List<T> things, Consumer<T> work) {
    List<Future<?>> futures = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      things.forEach(thing -> futures.add(threads.submit(() -> work.accept(thing))));
    }
    for (Future<?> future : futures) {
      try {
        future.get();
      } catch (ExecutionException e) {
        throw e.getCause() instanceof RuntimeFailure failure
            ? failure
            : new IllegalStateException(e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new RuntimeFailure.Cancelled("the removal was interrupted");
      }
    }
  }
}
