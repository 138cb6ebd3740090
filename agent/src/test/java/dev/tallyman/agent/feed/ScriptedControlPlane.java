package dev.tallyman.agent.feed;

import static org.awaitility.Awaitility.await;

import dev.tallyman.agent.wire.Times;
import dev.tallyman.proto.v1.Command;
import dev.tallyman.proto.v1.ControlMessage;
import dev.tallyman.proto.v1.ControlPlaneGrpc;
import dev.tallyman.proto.v1.Delta;
import dev.tallyman.proto.v1.LeaseRenewed;
import dev.tallyman.proto.v1.NodeMessage;
import dev.tallyman.proto.v1.Snapshot;
import dev.tallyman.proto.v1.StatusAck;
import dev.tallyman.proto.v1.Welcome;
import dev.tallyman.proto.v1.Workload;
import dev.tallyman.proto.v1.WorkloadSpec;
import dev.tallyman.transport.ChannelSpec;
import dev.tallyman.transport.Endpoint;
import dev.tallyman.transport.RunningServer;
import dev.tallyman.transport.ServerSpec;
import dev.tallyman.transport.Servers;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

/**
 * A control plane that says what a test tells it to, over a real socket: what a good one never does
 * can be tried with it. Renewals and status batches are answered by themselves until told
 * otherwise.
 */
public final class ScriptedControlPlane extends ControlPlaneGrpc.ControlPlaneImplBase
    implements AutoCloseable {

  private final Endpoint endpoint;
  private final List<Stream> streams = new CopyOnWriteArrayList<>();
  private final AtomicBoolean silent = new AtomicBoolean();
  private final AtomicBoolean acknowledging = new AtomicBoolean(true);
  private volatile Optional<Status> refusal = Optional.empty();
  private Optional<RunningServer> server = Optional.empty();

  /** Listens on a socket in this folder. */
  public ScriptedControlPlane(Path folder) {
    endpoint = new Endpoint.UnixSocket(folder.resolve("run/cp.sock"));
    listen();
  }

  /** One node's stream. */
  public static final class Stream {
    private final StreamObserver<ControlMessage> out;
    private final List<NodeMessage> received = new CopyOnWriteArrayList<>();
    private final AtomicBoolean ended = new AtomicBoolean();

    Stream(StreamObserver<ControlMessage> out) {
      this.out = out;
    }

    /** All that came, in its order. */
    public List<NodeMessage> received() {
      return List.copyOf(received);
    }

    /** Waits for a message and returns the first such one. */
    public NodeMessage await(Predicate<NodeMessage> wanted) {
      return org.awaitility.Awaitility.await()
          .until(() -> received.stream().filter(wanted).findFirst(), Optional::isPresent)
          .orElseThrow();
    }

    /** How many such messages came so far. */
    public long count(Predicate<NodeMessage> wanted) {
      return received.stream().filter(wanted).count();
    }

    /** Whether the node has ended it. */
    public boolean hasEnded() {
      return ended.get();
    }

    public synchronized void send(ControlMessage message) {
      out.onNext(message);
    }

    /** Welcomes the node. */
    public Stream welcome(String storeId, Duration lease) {
      send(
          ControlMessage.newBuilder()
              .setWelcome(
                  Welcome.newBuilder().setStoreId(storeId).setLeaseDuration(Times.write(lease)))
              .build());
      return this;
    }

    /** Welcomes the node, for a minute. */
    public Stream welcome(String storeId) {
      return welcome(storeId, Duration.ofMinutes(1));
    }

    public Stream snapshot(Snapshot.Builder snapshot) {
      send(ControlMessage.newBuilder().setSnapshot(snapshot).build());
      return this;
    }

    public Stream delta(Delta.Builder delta) {
      send(ControlMessage.newBuilder().setDelta(delta).build());
      return this;
    }

    public Stream command(Command.Builder command) {
      send(ControlMessage.newBuilder().setCommand(command).build());
      return this;
    }

    public synchronized void fail(Status status) {
      out.onError(status.asRuntimeException());
    }
  }

  @Override
  public StreamObserver<NodeMessage> sync(StreamObserver<ControlMessage> out) {
    Stream stream = new Stream(out);
    streams.add(stream);
    refusal.ifPresent(stream::fail);
    return new StreamObserver<>() {
      @Override
      public void onNext(NodeMessage message) {
        stream.received.add(message);
        if (message.hasLeaseRenewal() && !silent.get()) {
          stream.send(
              ControlMessage.newBuilder()
                  .setLeaseRenewed(
                      LeaseRenewed.newBuilder()
                          .setSequence(message.getLeaseRenewal().getSequence()))
                  .build());
        }
        if (message.hasStatusBatch() && acknowledging.get()) {
          acknowledge(stream, message);
        }
      }

      @Override
      public void onError(Throwable failure) {
        stream.ended.set(true);
      }

      @Override
      public void onCompleted() {
        stream.ended.set(true);
        out.onCompleted();
      }
    };
  }

  /** Acknowledges a batch. */
  public static void acknowledge(Stream stream, NodeMessage batch) {
    stream.send(
        ControlMessage.newBuilder()
            .setStatusAck(StatusAck.newBuilder().setSequence(batch.getStatusBatch().getSequence()))
            .build());
  }

  public ChannelSpec channel() {
    return ChannelSpec.plain(endpoint);
  }

  /** Waits for the node's n-th stream, from 1, and its hello. */
  public Stream awaitStream(int n) {
    await().until(() -> streams.size() >= n);
    Stream stream = streams.get(n - 1);
    var _ = stream.await(NodeMessage::hasHello);
    return stream;
  }

  /** How often the node has connected. */
  public int streams() {
    return streams.size();
  }

  /** Answers no renewals from now on. */
  public void fallSilent() {
    silent.set(true);
  }

  /** Leaves status batches to the test from now on. */
  public void stopAcknowledging() {
    acknowledging.set(false);
  }

  /** Ends each new stream with this from now on, or with nothing. */
  public void refuse(Optional<Status> status) {
    refusal = status;
  }

  /** Nothing listens any more. */
  public void stop() {
    server.ifPresent(RunningServer::close);
    server = Optional.empty();
  }

  /** Listens again. */
  public void listen() {
    server = Optional.of(Servers.start(ServerSpec.of(endpoint, this).withGrace(Duration.ZERO)));
  }

  @Override
  public void close() {
    stop();
  }

  /** A snapshot of everything, in one message. */
  public static Snapshot.Builder snapshot(String storeId, long revision, String... uids) {
    Snapshot.Builder snapshot = Snapshot.newBuilder().setStoreId(storeId).setRevision(revision);
    for (String uid : uids) {
      snapshot.addWorkloads(workload(uid));
    }
    return snapshot;
  }

  public static Delta.Builder delta(String storeId, long from, long to, String... uids) {
    Delta.Builder delta =
        Delta.newBuilder().setStoreId(storeId).setFromRevision(from).setToRevision(to);
    for (String uid : uids) {
      delta.addUpserts(workload(uid));
    }
    return delta;
  }

  public static Workload workload(String uid) {
    return Workload.newBuilder()
        .setUid(uid)
        .setName("web")
        .setSpec(WorkloadSpec.newBuilder().setImage("busybox"))
        .build();
  }
}
