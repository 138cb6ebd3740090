package dev.tallyman.controlplane.fleet;

import com.google.protobuf.Timestamp;
import dev.tallyman.controlplane.node.LiveNodes;
import dev.tallyman.controlplane.store.RowChange;
import dev.tallyman.controlplane.store.WorkloadRow;
import dev.tallyman.proto.v1.AssignedWorkload;
import dev.tallyman.proto.v1.Phase;
import dev.tallyman.proto.v1.Workload;
import dev.tallyman.proto.v1.WorkloadStatus;
import java.time.Instant;
import java.util.Optional;

/**
 * Shows workloads as people get to see them. What a node last said is shown only while its lease
 * lasts; after that nobody knows, and that is shown, except for a run that had ended for good.
 */
final class AssignedWorkloads {

  static final String LEASE_EXPIRED = "NodeLeaseExpired";

  private final LiveNodes live;

  AssignedWorkloads(LiveNodes live) {
    this.live = live;
  }

  AssignedWorkload show(WorkloadRow row) {
    AssignedWorkload.Builder shown =
        AssignedWorkload.newBuilder()
            .setNode(row.node())
            .setWorkload(row.workload())
            .setCreatedAt(timestamp(row.createdAt()));
    row.deletedAt().ifPresent(at -> shown.setDeletedAt(timestamp(at)));
    status(row).ifPresent(shown::setStatus);
    return shown.build();
  }

  /** A workload that is gone, with what is left of it. */
  AssignedWorkload showGone(RowChange.Gone gone) {
    return AssignedWorkload.newBuilder()
        .setNode(gone.node())
        .setWorkload(
            Workload.newBuilder().setUid(gone.uid()).setStack(gone.stack()).setName(gone.name()))
        .setDeletedAt(timestamp(gone.deletedAt()))
        .build();
  }

  static Timestamp timestamp(Instant at) {
    return Timestamp.newBuilder().setSeconds(at.getEpochSecond()).setNanos(at.getNano()).build();
  }

  private Optional<WorkloadStatus> status(WorkloadRow row) {
    Optional<LiveNodes.Sighting> sighting = live.sighting(row.node());
    if (sighting.isEmpty()
        || live.lasts(row.node())
        || row.status().map(s -> isFinal(row.workload(), s)).orElse(false)) {
      return row.status();
    }
    return Optional.of(unknown(row, sighting.get().at()));
  }

  private static boolean isFinal(Workload workload, WorkloadStatus status) {
    return (status.getPhase() == Phase.PHASE_SUCCEEDED || status.getPhase() == Phase.PHASE_FAILED)
        && status.getGeneration() == workload.getGeneration();
  }

  private WorkloadStatus unknown(WorkloadRow row, Instant seen) {
    WorkloadStatus.Builder status =
        row.status()
            .map(WorkloadStatus::toBuilder)
            .orElseGet(() ->
                WorkloadStatus.newBuilder()
                    .setUid(row.uid())
                    .setStack(row.workload().getStack())
                    .setName(row.workload().getName()));
    String before = row.status().map(s -> "; it was " + s.getPhase().name() + " then").orElse("");
    return status
        .setPhase(Phase.PHASE_UNKNOWN)
        .setReason(LEASE_EXPIRED)
        .setMessage("Node " + row.node() + " was last heard of at " + seen + before + ".")
        .setPhaseSince(timestamp(seen.plus(live.leaseDuration())))
        .build();
  }
}
