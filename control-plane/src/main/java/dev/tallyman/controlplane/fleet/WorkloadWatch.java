package dev.tallyman.controlplane.fleet;

import dev.tallyman.controlplane.store.Page;
import dev.tallyman.controlplane.store.RowChange;
import dev.tallyman.controlplane.store.Store;
import dev.tallyman.controlplane.store.View;
import dev.tallyman.controlplane.store.WorkloadFilter;
import dev.tallyman.controlplane.store.WorkloadRow;
import dev.tallyman.proto.v1.AssignedWorkload;
import dev.tallyman.proto.v1.Synced;
import dev.tallyman.proto.v1.WorkloadWatchEvent;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How far one watcher has come: a position in the store, and at most a page of events. A slow
 * watcher sees the latest state of each workload, not every one in between. What changes while the
 * beginning is sent comes again after it. For one thread at a time.
 */
final class WorkloadWatch implements Supplier<Optional<WorkloadWatchEvent>> {

  private static final Page.Bounds BOUNDS = new Page.Bounds(100, 1 << 18);

  private final Store store;
  private final AssignedWorkloads shown;
  private final WorkloadFilter filter;
  private final Deque<WorkloadWatchEvent> page = new ArrayDeque<>();
  private Position position;

  private sealed interface Position {

    /** The beginning is being sent and goes on after that uid; changes are those since then. */
    record Listing(String afterUid, long since, long revision) implements Position {}

    /** All changes up to that sequence were sent. */
    record Following(long sequence) implements Position {}
  }

  WorkloadWatch(Store store, AssignedWorkloads shown, WorkloadFilter filter) {
    this.store = store;
    this.shown = shown;
    this.filter = filter;
    var counters = store.read(View::counters);
    this.position = new Position.Listing("", counters.sequence(), counters.revision());
  }

  @Override
  public Optional<WorkloadWatchEvent> get() {
    if (page.isEmpty()) {
      store.read(view -> {
        switch (position) {
          case Position.Listing listing -> list(view, listing);
          case Position.Following(long sequence) -> follow(view, sequence);
        }
        return page;
      });
    }
    return Optional.ofNullable(page.poll());
  }

  private void list(View view, Position.Listing at) {
    Page<WorkloadRow> rows = view.workloads(filter, at.afterUid(), BOUNDS);
    rows.items().forEach(row -> page.add(changed(row)));
    if (rows.isLast()) {
      page.add(
          WorkloadWatchEvent.newBuilder()
              .setSynced(Synced.newBuilder().setRevision(at.revision()))
              .build());
      position = new Position.Following(at.since());
    } else {
      position = new Position.Listing(rows.items().getLast().uid(), at.since(), at.revision());
    }
  }

  private void follow(View view, long sequence) {
    if (!view.reachesSequence(sequence)) {
      throw Status.ABORTED
          .withDescription(
              "too slow: what was removed meanwhile is not known any more; watch again")
          .asRuntimeException();
    }
    Page<RowChange> changes = view.changesSince(filter, sequence, BOUNDS);
    for (RowChange change : changes.items()) {
      page.add(
          switch (change) {
            case RowChange.Present(WorkloadRow row) -> changed(row);
            case RowChange.Gone gone -> removed(shown.showGone(gone));
          });
    }
    position =
        new Position.Following(
            changes.isLast() ? view.counters().sequence() : changes.items().getLast().sequence());
  }

  private WorkloadWatchEvent changed(WorkloadRow row) {
    return WorkloadWatchEvent.newBuilder().setChanged(shown.show(row)).build();
  }

  private static WorkloadWatchEvent removed(AssignedWorkload workload) {
    return WorkloadWatchEvent.newBuilder().setRemoved(workload).build();
  }
}
