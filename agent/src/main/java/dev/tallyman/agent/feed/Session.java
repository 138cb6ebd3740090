package dev.tallyman.agent.feed;

import dev.tallyman.proto.v1.ControlMessage;
import dev.tallyman.proto.v1.ControlPlaneGrpc;
import dev.tallyman.proto.v1.Hello;
import dev.tallyman.proto.v1.LeaseRenewal;
import dev.tallyman.proto.v1.NodeMessage;
import dev.tallyman.proto.v1.NodeState;
import dev.tallyman.proto.v1.SnapshotRequest;
import dev.tallyman.proto.v1.StatusAck;
import dev.tallyman.proto.v1.StatusBatch;
import dev.tallyman.proto.v1.WorkloadStatus;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * One stream to the control plane, on a channel of its own, from hello to its end.
 *
 * <p>Any thread may send: messages go out one after the other under this session's lock. What comes
 * in is handed to the receiver on gRPC's thread, one message after the other; while it is busy,
 * gRPC takes no more off the wire.
 */
final class Session implements Line {

  /** Is handed what comes in. */
  interface Receiver {
    /** Called for one message after the other; may block. */
    void receive(Session session, ControlMessage message);
  }

  private final ManagedChannel channel;
  private final LongSupplier nanos;
  private final CompletableFuture<SessionEnd> end = new CompletableFuture<>();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private Optional<ClientCallStreamObserver<NodeMessage>> out = Optional.empty();
  private long lastBatch;
  private long acknowledged;
  private volatile long heardAt;

  private Session(ManagedChannel channel, LongSupplier nanos) {
    this.channel = channel;
    this.nanos = nanos;
    this.heardAt = nanos.getAsLong();
  }

  /**
   * Opens a stream and says hello. Whether anybody hears it shows later.
   *
   * @param channel is shut down when the session ends
   */
  static Session open(ManagedChannel channel, Hello hello, Receiver receiver, LongSupplier nanos) {
    Session session = new Session(channel, nanos);
    session.begin(hello, receiver);
    return session;
  }

  private void begin(Hello hello, Receiver receiver) {
    lock.lock();
    try {
      var _ = ControlPlaneGrpc.newStub(channel).sync(new Responses(receiver));
      out.ifPresent(o -> o.onNext(NodeMessage.newBuilder().setHello(hello).build()));
    } finally {
      lock.unlock();
    }
  }

  private final class Responses implements ClientResponseObserver<NodeMessage, ControlMessage> {
    private final Receiver receiver;

    Responses(Receiver receiver) {
      this.receiver = receiver;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<NodeMessage> requests) {
      out = Optional.of(requests);
      requests.setOnReadyHandler(Session.this::wake);
    }

    @Override
    public void onNext(ControlMessage message) {
      heard();
      if (isOpen()) {
        receiver.receive(Session.this, message);
      }
    }

    @Override
    public void onError(Throwable failure) {
      ended(new SessionEnd.ByPeer(failure));
    }

    @Override
    public void onCompleted() {
      onError(
          Status.UNAVAILABLE
              .withDescription("the control plane ended the stream")
              .asRuntimeException());
    }
  }

  /** The other side lives: something came from it, or is still being worked through. */
  void heard() {
    heardAt = nanos.getAsLong();
  }

  /** How long nothing has come. */
  Duration silence() {
    return Duration.ofNanos(nanos.getAsLong() - heardAt);
  }

  @Override
  public boolean isOpen() {
    return !end.isDone();
  }

  /** Ends the session. Only the first reason counts. */
  void finish(SessionEnd why) {
    if (!ended(why)) {
      return;
    }
    lock.lock();
    try {
      switch (why) {
        case SessionEnd.Closed _, SessionEnd.Renewed _ -> out.ifPresent(o -> o.onCompleted());
        case SessionEnd.ByUs(String reason) -> out.ifPresent(o -> o.cancel(reason, null));
        case SessionEnd.ByPeer _ -> {
          // It is over already.
        }
      }
    } catch (IllegalStateException _) {
      // The call was over before; there is nobody to tell.
    } finally {
      lock.unlock();
    }
  }

  private boolean ended(SessionEnd why) {
    boolean first = end.complete(why);
    wake();
    return first;
  }

  private void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the session is over, and says why. */
  SessionEnd awaitEnd() throws InterruptedException {
    try {
      return end.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a session ends with a reason", e);
    }
  }

  /** Waits until the session is over or the time is. */
  boolean endsWithin(Duration time) throws InterruptedException {
    try {
      var _ = end.get(time.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException _) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("a session ends with a reason", e);
    }
  }

  /** Gives up the channel. The stream on it, if there still is one, is cut off. */
  void release(Duration grace) {
    var _ = channel.shutdown();
    try {
      if (!channel.awaitTermination(grace.toNanos(), TimeUnit.NANOSECONDS)) {
        var _ = channel.shutdownNow();
      }
    } catch (InterruptedException _) {
      var _ = channel.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  /** Renews the lease. Goes out at once, whatever else waits for room on the line. */
  void renewLease(long sequence) {
    post(
        NodeMessage.newBuilder()
            .setLeaseRenewal(LeaseRenewal.newBuilder().setSequence(sequence))
            .build());
  }

  /** Asks for everything. */
  void requestSnapshot(String reason) {
    post(
        NodeMessage.newBuilder()
            .setSnapshotRequest(SnapshotRequest.newBuilder().setReason(reason))
            .build());
  }

  void acknowledged(StatusAck ack) {
    lock.lock();
    try {
      acknowledged = Math.max(acknowledged, ack.getSequence());
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Delivery deliver(List<WorkloadStatus> statuses, Extent extent)
      throws InterruptedException {
    if (statuses.size() > MAX_STATUSES) {
      throw new IllegalArgumentException(
          "statuses: " + statuses.size() + " (expected: at most " + MAX_STATUSES + ")");
    }
    lock.lockInterruptibly();
    try {
      awaitRoom();
      long sequence = ++lastBatch;
      StatusBatch batch =
          StatusBatch.newBuilder()
              .setSequence(sequence)
              .addAllStatuses(statuses)
              .setFull(extent == Extent.FULL)
              .build();
      post(NodeMessage.newBuilder().setStatusBatch(batch).build());
      while (isOpen() && acknowledged < sequence) {
        changed.await();
      }
      return acknowledged >= sequence ? Delivery.ACKNOWLEDGED : Delivery.LINE_ENDED;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void send(NodeState state) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      awaitRoom();
      post(NodeMessage.newBuilder().setNodeState(state).build());
    } finally {
      lock.unlock();
    }
  }

  /** Waits while the line is full, so that a slow control plane costs no memory here. */
  private void awaitRoom() throws InterruptedException {
    while (isOpen() && out.filter(o -> o.isReady()).isEmpty()) {
      changed.await();
    }
  }

  private void post(NodeMessage message) {
    lock.lock();
    try {
      if (isOpen()) {
        out.ifPresent(o -> o.onNext(message));
      }
    } catch (IllegalStateException _) {
      // The call ended at this moment; its end is told by gRPC.
    } finally {
      lock.unlock();
    }
  }
}
