package dev.tallyman.agent.report;

import dev.tallyman.agent.feed.Line;
import dev.tallyman.proto.v1.WorkloadStatus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Cuts statuses into batches that fit into a message. Pure. */
final class Batches {

  /** Bytes of one batch: far below what a message may have, so that answers do not wait long. */
  static final int MAX_BYTES = 1 << 20;

  private Batches() {}

  /** Batches of all statuses in their order; none for no status. */
  static List<List<WorkloadStatus>> of(Collection<WorkloadStatus> statuses) {
    List<List<WorkloadStatus>> batches = new ArrayList<>();
    List<WorkloadStatus> batch = new ArrayList<>();
    int bytes = 0;
    for (WorkloadStatus status : statuses) {
      int size = status.getSerializedSize();
      if (batch.size() == Line.MAX_STATUSES || (!batch.isEmpty() && bytes + size > MAX_BYTES)) {
        batches.add(List.copyOf(batch));
        batch.clear();
        bytes = 0;
      }
      batch.add(status);
      bytes += size;
    }
    if (!batch.isEmpty()) {
      batches.add(List.copyOf(batch));
    }
    return batches;
  }
}
