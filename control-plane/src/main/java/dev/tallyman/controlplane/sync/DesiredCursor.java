package dev.tallyman.controlplane.sync;

import dev.tallyman.controlplane.store.DesiredChange;
import dev.tallyman.controlplane.store.Page;
import dev.tallyman.controlplane.store.Store;
import dev.tallyman.controlplane.store.View;
import dev.tallyman.controlplane.store.WorkloadRow;
import dev.tallyman.proto.v1.ControlMessage;
import dev.tallyman.proto.v1.Delta;
import dev.tallyman.proto.v1.Snapshot;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How far one node's desired state has been delivered on one stream, and what comes next.
 *
 * <p>It is a position in the store and nothing else. A snapshot is read page by page as the node
 * takes it; workloads that change meanwhile may already be in it as they are then, and come again
 * in the delta that follows, which goes on from the snapshot's revision. So what the node holds
 * after that delta is exact, and no state of the whole is kept for it. For one thread at a time.
 */
final class DesiredCursor {

  /** A message has at most so many workloads, and stops growing at so many bytes. */
  static final Page.Bounds BOUNDS = new Page.Bounds(500, 1 << 20);

  private final Store store;
  private final String node;
  private Position position;
  private OptionalLong firstRevision = OptionalLong.empty();

  private sealed interface Position {

    /** A snapshot is to begin. */
    record Begin() implements Position {}

    /** A snapshot of that revision is under way; it goes on after that uid. */
    record Within(long revision, String afterUid) implements Position {}

    /**
     * The node holds that revision.
     *
     * @param news whether it has yet to hear that this is all there is, also when that is nothing
     */
    record Holding(long revision, News news) implements Position {}
  }

  private enum News {
    DUE,
    TOLD
  }

  private DesiredCursor(Store store, String node, Position position) {
    this.store = store;
    this.node = node;
    this.position = position;
  }

  /** Continues from what the node holds if that can be done, else begins with a snapshot. */
  static DesiredCursor from(Store store, String node, String heldStoreId, long heldRevision) {
    boolean continues =
        heldStoreId.equals(store.id()) && store.read(view -> view.reachesRevision(heldRevision));
    return new DesiredCursor(
        store,
        node,
        continues ? new Position.Holding(heldRevision, News.DUE) : new Position.Begin());
  }

  /** Begins again with a snapshot. */
  void restart() {
    position = new Position.Begin();
  }

  /**
   * Revision of the first message of the stream: a workload that was deleted at or before it was
   * never given to the node on this stream. Empty: nothing was given yet.
   */
  OptionalLong firstRevision() {
    return firstRevision;
  }

  /** Whether the node is to get, or is getting, everything. */
  boolean isSnapshot() {
    return !(position instanceof Position.Holding);
  }

  /** Revision that the node holds once it has taken all messages so far; 0 within a snapshot. */
  long heldRevision() {
    return position instanceof Position.Holding(long revision, News _) ? revision : 0;
  }

  /** The next message; empty while the node holds everything. */
  Optional<ControlMessage> next() {
    return store.read(view ->
        switch (position) {
          case Position.Begin _ -> Optional.of(snapshot(view, view.counters().revision(), ""));
          case Position.Within(long revision, String afterUid) ->
              Optional.of(snapshot(view, revision, afterUid));
          case Position.Holding(long revision, News news) -> after(view, revision, news);
        });
  }

  private Optional<ControlMessage> after(View view, long revision, News news) {
    if (!view.reachesRevision(revision)) {
      // The node was so slow that what was removed meanwhile is not known any more.
      return Optional.of(snapshot(view, view.counters().revision(), ""));
    }
    long newest = view.counters().revision();
    Page<DesiredChange> changes = view.desiredSince(node, revision, BOUNDS);
    if (changes.items().isEmpty() && news == News.TOLD) {
      return Optional.empty();
    }
    long to = changes.isLast() ? newest : changes.items().getLast().revision();
    position = new Position.Holding(to, changes.isLast() ? News.TOLD : News.DUE);
    noteFirst(to);
    Delta.Builder delta =
        Delta.newBuilder().setStoreId(store.id()).setFromRevision(revision).setToRevision(to);
    for (DesiredChange change : changes.items()) {
      switch (change) {
        case DesiredChange.Upsert(long _, var workload) -> delta.addUpserts(workload);
        case DesiredChange.Removed(long _, String uid) -> delta.addRemovedUids(uid);
      }
    }
    return Optional.of(ControlMessage.newBuilder().setDelta(delta).build());
  }

  private ControlMessage snapshot(View view, long revision, String afterUid) {
    Page<WorkloadRow> page = view.desired(node, afterUid, BOUNDS);
    noteFirst(revision);
    position =
        page.isLast()
            ? new Position.Holding(revision, News.TOLD)
            : new Position.Within(revision, page.items().getLast().uid());
    Snapshot.Builder snapshot =
        Snapshot.newBuilder().setStoreId(store.id()).setRevision(revision).setMore(!page.isLast());
    page.items().forEach(row -> snapshot.addWorkloads(row.workload()));
    return ControlMessage.newBuilder().setSnapshot(snapshot).build();
  }

  private void noteFirst(long revision) {
    if (firstRevision.isEmpty()) {
      firstRevision = OptionalLong.of(revision);
    }
  }
}
