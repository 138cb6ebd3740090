package dev.tallyman.cli.stack;

import dev.tallyman.cli.client.CallFailure;
import dev.tallyman.cli.client.Connection;
import dev.tallyman.cli.client.Connections;
import dev.tallyman.cli.client.Watch;
import dev.tallyman.proto.v1.ApplyStackRequest;
import dev.tallyman.proto.v1.ApplyStackResponse;
import dev.tallyman.proto.v1.DeleteStackRequest;
import dev.tallyman.proto.v1.DeleteStackResponse;
import dev.tallyman.proto.v1.GetNodeRequest;
import dev.tallyman.proto.v1.ListNodeWorkloadsRequest;
import dev.tallyman.proto.v1.LogChunk;
import dev.tallyman.proto.v1.NodeGrpc.NodeBlockingStub;
import dev.tallyman.proto.v1.NodeGrpc.NodeStub;
import dev.tallyman.proto.v1.NodeWorkload;
import dev.tallyman.proto.v1.NodeWorkloadEvent;
import dev.tallyman.proto.v1.NodeWorkloadKey;
import dev.tallyman.proto.v1.ReadLogsRequest;
import dev.tallyman.proto.v1.RemoveStackAssetsRequest;
import dev.tallyman.proto.v1.RestartWorkloadRequest;
import dev.tallyman.proto.v1.StackAsset;
import dev.tallyman.proto.v1.VolumeFate;
import dev.tallyman.proto.v1.Workload;
import dev.tallyman.transport.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * An agent, asked about stacks. Every method throws {@link CallFailure} when it does not answer.
 */
public final class NodeLink implements AutoCloseable {

  /** Writing a large stack down takes a while. */
  private static final Duration APPLY = Duration.ofSeconds(60);

  /** Engines take their time to remove networks. */
  private static final Duration REMOVE = Duration.ofMinutes(2);

  private static final Duration PAUSE = Duration.ofMillis(200);

  private final Endpoint socket;
  private final Connection<NodeBlockingStub, NodeStub> connection;

  /** The agent at this socket. Opening connects nothing yet. */
  public NodeLink(Endpoint socket) {
    this.socket = socket;
    this.connection = Connections.toNode(socket);
  }

  /** One more connection to the same agent. */
  NodeLink again() {
    return new NodeLink(socket);
  }

  /** The workloads of a stack, also those that are on their way out. Empty: of all stacks. */
  public List<NodeWorkload> list(String stack) {
    return connection
        .call(stub ->
            stub.listNodeWorkloads(ListNodeWorkloadsRequest.newBuilder().setStack(stack).build()))
        .getWorkloadsList();
  }

  /** The stacks that have workloads here, whoever wants them. */
  public Set<String> stacks() {
    Set<String> stacks = new TreeSet<>();
    list("").forEach(workload -> stacks.add(workload.getStatus().getStack()));
    return stacks;
  }

  /** What is wrong with the sources of what the agent runs, a sentence each. */
  public List<String> troubles() {
    return connection
        .call(stub -> stub.getNode(GetNodeRequest.getDefaultInstance()))
        .getFeedsList()
        .stream()
        .filter(feed -> !feed.getMessage().isEmpty())
        .map(feed -> feed.getName() + " (" + feed.getSource() + "): " + feed.getMessage())
        .toList();
  }

  /** Hands a stack over. */
  public ApplyStackResponse apply(String stack, List<Workload> workloads) {
    return connection.call(
        APPLY,
        stub ->
            stub.applyStack(
                ApplyStackRequest.newBuilder().setStack(stack).addAllWorkloads(workloads).build()));
  }

  /** Wants nothing of the stack any more. */
  public DeleteStackResponse delete(String stack) {
    return connection.call(
        APPLY, stub -> stub.deleteStack(DeleteStackRequest.newBuilder().setStack(stack).build()));
  }

  /**
   * Removes the networks of a stack, and its volumes if so asked. The agent may not know for a
   * moment yet that the last instance is gone, so that it is asked until the time is over.
   */
  public List<StackAsset> removeAssets(String stack, VolumeFate volumes, Duration patience)
      throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        return connection
            .call(
                REMOVE,
                stub ->
                    stub.removeStackAssets(
                        RemoveStackAssetsRequest.newBuilder()
                            .setStack(stack)
                            .setVolumes(volumes)
                            .build()))
            .getRemovedList();
      } catch (CallFailure e) {
        if (!e.isNotNow() || System.nanoTime() - end > 0) {
          throw e;
        }
        Thread.sleep(PAUSE);
      }
    }
  }

  /** Starts a workload again that an operator stopped. */
  public void restart(String uid) {
    var _ =
        connection.call(stub ->
            stub.restartWorkload(
                RestartWorkloadRequest.newBuilder()
                    .setKey(NodeWorkloadKey.newBuilder().setUid(uid))
                    .build()));
  }

  /** All workloads of a stack now, then each change. */
  public Watch<NodeWorkloadEvent> watch(String stack) {
    ListNodeWorkloadsRequest request =
        ListNodeWorkloadsRequest.newBuilder().setStack(stack).build();
    return connection.watch((stub, observer) -> stub.watchNodeWorkloads(request, observer));
  }

  /** What an instance has written and, if asked for, writes. */
  Watch<LogChunk> logs(ReadLogsRequest request) {
    return connection.watch((stub, observer) -> stub.readLogs(request, observer));
  }

  @Override
  public void close() {
    connection.close();
  }
}
