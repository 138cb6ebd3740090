package dev.tallyman.agent.report;

import dev.tallyman.agent.loop.NodeBoard;
import dev.tallyman.agent.loop.StatusBoard;
import dev.tallyman.agent.telemetry.Telemetry;
import dev.tallyman.agent.wire.NodeWriter;
import dev.tallyman.agent.wire.StatusWriter;
import dev.tallyman.proto.v1.NodeMessage;
import dev.tallyman.proto.v1.StatusBatch;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Sends the control plane the latest status of each workload, in batches of 100 ms or 100 changes,
 * and the node's conditions when they change. Each new session gets a complete report first. What
 * is not acknowledged is sent again on the next session; a workload that is gone is told until it
 * is.
 *
 * <p>Two virtual threads; one lock, never held while something is sent.
 */
public final class Reporter implements AutoCloseable {

  /** A connection to the control plane that lasts for a while. */
  @FunctionalInterface
  public interface Session {
    /** Sends a message after those before it; does nothing once the session is over. */
    void send(NodeMessage message);
  }

  private static final int BATCH = 100;
  private static final int FULL_BATCH = 1000;
  private static final Duration GATHER = Duration.ofMillis(100);

  /**
   * An agent that has just started sees its runtimes soon; one that cannot must report all the
   * same.
   */
  private static final Duration REPORT_WITHIN = Duration.ofSeconds(5);

  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final StatusBoard board;
  private final NodeBoard node;
  private final Telemetry telemetry;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Outbox outbox = new Outbox();
  private final List<Thread> threads;
  private Optional<Session> session = Optional.empty();

  /** How far the complete report is that begins a session. */
  private enum Report {
    /** Waits until the loop has seen everything once, or for a while. */
    AWAITED,
    /** What is sent belongs to it. */
    UNDER_WAY,
    /** What is sent are changes. */
    COMPLETE
  }

  private Report report = Report.COMPLETE;
  private long openedNanos;

  private long nodeVersionSent = -1;

  private Reporter(StatusBoard board, NodeBoard node, Telemetry telemetry) {
    this.board = board;
    this.node = node;
    this.telemetry = telemetry;
    this.threads =
        List.of(
            Thread.ofVirtual().name("report-gather").unstarted(this::gather),
            Thread.ofVirtual().name("report-send").unstarted(this::send),
            Thread.ofVirtual().name("report-node").unstarted(this::watchNode));
  }

  /** Starts reporting; nothing is sent before a session is opened. */
  public static Reporter start(StatusBoard board, NodeBoard node, Telemetry telemetry) {
    Reporter reporter = new Reporter(board, node, telemetry);
    reporter.threads.forEach(Thread::start);
    return reporter;
  }

  /** A session begins, in place of the one before it. */
  public void opened(Session opened) {
    lock.lock();
    try {
      session = Optional.of(opened);
      outbox.restart(board.all());
      report = Report.AWAITED;
      openedNanos = System.nanoTime();
      nodeVersionSent = -1;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The present session is over. */
  public void closed() {
    lock.lock();
    try {
      session = Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /** The control plane has stored the batches of the present session up to this one. */
  public void acknowledged(long sequence) {
    lock.lock();
    try {
      telemetry.reported(outbox.acknowledged(sequence));
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    threads.forEach(Thread::interrupt);
  }

  private void gather() {
    try (StatusBoard.Watch watch = board.watch()) {
      while (true) {
        List<StatusBoard.Entry> entries = watch.next(BATCH, PATIENCE);
        if (!entries.isEmpty()) {
          lock.lock();
          try {
            entries.forEach(entry -> outbox.put(entry.status()));
            changed.signalAll();
          } finally {
            lock.unlock();
          }
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void send() {
    try {
      while (true) {
        awaitBatch();
        next().ifPresent(this::deliver);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private record Delivery(Session session, NodeMessage message) {}

  private void deliver(Delivery delivery) {
    delivery.session().send(delivery.message());
  }

  /** Waits until there is something to send and somebody to send it to, and a little for more. */
  private void awaitBatch() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!isDue()) {
        if (report == Report.AWAITED && session.isPresent()) {
          changed.awaitNanos(GATHER.toNanos());
        } else {
          changed.await();
        }
      }
      long left = GATHER.toNanos();
      while (report == Report.COMPLETE && outbox.size() < BATCH && left > 0) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean isDue() {
    if (session.isEmpty() || !outbox.isReady()) {
      return false;
    }
    return switch (report) {
      case AWAITED -> {
        boolean seen = node.now().pass() == NodeBoard.FirstPass.DONE;
        boolean late = System.nanoTime() - openedNanos > REPORT_WITHIN.toNanos();
        if (seen || late) {
          report = Report.UNDER_WAY;
        }
        yield seen || late;
      }
      case UNDER_WAY -> true;
      case COMPLETE -> !outbox.isEmpty();
    };
  }

  private Optional<Delivery> next() {
    lock.lock();
    try {
      if (!isDue()) {
        return Optional.empty();
      }
      StatusBatch.Builder batch = StatusBatch.newBuilder();
      switch (report) {
        case AWAITED, UNDER_WAY -> {
          // Marked as long as it lasts; the first one without the mark completes it.
          boolean more = !outbox.isEmpty() || outbox.sequence() == 0;
          batch.setFull(more);
          if (!more) {
            report = Report.COMPLETE;
          }
          outbox.take(FULL_BATCH).forEach(s -> batch.addStatuses(StatusWriter.write(s)));
        }
        case COMPLETE -> outbox.take(BATCH).forEach(s -> batch.addStatuses(StatusWriter.write(s)));
      }
      return Optional.of(
          new Delivery(
              session.get(),
              NodeMessage.newBuilder()
                  .setStatusBatch(batch.setSequence(outbox.sequence()))
                  .build()));
    } finally {
      lock.unlock();
    }
  }

  private void watchNode() {
    try {
      while (true) {
        NodeBoard.View view = node.now();
        nodeDelivery(view).ifPresent(this::deliver);
        node.awaitChange(view.version(), PATIENCE);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private Optional<Delivery> nodeDelivery(NodeBoard.View view) {
    lock.lock();
    try {
      if (session.isEmpty() || nodeVersionSent == view.version()) {
        return Optional.empty();
      }
      nodeVersionSent = view.version();
      return Optional.of(
          new Delivery(
              session.get(),
              NodeMessage.newBuilder()
                  .setNodeState(NodeWriter.state(view.conditions(), view.runtimes()))
                  .build()));
    } finally {
      lock.unlock();
    }
  }
}
