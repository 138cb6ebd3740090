package dev.tallyman.agent.feed;

import dev.tallyman.proto.v1.Workload;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How large desired state has become, so that deltas without end are bounded as a snapshot is. What
 * came from disk and was not spoken of since is not known here; it is within the bounds by itself.
 * For one thread at a time.
 */
final class Holdings {

  private final FeedConfig.Bounds bounds;
  private final Map<String, Integer> bytesByUid = new HashMap<>();
  private long bytes;

  /** Nothing yet. */
  Holdings(FeedConfig.Bounds bounds) {
    this.bounds = bounds;
  }

  /** This is everything. */
  void replace(List<Workload> workloads) {
    bytesByUid.clear();
    bytes = 0;
    workloads.forEach(this::put);
  }

  /**
   * This changes.
   *
   * @return why it is too much; then it counts nevertheless, because who says so is not listened to
   *     any longer
   */
  Optional<String> change(List<Workload> upserts, Collection<String> removedUids) {
    removedUids.forEach(this::remove);
    upserts.forEach(this::put);
    if (bytes > bounds.snapshotBytes()) {
      return Optional.of(tooLarge(bounds.snapshotBytes() + " bytes", "fewer or smaller workloads"));
    }
    if (bytesByUid.size() > bounds.workloads()) {
      return Optional.of(tooLarge(bounds.workloads() + " workloads", "fewer"));
    }
    return Optional.empty();
  }

  /** The sentence for desired state that is too large. */
  static String tooLarge(String bound, String advice) {
    return "desired state: more than "
        + bound
        + " (expected: at most that; give this node "
        + advice
        + ")";
  }

  private void put(Workload workload) {
    remove(workload.getUid());
    int size = workload.getSerializedSize();
    bytesByUid.put(workload.getUid(), size);
    bytes += size;
  }

  private void remove(String uid) {
    Integer size = bytesByUid.remove(uid);
    bytes -= size == null ? 0 : size;
  }
}
