package dev.tallyman.agent.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.agent.TestLoop;
import dev.tallyman.agent.model.WorkloadStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StatusBoardTest {

  private final StatusBoard board = new StatusBoard();
  private final WorkloadStatus sample = sample();

  private static WorkloadStatus sample() {
    TestLoop loop = new TestLoop();
    loop.want(TestLoop.refused("u1", "x"));
    return loop.statuses.find("u1").orElseThrow().status();
  }

  private void publish(String uid, int restarts) {
    board.publish(
        new StatusBoard.Entry(
            Optional.empty(),
            new WorkloadStatus(
                uid,
                sample.name(),
                sample.stack(),
                sample.phase(),
                sample.reason(),
                sample.message(),
                sample.exitCode(),
                restarts,
                sample.startedAt(),
                sample.finishedAt(),
                sample.instanceId(),
                sample.runtime(),
                sample.generation(),
                sample.ports(),
                sample.nextAttemptAt(),
                sample.image(),
                sample.phaseSince(),
                sample.health(),
                sample.addresses())));
  }

  @Test
  void aWatcherThatBeginsAmidAChangeEndsWithTheLatest() throws Exception {
    int rounds = 50_000;
    CyclicBarrier together = new CyclicBarrier(2);
    CompletableFuture<Void> publishing =
        CompletableFuture.runAsync(() -> {
          for (int i = 1; i <= rounds; i++) {
            await(together);
            publish("u1", i);
            await(together);
          }
        });
    for (int i = 1; i <= rounds; i++) {
      await(together);
      try (StatusBoard.Watch watch = board.watch()) {
        await(together);
        assertThat(watch.next(10, Duration.ZERO).getLast().status().restarts()).isEqualTo(i);
      }
    }
    publishing.get();
  }

  /** Both threads leave this at nearly the same moment. */
  private static void await(CyclicBarrier barrier) {
    try {
      var _ = barrier.await();
    } catch (InterruptedException | BrokenBarrierException e) {
      throw new AssertionError(e);
    }
  }
}
