package dev.tallyman.cli;

import dev.tallyman.proto.v1.ControlMessage;
import dev.tallyman.proto.v1.ControlPlaneGrpc;
import dev.tallyman.proto.v1.Hello;
import dev.tallyman.proto.v1.NodeInfo;
import dev.tallyman.proto.v1.NodeMessage;
import dev.tallyman.proto.v1.NodeResources;
import dev.tallyman.proto.v1.RuntimeInfo;
import dev.tallyman.proto.v1.StatusBatch;
import dev.tallyman.proto.v1.WorkloadStatus;
import dev.tallyman.transport.ChannelSpec;
import dev.tallyman.transport.Channels;
import dev.tallyman.transport.Endpoint;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A node's side of the wire: says hello and reports what a test tells it. */
final class TestNode implements AutoCloseable {

  private static final int SECONDS = 30;

  private final ManagedChannel channel;
  private final StreamObserver<NodeMessage> out;
  private final BlockingQueue<ControlMessage> received = new LinkedBlockingQueue<>();
  private long sequence;

  TestNode(Endpoint controlPlane, String name) {
    channel = Channels.open(ChannelSpec.plain(controlPlane));
    out = ControlPlaneGrpc.newStub(channel).sync(new Receiver());
    out.onNext(
        NodeMessage.newBuilder()
            .setHello(Hello.newBuilder().setNode(info(name)).setAgentId("agent-" + name))
            .build());
    awaitMessage(ControlMessage::hasWelcome);
  }

  private static NodeInfo info(String name) {
    return NodeInfo.newBuilder()
        .setName(name)
        .setOs("linux")
        .setArchitecture("amd64")
        .setHostname(name + ".example")
        .setAgentVersion("1.2.3")
        .addAddresses("192.0.2.7")
        .putLabels("zone", "a")
        .setCapacity(NodeResources.newBuilder().setCpuMillis(4000).setMemoryBytes(8L << 30))
        .setAllocatable(NodeResources.newBuilder().setCpuMillis(3500).setMemoryBytes(7L << 30))
        .addRuntimes(
            RuntimeInfo.newBuilder()
                .setName("podman")
                .setKind("podman")
                .setVersion("4.3.1")
                .setApiVersion("1.41")
                .addCapabilities("isolation/container")
                .addCapabilities("ports")
                .setReachable(true))
        .addRuntimes(RuntimeInfo.newBuilder().setName("docker").setMessage("nothing listens there"))
        .build();
  }

  /** Reports statuses and waits until they are stored. */
  void report(WorkloadStatus... statuses) {
    long mine = ++sequence;
    out.onNext(
        NodeMessage.newBuilder()
            .setStatusBatch(
                StatusBatch.newBuilder().setSequence(mine).addAllStatuses(List.of(statuses)))
            .build());
    awaitMessage(message -> message.getStatusAck().getSequence() == mine);
  }

  /** Waits for a message; those before it are forgotten. */
  void awaitMessage(Predicate<ControlMessage> wanted) {
    try {
      while (true) {
        ControlMessage message = received.poll(SECONDS, TimeUnit.SECONDS);
        if (message == null) {
          throw new AssertionError("the control plane did not send it within " + SECONDS + " s");
        }
        if (wanted.test(message)) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  private final class Receiver implements StreamObserver<ControlMessage> {
    @Override
    public void onNext(ControlMessage message) {
      received.add(message);
    }

    @Override
    public void onError(Throwable t) {}

    @Override
    public void onCompleted() {}
  }
}
