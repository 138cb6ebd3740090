package dev.tallyman.controlplane.sync;

import dev.tallyman.controlplane.store.Page;
import dev.tallyman.controlplane.store.Store;
import dev.tallyman.controlplane.store.Transaction;
import dev.tallyman.controlplane.store.WorkloadFilter;
import dev.tallyman.controlplane.store.WorkloadRow;
import dev.tallyman.proto.v1.Phase;
import dev.tallyman.proto.v1.StatusBatch;
import dev.tallyman.proto.v1.WorkloadStatus;
import io.grpc.Status;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores what one node reports on one stream.
 *
 * <p>A workload that is to go leaves the store when the node says that it is gone, or when a
 * complete report does not know it. The latter counts only if the workload was deleted before
 * anything was delivered on this stream: otherwise the report may be older than a delivery that is
 * still on its way. For one thread at a time.
 */
final class StatusIntake {

  static final int MAX_STATUSES = 1000;
  private static final int MAX_MESSAGE_CHARS = 4096;
  private static final int MAX_REPORTED = 100_000;
  private static final Page.Bounds PAGE = new Page.Bounds(500, 1 << 20);
  private static final Logger log = LoggerFactory.getLogger(StatusIntake.class);

  private final Store store;
  private final InstantSource clock;
  private final String node;
  private final Supplier<OptionalLong> firstRevision;
  private Optional<Set<String>> completeReport = Optional.empty();

  /**
   * @param firstRevision see {@link DesiredCursor#firstRevision}
   */
  StatusIntake(
      Store store, InstantSource clock, String node, Supplier<OptionalLong> firstRevision) {
    this.store = store;
    this.clock = clock;
    this.node = node;
    this.firstRevision = firstRevision;
  }

  /**
   * Stores a batch; it is durable when this returns.
   *
   * @throws io.grpc.StatusRuntimeException INVALID_ARGUMENT if the batch breaks its bounds,
   *     RESOURCE_EXHAUSTED if a complete report has more than {@value #MAX_REPORTED} workloads
   */
  void take(StatusBatch batch) {
    check(batch);
    Set<String> reported = completeReport.orElseGet(HashSet::new);
    if (batch.getFull()) {
      batch.getStatusesList().forEach(status -> reported.add(status.getUid()));
      if (reported.size() > MAX_REPORTED) {
        throw Status.RESOURCE_EXHAUSTED
            .withDescription(
                "status_batch: a complete report of more than " + MAX_REPORTED + " workloads")
            .asRuntimeException();
      }
      completeReport = Optional.of(reported);
    }
    boolean ends = !batch.getFull() && completeReport.isPresent();
    Instant now = clock.instant();
    store.write(transaction -> {
      if (ends) {
        forgetOthers(transaction, reported, now);
      }
      batch.getStatusesList().forEach(status -> take(transaction, status, now));
      return true;
    });
    if (ends) {
      completeReport = Optional.empty();
    }
  }

  private static void check(StatusBatch batch) {
    if (batch.getStatusesCount() > MAX_STATUSES) {
      throw Status.INVALID_ARGUMENT
          .withDescription(
              "status_batch.statuses: %d (expected: at most %d)"
                  .formatted(batch.getStatusesCount(), MAX_STATUSES))
          .asRuntimeException();
    }
    Set<String> uids = new HashSet<>();
    for (WorkloadStatus status : batch.getStatusesList()) {
      if (!uids.add(status.getUid())) {
        throw Status.INVALID_ARGUMENT
            .withDescription(
                "status_batch.statuses: uid %s twice (expected: once)".formatted(status.getUid()))
            .asRuntimeException();
      }
    }
  }

  private void take(Transaction transaction, WorkloadStatus status, Instant now) {
    Optional<WorkloadRow> row = transaction.workload(status.getUid());
    if (row.isEmpty()) {
      // A workload of another feed of the node, or one that is long gone.
      log.debug("node {}: status of {}, which is not a workload here", node, status.getUid());
    } else if (!row.get().node().equals(node)) {
      log.warn(
          "node {}: status of workload {}, which belongs to node {}; ignored",
          node,
          status.getUid(),
          row.get().node());
    } else if (status.getPhase() == Phase.PHASE_GONE && !row.get().isLive()) {
      transaction.remove(status.getUid(), now);
    } else {
      transaction.setStatus(status.getUid(), Optional.of(bounded(status)));
    }
  }

  private static WorkloadStatus bounded(WorkloadStatus status) {
    String message = status.getMessage();
    return message.length() <= MAX_MESSAGE_CHARS
        ? status
        : status.toBuilder().setMessage(message.substring(0, MAX_MESSAGE_CHARS) + " ...").build();
  }

  private void forgetOthers(Transaction transaction, Set<String> reported, Instant now) {
    long deletedUntil = firstRevision.get().orElse(Long.MAX_VALUE);
    String after = "";
    Page<WorkloadRow> page;
    do {
      page = transaction.workloads(new WorkloadFilter(node, ""), after, PAGE);
      for (WorkloadRow row : page.items()) {
        after = row.uid();
        if (reported.contains(row.uid())) {
          continue;
        }
        if (!row.isLive() && row.revision() <= deletedUntil) {
          transaction.remove(row.uid(), now);
        } else {
          transaction.setStatus(row.uid(), Optional.empty());
        }
      }
    } while (!page.isLast());
  }
}
