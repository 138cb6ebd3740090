package dev.tallyman.agent.api;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Waits for the loop's answers.
 *
 * @param patience how long the loop may take
 */
record Replies(Duration patience) {

  /**
   * Asks and waits for the answer.
   *
   * @param ask tells the loop where to put it
   * @throws io.grpc.StatusRuntimeException UNAVAILABLE if there is none in time
   */
  <T> T await(Consumer<CompletableFuture<T>> ask) {
    CompletableFuture<T> reply = new CompletableFuture<>();
    ask.accept(reply);
    try {
      return reply.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException _) {
      throw Refusals.unavailable(
          "the agent's loop does not answer; look at its log, and at the workload, before you try"
              + " again");
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw Refusals.unavailable("the agent stops; look at the workload before you try again");
    }
  }
}
