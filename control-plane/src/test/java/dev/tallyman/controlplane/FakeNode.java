package dev.tallyman.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.proto.v1.Command;
import dev.tallyman.proto.v1.ControlMessage;
import dev.tallyman.proto.v1.ControlPlaneGrpc;
import dev.tallyman.proto.v1.Delta;
import dev.tallyman.proto.v1.Hello;
import dev.tallyman.proto.v1.LeaseRenewal;
import dev.tallyman.proto.v1.NodeInfo;
import dev.tallyman.proto.v1.NodeMessage;
import dev.tallyman.proto.v1.NodeState;
import dev.tallyman.proto.v1.RuntimeInfo;
import dev.tallyman.proto.v1.Snapshot;
import dev.tallyman.proto.v1.SnapshotRequest;
import dev.tallyman.proto.v1.StatusBatch;
import dev.tallyman.proto.v1.Welcome;
import dev.tallyman.proto.v1.Workload;
import dev.tallyman.proto.v1.WorkloadStatus;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A node's side of the wire: speaks the protocol with the generated stubs over a real connection,
 * and keeps the desired state as the contract says.
 */
public final class FakeNode implements AutoCloseable {

  private static final int SECONDS = 30;

  private final String name;
  private final Queue<ControlMessage> received = new ArrayDeque<>();
  private final Map<String, Workload> desired = new TreeMap<>();
  private final Map<String, Workload> incoming = new TreeMap<>();
  private final CompletableFuture<Status> end = new CompletableFuture<>();
  private @Nullable ClientCallStreamObserver<NodeMessage> out;
  private String storeId = "";
  private long revision;
  private long sequence;

  private FakeNode(String name) {
    this.name = name;
  }

  /** Opens a stream that reads at once, without hello. */
  public static FakeNode open(Channel channel, String name) {
    return open(channel, name, Integer.MAX_VALUE);
  }

  /** Opens a stream that takes so many messages and then no more until {@link #read}. */
  public static FakeNode open(Channel channel, String name, int messages) {
    FakeNode node = new FakeNode(name);
    ControlPlaneGrpc.newStub(channel).sync(node.new Receiver(messages));
    return node;
  }

  /** Opens a stream and says hello as a new node that holds nothing. */
  public static FakeNode connect(Channel channel, String name, String agentId) {
    return open(channel, name).hello(agentId, "", 0);
  }

  public FakeNode hello(String agentId, String heldStoreId, long heldRevision) {
    storeId = heldStoreId;
    revision = heldRevision;
    return send(
        NodeMessage.newBuilder()
            .setHello(
                Hello.newBuilder()
                    .setNode(info())
                    .setAgentId(agentId)
                    .setStoreId(heldStoreId)
                    .setRevision(heldRevision))
            .build());
  }

  public FakeNode send(NodeMessage message) {
    out().onNext(message);
    return this;
  }

  public FakeNode renew() {
    return send(
        NodeMessage.newBuilder()
            .setLeaseRenewal(LeaseRenewal.newBuilder().setSequence(++sequence))
            .build());
  }

  public FakeNode askForSnapshot(String reason) {
    return send(
        NodeMessage.newBuilder()
            .setSnapshotRequest(SnapshotRequest.newBuilder().setReason(reason))
            .build());
  }

  public FakeNode say(NodeState state) {
    return send(NodeMessage.newBuilder().setNodeState(state).build());
  }

  /** Sends statuses and waits until they are stored. */
  public FakeNode report(List<WorkloadStatus> statuses) {
    return report(statuses, false);
  }

  /** Sends a batch of a complete report and waits until it is stored. */
  public FakeNode reportFull(List<WorkloadStatus> statuses) {
    return report(statuses, true);
  }

  private FakeNode report(List<WorkloadStatus> statuses, boolean full) {
    long mine = ++sequence;
    send(
        NodeMessage.newBuilder()
            .setStatusBatch(
                StatusBatch.newBuilder().setSequence(mine).setFull(full).addAllStatuses(statuses))
            .build());
    assertThat(await(m -> m.hasStatusAck() ? m.getStatusAck() : null).getSequence())
        .isEqualTo(mine);
    return this;
  }

  /** Takes so many further messages. */
  public void read(int messages) {
    out().request(messages);
  }

  public Welcome awaitWelcome() {
    return await(m -> m.hasWelcome() ? m.getWelcome() : null);
  }

  public Snapshot awaitSnapshot() {
    return await(m -> m.hasSnapshot() ? m.getSnapshot() : null);
  }

  public Delta awaitDelta() {
    return await(m -> m.hasDelta() ? m.getDelta() : null);
  }

  public Command awaitCommand() {
    return await(m -> m.hasCommand() ? m.getCommand() : null);
  }

  public long awaitLeaseRenewed() {
    return await(m -> m.hasLeaseRenewed() ? m.getLeaseRenewed() : null).getSequence();
  }

  /** Waits for a message of that kind and takes it away; others stay. */
  public <M> M await(Function<ControlMessage, @Nullable M> kind) {
    CompletableFuture<M> found = new CompletableFuture<>();
    Awaitility.await()
        .atMost(SECONDS, TimeUnit.SECONDS)
        .pollDelay(0, TimeUnit.MILLISECONDS)
        .pollInterval(2, TimeUnit.MILLISECONDS)
        .until(() -> {
          synchronized (this) {
            for (ControlMessage message : received) {
              M match = kind.apply(message);
              if (match != null) {
                received.remove(message);
                return found.complete(match);
              }
            }
          }
          assertThat(end).as("the stream of node %s has ended", name).isNotDone();
          return false;
        });
    return found.join();
  }

  /** Waits until the node should run exactly these. */
  public void awaitDesired(String... names) {
    Awaitility.await()
        .atMost(SECONDS, TimeUnit.SECONDS)
        .untilAsserted(() ->
            assertThat(desired().values())
                .extracting(Workload::getName)
                .containsExactlyInAnyOrder(names));
  }

  /** Waits for the end of the stream. */
  public Status awaitEnd() {
    return end.orTimeout(SECONDS, TimeUnit.SECONDS).join();
  }

  /** What the node should run, by uid, once a snapshot was complete. */
  public synchronized Map<String, Workload> desired() {
    return Map.copyOf(desired);
  }

  public synchronized long revision() {
    return revision;
  }

  /** Messages that nobody has waited for. */
  public synchronized List<ControlMessage> received() {
    return List.copyOf(received);
  }

  @Override
  public void close() {
    if (!end.isDone()) {
      out().cancel("the test is over", null);
    }
  }

  private synchronized ClientCallStreamObserver<NodeMessage> out() {
    if (out == null) {
      throw new IllegalStateException("the stream is not open");
    }
    return out;
  }

  private NodeInfo info() {
    return NodeInfo.newBuilder()
        .setName(name)
        .setOs("linux")
        .setArchitecture("amd64")
        .setAgentVersion("test")
        .addRuntimes(RuntimeInfo.newBuilder().setName("memory").setReachable(true))
        .build();
  }

  private synchronized void take(ControlMessage message) {
    received.add(message);
    switch (message.getMessageCase()) {
      case SNAPSHOT -> take(message.getSnapshot());
      case DELTA -> take(message.getDelta());
      case WELCOME, LEASE_RENEWED, STATUS_ACK, COMMAND, MESSAGE_NOT_SET -> {}
    }
  }

  private void take(Snapshot snapshot) {
    snapshot.getWorkloadsList().forEach(w -> incoming.put(w.getUid(), w));
    if (!snapshot.getMore()) {
      desired.clear();
      desired.putAll(incoming);
      incoming.clear();
      storeId = snapshot.getStoreId();
      revision = snapshot.getRevision();
    }
  }

  private void take(Delta delta) {
    if (!delta.getStoreId().equals(storeId) || delta.getFromRevision() != revision) {
      throw new AssertionError(
          "delta from %d does not fit on %d".formatted(delta.getFromRevision(), revision));
    }
    delta.getUpsertsList().forEach(w -> desired.put(w.getUid(), w));
    delta.getRemovedUidsList().forEach(desired::remove);
    revision = delta.getToRevision();
  }

  private final class Receiver implements ClientResponseObserver<NodeMessage, ControlMessage> {
    private final int messages;

    Receiver(int messages) {
      this.messages = messages;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<NodeMessage> stream) {
      synchronized (FakeNode.this) {
        out = stream;
      }
      stream.disableAutoRequestWithInitial(messages);
    }

    @Override
    public void onNext(ControlMessage message) {
      try {
        take(message);
      } catch (AssertionError e) {
        end.complete(Status.INTERNAL.withDescription(e.getMessage()));
        out().cancel(e.getMessage(), e);
      }
    }

    @Override
    public void onError(Throwable t) {
      end.complete(Status.fromThrowable(t));
    }

    @Override
    public void onCompleted() {
      end.complete(Status.OK);
    }
  }
}
