package dev.tallyman.agent.feed;

import dev.tallyman.proto.v1.Snapshot;
import dev.tallyman.proto.v1.Workload;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts the messages of one snapshot together, within bounds. For one thread at a time; to be thrown
 * away after anything but {@link Progress.More}.
 */
final class SnapshotAssembly {

  private final FeedConfig.Bounds bounds;
  private final String storeId;
  private final long revision;
  private final List<Workload> workloads = new ArrayList<>();
  private long bytes;

  /** How far a snapshot is. */
  sealed interface Progress {
    /** More messages of it are to come. */
    record More() implements Progress {}

    /** It is complete. */
    record Complete(List<Workload> workloads) implements Progress {}

    /** A message of another snapshot came before it was complete. */
    record Mixed(String reason) implements Progress {}

    /** It is larger than it may be. */
    record TooLarge(String reason) implements Progress {}
  }

  /** A snapshot of which this is the first message; it is still to be {@linkplain #add added}. */
  SnapshotAssembly(FeedConfig.Bounds bounds, Snapshot first) {
    this.bounds = bounds;
    this.storeId = first.getStoreId();
    this.revision = first.getRevision();
  }

  Progress add(Snapshot message) {
    if (!message.getStoreId().equals(storeId) || message.getRevision() != revision) {
      return new Progress.Mixed(
          "snapshot of revision "
              + message.getRevision()
              + " of store "
              + message.getStoreId()
              + " (expected: the rest of revision "
              + revision
              + " of store "
              + storeId
              + ")");
    }
    bytes += message.getSerializedSize();
    if (bytes > bounds.snapshotBytes()) {
      return new Progress.TooLarge(
          Holdings.tooLarge(bounds.snapshotBytes() + " bytes", "fewer or smaller workloads"));
    }
    workloads.addAll(message.getWorkloadsList());
    if (workloads.size() > bounds.workloads()) {
      return new Progress.TooLarge(Holdings.tooLarge(bounds.workloads() + " workloads", "fewer"));
    }
    return message.getMore() ? new Progress.More() : new Progress.Complete(List.copyOf(workloads));
  }
}
