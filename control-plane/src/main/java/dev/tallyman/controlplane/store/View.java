package dev.tallyman.controlplane.store;

import java.util.List;
import java.util.Optional;

/** A consistent state of the store, to read from. For the thread that it was given to. */
public interface View {

  /** The counters of this state. */
  Counters counters();

  /** The workload with this uid, also one that is being taken down. */
  Optional<WorkloadRow> workload(String uid);

  /** The workload of this name that should run. */
  Optional<WorkloadRow> liveWorkload(String node, String stack, String name);

  /** All workloads of this name, on every node, also those being taken down; oldest first. */
  List<WorkloadRow> namesakes(String stack, String name);

  /** Whether the uid belongs to a workload that was removed (as far back as tombstones reach). */
  boolean isRetired(String uid);

  /**
   * Workloads in the order of their uids, also those being taken down.
   *
   * @param afterUid where to go on; empty: from the first one
   */
  Page<WorkloadRow> workloads(WorkloadFilter filter, String afterUid, Page.Bounds bounds);

  /**
   * Those of {@link #workloads} of a node that should run.
   *
   * @param afterUid where to go on; empty: from the first one
   */
  Page<WorkloadRow> desired(String node, String afterUid, Page.Bounds bounds);

  /**
   * Whether {@link #desiredSince} knows everything since then: the revision is one of this store
   * and no tombstone after it was dropped.
   */
  boolean reachesRevision(long revision);

  /** Changes of a node's desired state after a revision, in the order of their revisions. */
  Page<DesiredChange> desiredSince(String node, long revision, Page.Bounds bounds);

  /** The same as {@link #reachesRevision} for {@link #changesSince}. */
  boolean reachesSequence(long sequence);

  /** Changes of workloads after a sequence, in the order of their sequences. */
  Page<RowChange> changesSince(WorkloadFilter filter, long sequence, Page.Bounds bounds);

  /** The node, if it ever said hello. */
  Optional<NodeRow> node(String name);

  /** All nodes that ever said hello, by name. */
  List<NodeRow> nodes();
}
