package dev.tallyman.cli;

import dev.tallyman.proto.v1.AcceptFeedRequest;
import dev.tallyman.proto.v1.AcceptFeedResponse;
import dev.tallyman.proto.v1.GetNodeRequest;
import dev.tallyman.proto.v1.ListNodeWorkloadsRequest;
import dev.tallyman.proto.v1.ListNodeWorkloadsResponse;
import dev.tallyman.proto.v1.NodeEvent;
import dev.tallyman.proto.v1.NodeGrpc;
import dev.tallyman.proto.v1.NodeSynced;
import dev.tallyman.proto.v1.NodeView;
import dev.tallyman.proto.v1.NodeWorkload;
import dev.tallyman.proto.v1.NodeWorkloadEvent;
import dev.tallyman.proto.v1.NodeWorkloadKey;
import dev.tallyman.proto.v1.RestartWorkloadRequest;
import dev.tallyman.proto.v1.RestartWorkloadResponse;
import dev.tallyman.proto.v1.StopWorkloadRequest;
import dev.tallyman.proto.v1.StopWorkloadResponse;
import dev.tallyman.proto.v1.WatchEventsRequest;
import dev.tallyman.transport.Endpoint;
import dev.tallyman.transport.RunningServer;
import dev.tallyman.transport.ServerSpec;
import dev.tallyman.transport.Servers;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An agent's side of the Node service on a real unix socket: it has the workloads and events that a
 * test gives it, and remembers what it was asked to do.
 */
final class TestAgent implements AutoCloseable {

  private final RunningServer server;
  private final NodeView node;
  private final List<NodeWorkload> workloads;
  private final List<NodeEvent> events;
  private final List<String> orders = new CopyOnWriteArrayList<>();

  TestAgent(Path socket, NodeView node, List<NodeWorkload> workloads, List<NodeEvent> events) {
    this.node = node;
    this.workloads = List.copyOf(workloads);
    this.events = List.copyOf(events);
    this.server = Servers.start(ServerSpec.of(new Endpoint.UnixSocket(socket), new Service()));
  }

  /** What it was asked to do, in that order. */
  List<String> orders() {
    return new ArrayList<>(orders);
  }

  @Override
  public void close() {
    server.close();
  }

  private final class Service extends NodeGrpc.NodeImplBase {

    @Override
    public void getNode(GetNodeRequest request, StreamObserver<NodeView> answer) {
      answer.onNext(node);
      answer.onCompleted();
    }

    @Override
    public void listNodeWorkloads(
        ListNodeWorkloadsRequest request, StreamObserver<ListNodeWorkloadsResponse> answer) {
      answer.onNext(
          ListNodeWorkloadsResponse.newBuilder().addAllWorkloads(matching(request)).build());
      answer.onCompleted();
    }

    @Override
    public void watchNodeWorkloads(
        ListNodeWorkloadsRequest request, StreamObserver<NodeWorkloadEvent> answer) {
      for (NodeWorkload workload : matching(request)) {
        answer.onNext(NodeWorkloadEvent.newBuilder().setChanged(workload).build());
      }
      answer.onNext(
          NodeWorkloadEvent.newBuilder().setSynced(NodeSynced.getDefaultInstance()).build());
      answer.onCompleted();
    }

    @Override
    public void watchEvents(WatchEventsRequest request, StreamObserver<NodeEvent> answer) {
      events.forEach(answer::onNext);
      if (!request.getFollow()) {
        answer.onCompleted();
      }
    }

    @Override
    public void restartWorkload(
        RestartWorkloadRequest request, StreamObserver<RestartWorkloadResponse> answer) {
      order("restart", request.getKey(), answer, RestartWorkloadResponse.getDefaultInstance());
    }

    @Override
    public void stopWorkload(
        StopWorkloadRequest request, StreamObserver<StopWorkloadResponse> answer) {
      order("stop", request.getKey(), answer, StopWorkloadResponse.getDefaultInstance());
    }

    @Override
    public void acceptFeed(AcceptFeedRequest request, StreamObserver<AcceptFeedResponse> answer) {
      orders.add("accept " + request.getFeed() + " " + request.getStoreId());
      answer.onNext(AcceptFeedResponse.getDefaultInstance());
      answer.onCompleted();
    }

    private List<NodeWorkload> matching(ListNodeWorkloadsRequest request) {
      return workloads.stream()
          .filter(workload ->
              request.getStack().isEmpty()
                  || workload.getStatus().getStack().equals(request.getStack()))
          .toList();
    }

    private <T> void order(String order, NodeWorkloadKey key, StreamObserver<T> answer, T done) {
      String name = key.getStack() + "/" + key.getName();
      if (workloads.stream().noneMatch(w -> w.getStatus().getName().equals(key.getName()))) {
        answer.onError(
            Status.NOT_FOUND
                .withDescription("workload: " + name + " (expected: one of this node)")
                .asException());
        return;
      }
      orders.add(order + " " + name);
      answer.onNext(done);
      answer.onCompleted();
    }
  }
}
