package dev.tallyman.agent.report;

import dev.tallyman.agent.feed.Line;
import dev.tallyman.agent.feed.Uplink;
import dev.tallyman.agent.loop.NodeBoard;
import dev.tallyman.agent.wire.NodeWriter;
import dev.tallyman.proto.v1.NodeState;
import java.time.Duration;

/** Reports the node's conditions and runtimes: on a new line, and when they change. */
final class NodeReporter implements AutoCloseable {

  /** How long a line that ended may go unnoticed while nothing changes. */
  private static final Duration IDLE = Duration.ofMillis(500);

  private final NodeBoard board;
  private final LineWorker worker;

  /** Starts to report. */
  static NodeReporter start(NodeBoard board, Uplink uplink) {
    NodeReporter reporter = new NodeReporter(board, uplink);
    reporter.worker.begin();
    return reporter;
  }

  private NodeReporter(NodeBoard board, Uplink uplink) {
    this.board = board;
    this.worker = new LineWorker("node-reporter", uplink, this::report);
  }

  private void report(Line line) throws InterruptedException {
    NodeBoard.View view = board.now();
    NodeState sent = state(view);
    line.send(sent);
    while (line.isOpen()) {
      view = board.awaitChange(view.version(), IDLE);
      NodeState now = state(view);
      if (!now.equals(sent)) {
        sent = now;
        line.send(now);
      }
    }
  }

  private static NodeState state(NodeBoard.View view) {
    return NodeWriter.state(view.conditions(), view.runtimes());
  }

  /** Stops reporting. */
  @Override
  public void close() {
    worker.close();
  }
}
