package dev.tallyman.controlplane.fleet;

import dev.tallyman.controlplane.auth.Access;
import dev.tallyman.controlplane.node.LiveNodes;
import dev.tallyman.controlplane.store.NodeCommand;
import dev.tallyman.controlplane.store.NodeRow;
import dev.tallyman.controlplane.store.Page;
import dev.tallyman.controlplane.store.Store;
import dev.tallyman.controlplane.store.StoreException;
import dev.tallyman.controlplane.store.Transaction;
import dev.tallyman.controlplane.store.View;
import dev.tallyman.controlplane.store.WorkloadFilter;
import dev.tallyman.controlplane.store.WorkloadRow;
import dev.tallyman.controlplane.stream.Outflow;
import dev.tallyman.proto.v1.AppliedWorkload;
import dev.tallyman.proto.v1.ApplyWorkloadsRequest;
import dev.tallyman.proto.v1.ApplyWorkloadsResponse;
import dev.tallyman.proto.v1.AssignedWorkload;
import dev.tallyman.proto.v1.DeleteWorkloadsRequest;
import dev.tallyman.proto.v1.DeleteWorkloadsResponse;
import dev.tallyman.proto.v1.DrainNodeRequest;
import dev.tallyman.proto.v1.DrainNodeResponse;
import dev.tallyman.proto.v1.FleetGrpc;
import dev.tallyman.proto.v1.GetWorkloadRequest;
import dev.tallyman.proto.v1.ListNodesRequest;
import dev.tallyman.proto.v1.ListNodesResponse;
import dev.tallyman.proto.v1.ListWorkloadsRequest;
import dev.tallyman.proto.v1.ListWorkloadsResponse;
import dev.tallyman.proto.v1.ResumeNodeRequest;
import dev.tallyman.proto.v1.ResumeNodeResponse;
import dev.tallyman.proto.v1.WorkloadWatchEvent;
import dev.tallyman.transport.Channels;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The gRPC service for people and schedulers. */
public final class FleetService extends FleetGrpc.FleetImplBase {

  private static final int MAX_KEYS = 1000;
  private static final int MAX_REASON_CHARS = 1024;
  private static final Page.Bounds PAGE = new Page.Bounds(500, 1 << 20);
  // Room for what a message has around its workloads.
  private static final int MAX_LIST_BYTES = Channels.MAX_MESSAGE_BYTES - (1 << 16);
  private static final Logger log = LoggerFactory.getLogger(FleetService.class);

  private final Store store;
  private final InstantSource clock;
  private final Supplier<UUID> ids;
  private final Executor executor;
  private final Consumer<String> commanded;
  private final AssignedWorkloads shown;
  private final NodeRecords nodeRecords;
  private final Set<Outflow<WorkloadWatchEvent>> watches = ConcurrentHashMap.newKeySet();

  /**
   * @param ids gives uids and ids of commands
   * @param executor runs short work that may block
   * @param commanded hears that a node has a new command
   */
  public FleetService(
      Store store,
      LiveNodes live,
      InstantSource clock,
      Supplier<UUID> ids,
      Executor executor,
      Consumer<String> commanded) {
    this.store = store;
    this.clock = clock;
    this.ids = ids;
    this.executor = executor;
    this.commanded = commanded;
    this.shown = new AssignedWorkloads(live);
    this.nodeRecords = new NodeRecords(live);
  }

  /** Wakes the watchers: something was written. Must be called after each write. */
  public void changed() {
    watches.forEach(Outflow::wake);
  }

  /** Ends all watches. */
  public void failAll(Status status) {
    watches.forEach(watch -> watch.fail(status));
  }

  @Override
  public void applyWorkloads(
      ApplyWorkloadsRequest request, StreamObserver<ApplyWorkloadsResponse> answer) {
    answer(answer, () -> apply(request));
  }

  @Override
  public void deleteWorkloads(
      DeleteWorkloadsRequest request, StreamObserver<DeleteWorkloadsResponse> answer) {
    answer(answer, () -> delete(request));
  }

  @Override
  public void getWorkload(GetWorkloadRequest request, StreamObserver<AssignedWorkload> answer) {
    answer(
        answer,
        () -> shown.show(store.read(view -> WorkloadKeys.find(view, "key", request.getKey()))));
  }

  @Override
  public void listWorkloads(
      ListWorkloadsRequest request, StreamObserver<ListWorkloadsResponse> answer) {
    answer(answer, () -> store.read(view -> list(view, filter(request))));
  }

  @Override
  public void watchWorkloads(
      ListWorkloadsRequest request, StreamObserver<WorkloadWatchEvent> answer) {
    try {
      Access.requireAdmin();
      WorkloadWatch watch = new WorkloadWatch(store, shown, filter(request));
      WatchEnd end = new WatchEnd();
      Outflow<WorkloadWatchEvent> out =
          new Outflow<>(
              (ServerCallStreamObserver<WorkloadWatchEvent>) answer, executor, watch, end);
      watches.add(out);
      end.forget(() -> watches.remove(out));
      out.wake();
    } catch (RuntimeException e) {
      answer.onError(error(e));
    }
  }

  @Override
  public void listNodes(ListNodesRequest request, StreamObserver<ListNodesResponse> answer) {
    answer(
        answer,
        () ->
            ListNodesResponse.newBuilder()
                .addAllNodes(store.read(View::nodes).stream().map(nodeRecords::show).toList())
                .build());
  }

  @Override
  public void drainNode(DrainNodeRequest request, StreamObserver<DrainNodeResponse> answer) {
    answer(
        answer,
        () -> {
          checkReason(request.getReason());
          command(request.getNode(), NodeCommand.Kind.DRAIN, request.getReason());
          return DrainNodeResponse.getDefaultInstance();
        });
  }

  @Override
  public void resumeNode(ResumeNodeRequest request, StreamObserver<ResumeNodeResponse> answer) {
    answer(
        answer,
        () -> {
          command(request.getNode(), NodeCommand.Kind.RESUME, "");
          return ResumeNodeResponse.getDefaultInstance();
        });
  }

  private ApplyWorkloadsResponse apply(ApplyWorkloadsRequest request) {
    ApplyPlan plan = new ApplyPlan(request, ids, clock.instant());
    plan.check();
    List<ApplyPlan.Applied> applied = store.write(plan::apply);
    ApplyWorkloadsResponse.Builder response = ApplyWorkloadsResponse.newBuilder();
    for (ApplyPlan.Applied one : applied) {
      response.addResults(
          AppliedWorkload.newBuilder()
              .setWorkload(shown.show(one.row()))
              .setOutcome(one.outcome()));
    }
    return response.build();
  }

  private DeleteWorkloadsResponse delete(DeleteWorkloadsRequest request) {
    int count = request.getKeysCount();
    if (count == 0 || count > MAX_KEYS) {
      throw invalid("keys: %d (expected: 1 to %d)".formatted(count, MAX_KEYS));
    }
    Instant now = clock.instant();
    List<WorkloadRow> deleted =
        store.write(transaction -> {
          List<WorkloadRow> rows = new ArrayList<>();
          for (int i = 0; i < count; i++) {
            rows.add(WorkloadKeys.find(transaction, "keys[" + i + "]", request.getKeys(i)));
          }
          return rows.stream().map(row -> delete(transaction, row, now)).toList();
        });
    return DeleteWorkloadsResponse.newBuilder()
        .addAllWorkloads(deleted.stream().map(shown::show).toList())
        .build();
  }

  private static WorkloadRow delete(Transaction transaction, WorkloadRow row, Instant now) {
    if (transaction.workload(row.uid()).isEmpty()) {
      // The same one twice in the request.
      return row;
    }
    WorkloadRow marked = transaction.markDeleted(row.uid(), now);
    if (transaction.node(row.node()).isEmpty()) {
      // The node has never been there, so nothing of it runs and nobody will report that it is
      // gone.
      transaction.remove(row.uid(), now);
    }
    return marked;
  }

  private ListWorkloadsResponse list(View view, WorkloadFilter filter) {
    ListWorkloadsResponse.Builder response =
        ListWorkloadsResponse.newBuilder().setRevision(view.counters().revision());
    long bytes = 0;
    String after = "";
    Page<WorkloadRow> page;
    do {
      page = view.workloads(filter, after, PAGE);
      for (WorkloadRow row : page.items()) {
        after = row.uid();
        AssignedWorkload workload = shown.show(row);
        bytes += workload.getSerializedSize() + 8L;
        if (bytes > MAX_LIST_BYTES) {
          throw Status.RESOURCE_EXHAUSTED
              .withDescription(
                  "more workloads than one answer can hold, %d bytes (expected: a narrower node or stack, or WatchWorkloads)"
                      .formatted(MAX_LIST_BYTES))
              .asRuntimeException();
        }
        response.addWorkloads(workload);
      }
    } while (!page.isLast());
    return response.build();
  }

  private void command(String node, NodeCommand.Kind kind, String reason) {
    store.write(transaction -> {
      NodeRow row =
          transaction
              .node(node)
              .orElseThrow(() ->
                  Status.NOT_FOUND
                      .withDescription(
                          "node: no node "
                              + Problems.quote(node)
                              + " has registered (expected: one of those that ListNodes names)")
                      .asRuntimeException());
      if (row.isDrained() != (kind == NodeCommand.Kind.DRAIN)) {
        transaction.putNode(row.withCommand(new NodeCommand(ids.get().toString(), kind, reason)));
        log.info("node {}: {} {}", node, kind, reason);
      }
      return row;
    });
    commanded.accept(node);
  }

  private static void checkReason(String reason) {
    if (reason.length() > MAX_REASON_CHARS) {
      throw invalid(
          "reason: %d characters (expected: at most %d)"
              .formatted(reason.length(), MAX_REASON_CHARS));
    }
  }

  private static WorkloadFilter filter(ListWorkloadsRequest request) {
    return new WorkloadFilter(request.getNode(), request.getStack());
  }

  private static StatusRuntimeException invalid(String description) {
    return Status.INVALID_ARGUMENT.withDescription(description).asRuntimeException();
  }

  private static <A> void answer(StreamObserver<A> observer, Supplier<A> work) {
    A answer;
    try {
      Access.requireAdmin();
      answer = work.get();
    } catch (RuntimeException e) {
      observer.onError(error(e));
      return;
    }
    observer.onNext(answer);
    observer.onCompleted();
  }

  private static StatusRuntimeException error(RuntimeException e) {
    return switch (e) {
      case StatusRuntimeException status -> status;
      case StoreException failed ->
          Status.UNAVAILABLE.withDescription(failed.getMessage()).asRuntimeException();
      default -> {
        log.error("a call failed: an error of this program", e);
        yield Status.INTERNAL
            .withDescription("internal error; the control plane's log has it")
            .asRuntimeException();
      }
    };
  }

  /** Forgets a watch when it ends, which may be before it is known. */
  private static final class WatchEnd implements Runnable {
    private boolean ended;
    private Runnable forget = () -> {};

    synchronized void forget(Runnable how) {
      forget = how;
      if (ended) {
        how.run();
      }
    }

    @Override
    public synchronized void run() {
      ended = true;
      forget.run();
    }
  }
}
