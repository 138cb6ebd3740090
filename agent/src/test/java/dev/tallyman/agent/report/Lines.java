package dev.tallyman.agent.report;

import dev.tallyman.agent.feed.Line;
import dev.tallyman.agent.feed.Uplink;
import dev.tallyman.proto.v1.NodeState;
import dev.tallyman.proto.v1.WorkloadStatus;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import org.awaitility.Awaitility;

/** Lines to nowhere that keep what is sent, and answer when the test says so. */
final class Lines implements Uplink {

  private final LinkedBlockingQueue<TestLine> waiting = new LinkedBlockingQueue<>();

  @Override
  public Line await(Optional<Line> last) throws InterruptedException {
    return waiting.take();
  }

  /** Opens a line that acknowledges everything. */
  TestLine open() {
    return open(new TestLine(true));
  }

  /** Opens a line that acknowledges only what {@link TestLine#acknowledge} is called for. */
  TestLine openSlow() {
    return open(new TestLine(false));
  }

  private TestLine open(TestLine line) {
    waiting.add(line);
    return line;
  }

  /** What was sent at once. */
  record Batch(
      List<WorkloadStatus> statuses, Line.Extent extent, CompletableFuture<Line.Delivery> answer) {

    List<String> uids() {
      return statuses.stream().map(WorkloadStatus::getUid).toList();
    }
  }

  static final class TestLine implements Line {
    final List<Batch> batches = new CopyOnWriteArrayList<>();
    final List<NodeState> states = new CopyOnWriteArrayList<>();
    private final boolean answering;
    private volatile boolean open = true;

    TestLine(boolean answering) {
      this.answering = answering;
    }

    @Override
    public boolean isOpen() {
      return open;
    }

    @Override
    public Delivery deliver(List<WorkloadStatus> statuses, Extent extent)
        throws InterruptedException {
      Batch batch = new Batch(statuses, extent, new CompletableFuture<>());
      batches.add(batch);
      if (!open) {
        batch.answer().complete(Delivery.LINE_ENDED);
      } else if (answering) {
        batch.answer().complete(Delivery.ACKNOWLEDGED);
      }
      try {
        return batch.answer().get();
      } catch (ExecutionException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public void send(NodeState state) {
      states.add(state);
    }

    /** Waits for the n-th batch, from 1. */
    Batch batch(int n) {
      Awaitility.await().until(() -> batches.size() >= n);
      return batches.get(n - 1);
    }

    /** Acknowledges the n-th batch, from 1, when it is there. */
    Batch acknowledge(int n) {
      Batch batch = batch(n);
      batch.answer().complete(Delivery.ACKNOWLEDGED);
      return batch;
    }

    void end() {
      open = false;
      batches.forEach(batch -> batch.answer().complete(Delivery.LINE_ENDED));
    }
  }
}
