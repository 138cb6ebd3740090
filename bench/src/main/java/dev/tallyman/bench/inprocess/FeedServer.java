package dev.tallyman.bench.inprocess;

import dev.tallyman.proto.v1.ControlMessage;
import dev.tallyman.proto.v1.ControlPlaneGrpc;
import dev.tallyman.proto.v1.Delta;
import dev.tallyman.proto.v1.LeaseRenewed;
import dev.tallyman.proto.v1.NodeMessage;
import dev.tallyman.proto.v1.Snapshot;
import dev.tallyman.proto.v1.StatusAck;
import dev.tallyman.proto.v1.StatusBatch;
import dev.tallyman.proto.v1.Welcome;
import dev.tallyman.proto.v1.Workload;
import dev.tallyman.proto.v1.WorkloadStatus;
import dev.tallyman.transport.ChannelSpec;
import dev.tallyman.transport.Endpoint;
import dev.tallyman.transport.RunningServer;
import dev.tallyman.transport.ServerSpec;
import dev.tallyman.transport.Servers;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A control plane that sends what it is told to, over a real socket, and does nothing else: neither
 * a store nor rules stand in the numbers. Statuses and leases are acknowledged at once.
 */
public final class FeedServer extends ControlPlaneGrpc.ControlPlaneImplBase
    implements AutoCloseable {

  private static final String STORE = "store-1";
  private static final Duration LEASE = Duration.ofMinutes(1);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** As many workloads as the reference control plane puts into a message. */
  private static final int PER_MESSAGE = 500;

  private final Endpoint endpoint;
  private final Consumer<WorkloadStatus> onStatus;
  private final LinkedBlockingQueue<Link> links = new LinkedBlockingQueue<>();
  private final RunningServer server;

  /**
   * Listens on a socket.
   *
   * @param onStatus is told of each status, on gRPC's thread
   */
  public FeedServer(Path socket, Consumer<WorkloadStatus> onStatus) {
    this.endpoint = new Endpoint.UnixSocket(socket);
    this.onStatus = onStatus;
    this.server = Servers.start(ServerSpec.of(endpoint, this).withGrace(Duration.ZERO));
  }

  /** How nodes reach it. */
  public ChannelSpec channel() {
    return ChannelSpec.plain(endpoint);
  }

  /** Waits for the next node that introduces itself; it has been welcomed. */
  public Link awaitNode() throws InterruptedException {
    Link link = links.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    if (link == null) {
      throw new IllegalStateException("no node has connected within " + PATIENCE);
    }
    return link;
  }

  /** The stream of one node. Safe for any threads. */
  public static final class Link {
    private final StreamObserver<ControlMessage> out;
    private long revision;

    private Link(StreamObserver<ControlMessage> out) {
      this.out = out;
    }

    /** Sends everything, in as many messages as need be. */
    public synchronized void snapshot(List<Workload> workloads) {
      revision++;
      for (int from = 0; from < workloads.size(); from += PER_MESSAGE) {
        int to = Math.min(workloads.size(), from + PER_MESSAGE);
        Snapshot.Builder part =
            Snapshot.newBuilder()
                .setStoreId(STORE)
                .setRevision(revision)
                .addAllWorkloads(workloads.subList(from, to))
                .setMore(to < workloads.size());
        out.onNext(ControlMessage.newBuilder().setSnapshot(part).build());
      }
    }

    /** Sends what is new. */
    public synchronized void delta(List<Workload> upserts) {
      Delta.Builder delta =
          Delta.newBuilder()
              .setStoreId(STORE)
              .setFromRevision(revision)
              .setToRevision(revision + 1)
              .addAllUpserts(upserts);
      revision++;
      out.onNext(ControlMessage.newBuilder().setDelta(delta).build());
    }

    private synchronized void welcome() {
      out.onNext(
          ControlMessage.newBuilder()
              .setWelcome(
                  Welcome.newBuilder()
                      .setStoreId(STORE)
                      .setLeaseDuration(
                          com.google.protobuf.Duration.newBuilder().setSeconds(LEASE.toSeconds())))
              .build());
    }

    private synchronized void renewed(long sequence) {
      out.onNext(
          ControlMessage.newBuilder()
              .setLeaseRenewed(LeaseRenewed.newBuilder().setSequence(sequence))
              .build());
    }

    private synchronized void acknowledge(StatusBatch batch) {
      out.onNext(
          ControlMessage.newBuilder()
              .setStatusAck(StatusAck.newBuilder().setSequence(batch.getSequence()))
              .build());
    }
  }

  @Override
  public StreamObserver<NodeMessage> sync(StreamObserver<ControlMessage> out) {
    Link link = new Link(out);
    return new StreamObserver<>() {
      @Override
      public void onNext(NodeMessage message) {
        switch (message.getMessageCase()) {
          case HELLO -> {
            link.welcome();
            links.add(link);
          }
          case LEASE_RENEWAL -> link.renewed(message.getLeaseRenewal().getSequence());
          case STATUS_BATCH -> {
            message.getStatusBatch().getStatusesList().forEach(onStatus);
            link.acknowledge(message.getStatusBatch());
          }
          case SNAPSHOT_REQUEST, NODE_STATE, MESSAGE_NOT_SET -> {}
        }
      }

      @Override
      public void onError(Throwable failure) {}

      @Override
      public void onCompleted() {
        out.onCompleted();
      }
    };
  }

  @Override
  public void close() {
    server.close();
  }
}
