package dev.tallyman.cli;

import dev.tallyman.cli.client.Connection;
import dev.tallyman.cli.client.Watch;
import dev.tallyman.cli.view.ShownWorkload;
import dev.tallyman.proto.v1.FleetGrpc.FleetBlockingStub;
import dev.tallyman.proto.v1.FleetGrpc.FleetStub;
import dev.tallyman.proto.v1.GetNodeRequest;
import dev.tallyman.proto.v1.ListNodeWorkloadsRequest;
import dev.tallyman.proto.v1.ListWorkloadsRequest;
import dev.tallyman.proto.v1.NodeGrpc.NodeBlockingStub;
import dev.tallyman.proto.v1.NodeGrpc.NodeStub;
import dev.tallyman.proto.v1.NodeWorkloadEvent;
import dev.tallyman.proto.v1.WorkloadWatchEvent;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Who is asked about workloads: a control plane, or the agent of one node. */
sealed interface WorkloadSource extends AutoCloseable {

  /** What now is. */
  List<ShownWorkload> list();

  /** What now is, then each change. */
  Changes watch();

  @Override
  void close();

  /** One change. */
  sealed interface Change {
    record Changed(ShownWorkload workload) implements Change {}

    record Removed(ShownWorkload workload) implements Change {}

    /** All that was there at the beginning has been told. */
    record Synced() implements Change {}

    /** Something that this version does not know. */
    record Other() implements Change {}
  }

  /** A stream of changes. */
  interface Changes {
    /**
     * Waits for changes, and takes all that are there; empty when the stream has ended.
     *
     * @throws dev.tallyman.cli.client.CallFailure when the stream broke
     */
    Optional<List<Change>> next(Duration timeout) throws InterruptedException;
  }

  private static <T> Changes changes(Watch<T> watch, Function<T, Change> change) {
    return timeout ->
        switch (watch.next(timeout)) {
          case Watch.Batch.Answers<T>(List<T> answers) ->
              Optional.of(answers.stream().map(change).toList());
          case Watch.Batch.End<T> _ -> Optional.empty();
        };
  }

  /** A control plane. */
  record Fleet(Connection<FleetBlockingStub, FleetStub> connection, ListWorkloadsRequest request)
      implements WorkloadSource {

    @Override
    public List<ShownWorkload> list() {
      return connection.call(stub -> stub.listWorkloads(request)).getWorkloadsList().stream()
          .map(ShownWorkload::fromControlPlane)
          .toList();
    }

    @Override
    public Changes watch() {
      return changes(
          connection.<WorkloadWatchEvent>watch(
              (stub, observer) -> stub.watchWorkloads(request, observer)),
          event ->
              switch (event.getEventCase()) {
                case CHANGED ->
                    new Change.Changed(ShownWorkload.fromControlPlane(event.getChanged()));
                case REMOVED ->
                    new Change.Removed(ShownWorkload.fromControlPlane(event.getRemoved()));
                case SYNCED -> new Change.Synced();
                case EVENT_NOT_SET -> new Change.Other();
              });
    }

    @Override
    public void close() {
      connection.close();
    }
  }

  /** An agent. */
  record Agent(Connection<NodeBlockingStub, NodeStub> connection, ListNodeWorkloadsRequest request)
      implements WorkloadSource {

    @Override
    public List<ShownWorkload> list() {
      String node = node();
      return connection.call(stub -> stub.listNodeWorkloads(request)).getWorkloadsList().stream()
          .map(workload -> ShownWorkload.fromAgent(node, workload))
          .toList();
    }

    @Override
    public Changes watch() {
      String node = node();
      return changes(
          connection.<NodeWorkloadEvent>watch(
              (stub, observer) -> stub.watchNodeWorkloads(request, observer)),
          event ->
              switch (event.getEventCase()) {
                case CHANGED ->
                    new Change.Changed(ShownWorkload.fromAgent(node, event.getChanged()));
                case REMOVED ->
                    new Change.Removed(ShownWorkload.fromAgent(node, event.getRemoved()));
                case SYNCED -> new Change.Synced();
                case EVENT_NOT_SET -> new Change.Other();
              });
    }

    private String node() {
      return connection
          .call(stub -> stub.getNode(GetNodeRequest.getDefaultInstance()))
          .getInfo()
          .getName();
    }

    @Override
    public void close() {
      connection.close();
    }
  }
}
