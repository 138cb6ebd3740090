package dev.tallyman.agent.feed;

import dev.tallyman.proto.v1.NodeState;
import dev.tallyman.proto.v1.WorkloadStatus;
import java.util.List;

/**
 * One connection to whoever wants to know how the node is. What the other side knew of an earlier
 * line's reports is to be told again. Safe for any threads.
 */
public interface Line {

  /** The bound of {@link #deliver}. */
  int MAX_STATUSES = 1000;

  /** Whether statuses are everything or a change. */
  enum Extent {
    /** Part of a complete report; it is completed by the next {@link #CHANGES}. */
    FULL,
    /** What changed. It may be nothing. */
    CHANGES
  }

  /** How a delivery ended. */
  enum Delivery {
    /** The other side has stored it. */
    ACKNOWLEDGED,
    /** The line ended; whether it was stored is not known. */
    LINE_ENDED
  }

  /** Whether something can still be sent. */
  boolean isOpen();

  /**
   * Sends statuses and waits for the acknowledgement, or for the end of the line.
   *
   * @param statuses at most one for each uid, at most {@link #MAX_STATUSES}, and small enough for
   *     one message
   * @throws InterruptedException if the thread was interrupted while it waited
   */
  Delivery deliver(List<WorkloadStatus> statuses, Extent extent) throws InterruptedException;

  /**
   * Sends how the node is, waiting while the line is full. Nobody acknowledges it. Does nothing
   * when the line has ended.
   *
   * @throws InterruptedException if the thread was interrupted while it waited
   */
  void send(NodeState state) throws InterruptedException;
}
