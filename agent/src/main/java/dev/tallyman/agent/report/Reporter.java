package dev.tallyman.agent.report;

import dev.tallyman.agent.feed.Uplink;
import dev.tallyman.agent.loop.NodeBoard;
import dev.tallyman.agent.loop.StatusBoard;
import dev.tallyman.agent.telemetry.Telemetry;
import java.util.function.LongSupplier;

/** Reports workloads and node to whoever the uplink is connected to, until it is closed. */
public final class Reporter implements AutoCloseable {

  private final StatusReporter workloads;
  private final NodeReporter conditions;

  private Reporter(StatusReporter workloads, NodeReporter conditions) {
    this.workloads = workloads;
    this.conditions = conditions;
  }

  /**
   * Starts reporting, as soon as there is a line.
   *
   * @param nanos a clock like {@link System#nanoTime()}
   */
  public static Reporter start(
      StatusBoard board, NodeBoard node, Uplink uplink, Telemetry telemetry, LongSupplier nanos) {
    return new Reporter(
        StatusReporter.start(
            board, node, uplink, telemetry, nanos, StatusReporter.FIRST_REPORT_WITHIN),
        NodeReporter.start(node, uplink));
  }

  /** Ends it; what was not sent is not sent. */
  @Override
  public void close() {
    workloads.close();
    conditions.close();
  }
}
