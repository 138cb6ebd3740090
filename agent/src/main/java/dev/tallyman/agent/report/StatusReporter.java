package dev.tallyman.agent.report;

import dev.tallyman.agent.feed.Line;
import dev.tallyman.agent.feed.Line.Delivery;
import dev.tallyman.agent.feed.Line.Extent;
import dev.tallyman.agent.feed.Uplink;
import dev.tallyman.agent.loop.NodeBoard;
import dev.tallyman.agent.loop.StatusBoard;
import dev.tallyman.agent.model.Phase;
import dev.tallyman.agent.telemetry.Telemetry;
import dev.tallyman.agent.wire.StatusWriter;
import dev.tallyman.proto.v1.WorkloadStatus;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Reports the statuses of all workloads: everything on a new line, and then what changes, in
 * batches of 100 ms or 100 changes, the latest of each workload. A batch goes out when the one
 * before it is acknowledged; what changes meanwhile is merged, so that a slow control plane gets
 * fewer and larger batches and never more than one status of a workload waits for it.
 *
 * <p>That a workload is gone is told until it is acknowledged, over the end of a line.
 */
final class StatusReporter implements AutoCloseable {

  private static final Duration GATHERING = Duration.ofMillis(100);
  private static final int ENOUGH = 100;

  /** How long a line that ended may go unnoticed while nothing changes. */
  private static final Duration IDLE = Duration.ofMillis(500);

  /** A complete report says the same as what is dropped beyond this. */
  private static final int MAX_GONE = 10_000;

  /** An agent that cannot see its runtimes must report all the same. */
  static final Duration FIRST_REPORT_WITHIN = Duration.ofSeconds(5);

  private final StatusBoard board;
  private final NodeBoard node;
  private final Duration firstReportWithin;
  private final Telemetry telemetry;
  private final LongSupplier nanos;
  private final LineWorker worker;

  /** Workloads that are gone, and of which no acknowledgement has come; the worker's own. */
  private final Map<String, WorkloadStatus> gone = new LinkedHashMap<>();

  /**
   * Starts to report.
   *
   * @param nanos a clock like {@link System#nanoTime()}
   * @param firstReportWithin how long a report is kept back while the loop has not seen everything
   *     yet, as it has not just after the agent's start
   */
  static StatusReporter start(
      StatusBoard board,
      NodeBoard node,
      Uplink uplink,
      Telemetry telemetry,
      LongSupplier nanos,
      Duration firstReportWithin) {
    StatusReporter reporter =
        new StatusReporter(board, node, uplink, telemetry, nanos, firstReportWithin);
    reporter.worker.begin();
    return reporter;
  }

  private StatusReporter(
      StatusBoard board,
      NodeBoard node,
      Uplink uplink,
      Telemetry telemetry,
      LongSupplier nanos,
      Duration firstReportWithin) {
    this.board = board;
    this.node = node;
    this.firstReportWithin = firstReportWithin;
    this.telemetry = telemetry;
    this.nanos = nanos;
    this.worker = new LineWorker("status-reporter", uplink, this::report);
  }

  private void report(Line line) throws InterruptedException {
    awaitFirstPass(line);
    try (StatusBoard.Watch watch = board.watch()) {
      if (!reportAll(line, watch)) {
        return;
      }
      while (line.isOpen()) {
        Map<String, WorkloadStatus> changes = gather(watch);
        if (!changes.isEmpty() && !deliver(line, changes, Extent.CHANGES)) {
          return;
        }
      }
    }
  }

  /**
   * A complete report of what is not seen yet would make the control plane forget what it knows.
   */
  private void awaitFirstPass(Line line) throws InterruptedException {
    long until = nanos.getAsLong() + firstReportWithin.toNanos();
    NodeBoard.View view = node.now();
    while (line.isOpen()
        && view.pass() == NodeBoard.FirstPass.AWAITED
        && nanos.getAsLong() < until) {
      view = node.awaitChange(view.version(), GATHERING);
    }
  }

  /** Whether a complete report has arrived. */
  private boolean reportAll(Line line, StatusBoard.Watch watch) throws InterruptedException {
    Map<String, WorkloadStatus> all = new LinkedHashMap<>();
    List<StatusBoard.Entry> some = watch.next(Line.MAX_STATUSES, Duration.ZERO);
    while (!some.isEmpty()) {
      add(some, all);
      some = watch.next(Line.MAX_STATUSES, Duration.ZERO);
    }
    gone.keySet().removeIf(uid -> all.containsKey(uid) && !isGone(all.get(uid)));
    all.values().removeIf(StatusReporter::isGone);
    return deliver(line, all, Extent.FULL)
        && deliver(line, new LinkedHashMap<>(gone), Extent.CHANGES);
  }

  /** What has changed: the first change is waited for, others join it for a while. */
  private Map<String, WorkloadStatus> gather(StatusBoard.Watch watch) throws InterruptedException {
    Map<String, WorkloadStatus> changes = new LinkedHashMap<>();
    add(watch.next(Line.MAX_STATUSES, IDLE), changes);
    if (changes.isEmpty()) {
      return changes;
    }
    long until = nanos.getAsLong() + GATHERING.toNanos();
    long left = GATHERING.toNanos();
    while (changes.size() < ENOUGH && left > 0) {
      add(watch.next(Line.MAX_STATUSES - changes.size(), Duration.ofNanos(left)), changes);
      left = until - nanos.getAsLong();
    }
    return changes;
  }

  private void add(List<StatusBoard.Entry> entries, Map<String, WorkloadStatus> to) {
    for (StatusBoard.Entry entry : entries) {
      String uid = entry.status().uid();
      WorkloadStatus status = StatusWriter.write(entry.status());
      // Taken out first, so that it is at the end, in the order of the changes.
      to.remove(uid);
      to.put(uid, status);
      gone.remove(uid);
      if (entry.status().phase() == Phase.GONE) {
        if (gone.size() >= MAX_GONE) {
          gone.remove(gone.keySet().iterator().next());
        }
        gone.put(uid, status);
      }
    }
  }

  /** Whether all of it was acknowledged; also nothing is told, in one batch. */
  private boolean deliver(Line line, Map<String, WorkloadStatus> statuses, Extent extent)
      throws InterruptedException {
    List<List<WorkloadStatus>> batches =
        statuses.isEmpty() ? List.of(List.of()) : Batches.of(statuses.values());
    for (List<WorkloadStatus> batch : batches) {
      if (line.deliver(batch, extent) != Delivery.ACKNOWLEDGED) {
        return false;
      }
      telemetry.reported(batch.size());
      batch.forEach(status -> gone.remove(status.getUid(), status));
    }
    return true;
  }

  private static boolean isGone(WorkloadStatus status) {
    return status.getPhase() == dev.tallyman.proto.v1.Phase.PHASE_GONE;
  }

  /** Stops reporting. */
  @Override
  public void close() {
    worker.close();
  }
}
