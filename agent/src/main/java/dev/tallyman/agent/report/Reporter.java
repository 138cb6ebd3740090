package dev.tallyman.agent.report;

import dev.tallyman.agent.feed.Line;
import dev.tallyman.agent.feed.Line.Extent;
import dev.tallyman.agent.feed.Uplink;
import dev.tallyman.agent.loop.NodeBoard;
import dev.tallyman.agent.loop.StatusBoard;
import dev.tallyman.agent.telemetry.Telemetry;
import dev.tallyman.agent.wire.NodeWriter;
import dev.tallyman.agent.wire.StatusWriter;
import dev.tallyman.proto.v1.WorkloadStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Sends the control plane the latest status of each workload, in batches of 100 ms or 100 changes,
 * and the node's conditions when they change.
 *
 * <p>Each new line gets a complete report first, which also says what is gone: so nothing has to be
 * kept while there is no line, and nothing is queued but the latest status of each workload. Two
 * virtual threads for each line; nothing in here holds the loop up.
 */
public final class Reporter implements AutoCloseable {

  private static final int BATCH = 100;
  private static final Duration GATHER = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /**
   * An agent that has just started sees its runtimes soon; one that cannot must report all the
   * same.
   */
  private static final Duration REPORT_WITHIN = Duration.ofSeconds(5);

  private final StatusBoard board;
  private final NodeBoard node;
  private final Uplink uplink;
  private final Telemetry telemetry;
  private final Thread thread = Thread.ofVirtual().name("report").unstarted(this::run);

  private Reporter(StatusBoard board, NodeBoard node, Uplink uplink, Telemetry telemetry) {
    this.board = board;
    this.node = node;
    this.uplink = uplink;
    this.telemetry = telemetry;
  }

  /** Starts reporting, as soon as there is a line. */
  public static Reporter start(
      StatusBoard board, NodeBoard node, Uplink uplink, Telemetry telemetry) {
    Reporter reporter = new Reporter(board, node, uplink, telemetry);
    reporter.thread.start();
    return reporter;
  }

  /** Ends it; what was not sent is not sent. */
  @Override
  public void close() {
    thread.interrupt();
  }

  private void run() {
    Optional<Line> last = Optional.empty();
    try {
      while (true) {
        Line line = uplink.await(last);
        last = Optional.of(line);
        Thread conditions = Thread.ofVirtual().name("report-node").start(() -> reportNode(line));
        try {
          reportWorkloads(line);
        } finally {
          conditions.interrupt();
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void reportWorkloads(Line line) throws InterruptedException {
    awaitFirstPass(line);
    try (StatusBoard.Watch watch = board.watch()) {
      boolean told = reportAll(line, watch);
      while (told && line.isOpen()) {
        List<WorkloadStatus> changes = gather(watch);
        told = changes.isEmpty() || deliver(line, changes, Extent.CHANGES);
      }
    }
  }

  private void awaitFirstPass(Line line) throws InterruptedException {
    long began = System.nanoTime();
    NodeBoard.View view = node.now();
    while (line.isOpen()
        && view.pass() == NodeBoard.FirstPass.AWAITED
        && System.nanoTime() - began < REPORT_WITHIN.toNanos()) {
      view = node.awaitChange(view.version(), GATHER);
    }
  }

  /** Everything that the board has, which a new watch begins with; at least one delivery. */
  private boolean reportAll(Line line, StatusBoard.Watch watch) throws InterruptedException {
    List<WorkloadStatus> part = write(watch.next(Line.MAX_STATUSES, Duration.ZERO));
    do {
      if (!deliver(line, part, Extent.FULL)) {
        return false;
      }
      part = write(watch.next(Line.MAX_STATUSES, Duration.ZERO));
    } while (!part.isEmpty());
    return deliver(line, List.of(), Extent.CHANGES);
  }

  /** Waits for a change, and then a little for more. */
  private static List<WorkloadStatus> gather(StatusBoard.Watch watch) throws InterruptedException {
    Map<String, StatusBoard.Entry> latest = new LinkedHashMap<>();
    watch.next(BATCH, PATIENCE).forEach(e -> latest.put(e.status().uid(), e));
    long until = System.nanoTime() + GATHER.toNanos();
    while (!latest.isEmpty() && latest.size() < BATCH && System.nanoTime() < until) {
      Duration left = Duration.ofNanos(Math.max(0, until - System.nanoTime()));
      watch.next(BATCH - latest.size(), left).forEach(e -> latest.put(e.status().uid(), e));
    }
    return write(latest.values());
  }

  private static List<WorkloadStatus> write(Iterable<StatusBoard.Entry> entries) {
    List<WorkloadStatus> statuses = new ArrayList<>();
    entries.forEach(entry -> statuses.add(StatusWriter.write(entry.status())));
    return statuses;
  }

  private boolean deliver(Line line, List<WorkloadStatus> statuses, Extent extent)
      throws InterruptedException {
    return switch (line.deliver(statuses, extent)) {
      case ACKNOWLEDGED -> {
        telemetry.reported(statuses.size());
        yield true;
      }
      case LINE_ENDED -> false;
    };
  }

  private void reportNode(Line line) {
    try {
      NodeBoard.View view = node.now();
      while (line.isOpen()) {
        line.send(NodeWriter.state(view.conditions(), view.runtimes()));
        long told = view.version();
        while (line.isOpen() && view.version() == told) {
          view = node.awaitChange(told, PATIENCE);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
