package dev.tallyman.controlplane.store;

import dev.tallyman.proto.v1.Workload;
import dev.tallyman.proto.v1.WorkloadStatus;
import java.time.Instant;
import java.util.Optional;

/**
 * A workload as the store has it.
 *
 * @param node where it should run
 * @param workload with uid, stack and name
 * @param revision of the last change of what should run
 * @param sequence of the last change of anything in this row
 * @param createdAt to the millisecond
 * @param deletedAt since when the node is to take it down
 * @param status what the node last said
 */
public record WorkloadRow(
    String node,
    Workload workload,
    long revision,
    long sequence,
    Instant createdAt,
    Optional<Instant> deletedAt,
    Optional<WorkloadStatus> status) {

  /** Identity of the workload. */
  public String uid() {
    return workload.getUid();
  }

  /** Whether it should run. */
  public boolean isLive() {
    return deletedAt.isEmpty();
  }
}
