package dev.tallyman.controlplane.sync;

import com.google.protobuf.Duration;
import dev.tallyman.controlplane.auth.Access;
import dev.tallyman.controlplane.auth.Principal;
import dev.tallyman.controlplane.node.LiveNodes;
import dev.tallyman.controlplane.store.NodeCommand;
import dev.tallyman.controlplane.store.NodeRow;
import dev.tallyman.controlplane.store.StoreException;
import dev.tallyman.controlplane.store.Transaction;
import dev.tallyman.controlplane.store.View;
import dev.tallyman.controlplane.stream.Outflow;
import dev.tallyman.proto.v1.Command;
import dev.tallyman.proto.v1.ControlMessage;
import dev.tallyman.proto.v1.Drain;
import dev.tallyman.proto.v1.Hello;
import dev.tallyman.proto.v1.LeaseRenewed;
import dev.tallyman.proto.v1.NodeMessage;
import dev.tallyman.proto.v1.NodeState;
import dev.tallyman.proto.v1.Resume;
import dev.tallyman.proto.v1.SnapshotRequest;
import dev.tallyman.proto.v1.StatusAck;
import dev.tallyman.proto.v1.StatusBatch;
import dev.tallyman.proto.v1.Welcome;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node's stream. gRPC calls it with one message after the other; what is to be said is taken
 * from it by its {@link Outflow}, in the order of {@link #next}: answers first, as they are small
 * and the node waits for them, then commands, then desired state.
 */
final class NodeStream implements StreamObserver<NodeMessage> {

  /** A node that does not take the acknowledgements of so many batches does not read at all. */
  private static final int MAX_WAITING_ACKS = 1000;

  private static final Logger log = LoggerFactory.getLogger(NodeStream.class);

  private final SyncRoom room;
  private final Principal caller;
  private final Outflow<ControlMessage> out;

  // Guarded by this object's lock: written by gRPC's thread, read by the outflow's.
  private Optional<Session> session = Optional.empty();
  private Optional<ControlMessage> welcome = Optional.empty();
  private OptionalLong leaseAnswer = OptionalLong.empty();
  private final Deque<Long> statusAnswers = new ArrayDeque<>();
  private boolean commandDue;
  private String lastCommandId = "";

  /** What there is once the node has said who it is. */
  private record Session(
      String node, String agentId, DesiredCursor cursor, StatusIntake statuses) {}

  NodeStream(SyncRoom room, Principal caller, ServerCallStreamObserver<ControlMessage> observer) {
    this.room = room;
    this.caller = caller;
    this.out = new Outflow<>(observer, room.executor(), this::next, this::ended);
  }

  void wake() {
    out.wake();
  }

  void commanded() {
    synchronized (this) {
      commandDue = true;
    }
    out.wake();
  }

  void fail(Status status) {
    out.fail(status);
  }

  /** Ends a stream whose node has not said hello yet. */
  void requireHello() {
    boolean silent;
    synchronized (this) {
      silent = session.isEmpty();
    }
    if (silent) {
      fail(Status.DEADLINE_EXCEEDED.withDescription("no hello yet (expected: as first message)"));
    }
  }

  @Override
  public void onNext(NodeMessage message) {
    if (out.hasEnded()) {
      return;
    }
    try {
      receive(message);
      out.wake();
    } catch (StatusRuntimeException e) {
      log.warn(
          "node {}: refused with {}: {}",
          name(message),
          e.getStatus().getCode(),
          String.valueOf(e.getStatus().getDescription()).replace('\n', ';'));
      fail(e.getStatus());
    } catch (StoreException e) {
      fail(Status.UNAVAILABLE.withDescription(e.getMessage()).withCause(e));
    } catch (RuntimeException e) {
      log.error("node {}: stream ends: an error of this program", name(message), e);
      fail(Status.INTERNAL.withDescription("internal error; the control plane's log has it"));
    }
  }

  @Override
  public void onError(Throwable t) {
    // The call is cancelled; the outflow has heard of it too.
  }

  @Override
  public void onCompleted() {
    out.complete();
  }

  private void receive(NodeMessage message) {
    Optional<Session> known;
    synchronized (this) {
      known = session;
    }
    if (known.isEmpty()) {
      if (!message.hasHello()) {
        throw invalid("first message: " + word(message) + " (expected: hello)");
      }
      hello(message.getHello());
      return;
    }
    Session live = known.get();
    switch (message.getMessageCase()) {
      case HELLO -> throw invalid("hello: twice on one stream (expected: once)");
      case LEASE_RENEWAL -> renew(live, message.getLeaseRenewal().getSequence());
      case STATUS_BATCH -> store(live, message.getStatusBatch());
      case SNAPSHOT_REQUEST -> restart(live, message.getSnapshotRequest());
      case NODE_STATE -> store(live, message.getNodeState());
      case MESSAGE_NOT_SET ->
          // Of a newer node: a reader ignores what it does not know.
          log.debug("node {}: a message of a kind that is not known here", live.node());
    }
  }

  private void hello(Hello hello) {
    List<String> faults = HelloRules.faults(hello);
    if (!faults.isEmpty()) {
      throw invalid(String.join("\n", faults));
    }
    String node = hello.getNode().getName();
    Access.requireNode(caller, node);
    LiveNodes.Before before =
        switch (room.live().claim(node, hello.getAgentId())) {
          case LiveNodes.Claim.Granted(LiveNodes.Before was) -> was;
          case LiveNodes.Claim.Refused refused -> throw taken(node, refused);
        };
    Instant now = room.clock().instant();
    room.store().write(transaction -> register(transaction, hello, before, now));

    DesiredCursor cursor =
        DesiredCursor.from(room.store(), node, hello.getStoreId(), hello.getRevision());
    StatusIntake statuses =
        new StatusIntake(room.store(), room.clock(), node, () -> firstRevision(cursor));
    synchronized (this) {
      session = Optional.of(new Session(node, hello.getAgentId(), cursor, statuses));
      welcome = Optional.of(welcome());
      commandDue = true;
    }
    room.streams().take(node, this);
    if (out.hasEnded()) {
      // It ended while it was not yet known as the node's.
      room.streams().ended(this);
    }
    warnIfStoreIsOlder(hello);
    log.info(
        "node {}: connected, agent {} version {}; it holds {}, next is a {}",
        node,
        hello.getAgentId(),
        hello.getNode().getAgentVersion(),
        hello.getStoreId().isEmpty()
            ? "nothing"
            : "revision " + hello.getRevision() + " of store " + hello.getStoreId(),
        cursor.isSnapshot() ? "snapshot" : "delta");
  }

  private void warnIfStoreIsOlder(Hello hello) {
    long revision = room.store().read(View::counters).revision();
    if (hello.getStoreId().equals(room.store().id()) && hello.getRevision() > revision) {
      log.error(
          "node {}: holds revision {} of this store, which is at {} only: the store is an older copy."
              + " Nodes refuse it until an operator accepts it on each of them",
          hello.getNode().getName(),
          hello.getRevision(),
          revision);
    }
  }

  /** Waits for a message that is just being read from the store: it may be the first one. */
  private synchronized OptionalLong firstRevision(DesiredCursor cursor) {
    return cursor.firstRevision();
  }

  private boolean register(
      Transaction transaction, Hello hello, LiveNodes.Before before, Instant now) {
    String node = hello.getNode().getName();
    Optional<NodeRow> row = transaction.node(node);
    long held = hello.getStoreId().equals(room.store().id()) ? hello.getRevision() : 0;
    transaction.putNode(
        new NodeRow(
            hello.getNode(),
            hello.getAgentId(),
            Optional.empty(),
            row.map(NodeRow::registeredAt).orElse(now),
            now,
            held,
            row.flatMap(NodeRow::command)));
    if (before == LiveNodes.Before.LAPSED) {
      // Watchers were told that nobody knows how they are.
      transaction.touch(node);
    }
    room.live().delivered(node, held);
    return true;
  }

  private static StatusRuntimeException taken(String node, LiveNodes.Claim.Refused refused) {
    return Status.ALREADY_EXISTS
        .withDescription(
            "node name %s: taken by agent %s, whose lease lasts another %d s (expected: one agent for each node name; stop the other one, or give this one a name of its own)"
                .formatted(
                    node, refused.agentId(), refused.remaining().plusMillis(999).toSeconds()))
        .asRuntimeException();
  }

  private void renew(Session live, long sequence) {
    Optional<LiveNodes.Before> before = room.live().renew(live.node(), live.agentId());
    if (before.isEmpty()) {
      throw Status.ABORTED
          .withDescription("node " + live.node() + ": another agent has taken it")
          .asRuntimeException();
    }
    if (before.get() == LiveNodes.Before.LAPSED) {
      log.info("node {}: renews its lease again", live.node());
      touch(live.node());
    }
    synchronized (this) {
      // One answer for all that came before it.
      leaseAnswer = OptionalLong.of(sequence);
    }
  }

  private void touch(String node) {
    room.store()
        .write(transaction -> {
          transaction.touch(node);
          return true;
        });
  }

  private void store(Session live, StatusBatch batch) {
    live.statuses().take(batch);
    synchronized (this) {
      statusAnswers.add(batch.getSequence());
      if (statusAnswers.size() > MAX_WAITING_ACKS) {
        throw Status.RESOURCE_EXHAUSTED
            .withDescription(
                "node %s takes no answers: %d acknowledgements wait"
                    .formatted(live.node(), statusAnswers.size()))
            .asRuntimeException();
      }
    }
  }

  private void store(Session live, NodeState state) {
    room.store()
        .write(transaction -> {
          transaction.node(live.node()).ifPresent(row -> transaction.putNode(row.withState(state)));
          return true;
        });
  }

  private void restart(Session live, SnapshotRequest request) {
    log.warn("node {}: asks for a snapshot: {}", live.node(), request.getReason());
    synchronized (this) {
      live.cursor().restart();
    }
  }

  /** What is to be sent next, if anything. */
  private synchronized Optional<ControlMessage> next() {
    if (session.isEmpty()) {
      return Optional.empty();
    }
    Session live = session.get();
    if (welcome.isPresent()) {
      Optional<ControlMessage> first = welcome;
      welcome = Optional.empty();
      return first;
    }
    if (leaseAnswer.isPresent()) {
      LeaseRenewed answer = LeaseRenewed.newBuilder().setSequence(leaseAnswer.getAsLong()).build();
      leaseAnswer = OptionalLong.empty();
      return Optional.of(ControlMessage.newBuilder().setLeaseRenewed(answer).build());
    }
    Long status = statusAnswers.poll();
    if (status != null) {
      StatusAck ack = StatusAck.newBuilder().setSequence(status).build();
      return Optional.of(ControlMessage.newBuilder().setStatusAck(ack).build());
    }
    Optional<ControlMessage> command = nextCommand(live);
    return command.isPresent() ? command : nextDesired(live);
  }

  private Optional<ControlMessage> nextCommand(Session live) {
    if (!commandDue) {
      return Optional.empty();
    }
    commandDue = false;
    Optional<NodeCommand> command =
        room.store()
            .read(view -> view.node(live.node()))
            .flatMap(NodeRow::command)
            .filter(c -> !c.id().equals(lastCommandId));
    command.ifPresent(c -> lastCommandId = c.id());
    return command.map(c -> ControlMessage.newBuilder().setCommand(wire(c)).build());
  }

  private Optional<ControlMessage> nextDesired(Session live) {
    Optional<ControlMessage> desired = live.cursor().next();
    if (desired.isPresent() && !live.cursor().isSnapshot()) {
      room.live().delivered(live.node(), live.cursor().heldRevision());
    }
    return desired;
  }

  private static Command wire(NodeCommand command) {
    Command.Builder wire = Command.newBuilder().setId(command.id());
    switch (command.kind()) {
      case DRAIN -> wire.setDrain(Drain.newBuilder().setReason(command.reason()));
      case RESUME -> wire.setResume(Resume.getDefaultInstance());
    }
    return wire.build();
  }

  private ControlMessage welcome() {
    java.time.Duration lease = room.live().leaseDuration();
    return ControlMessage.newBuilder()
        .setWelcome(
            Welcome.newBuilder()
                .setStoreId(room.store().id())
                .setLeaseDuration(
                    Duration.newBuilder()
                        .setSeconds(lease.toSeconds())
                        .setNanos(lease.toNanosPart()))
                .setServerVersion(room.version()))
        .build();
  }

  private void ended() {
    room.streams().ended(this);
    Optional<Session> last;
    synchronized (this) {
      last = session;
    }
    last.ifPresent(
        live -> log.info("node {}: stream ended; its lease goes on until it expires", live.node()));
  }

  private synchronized String name(NodeMessage message) {
    return session
        .map(Session::node)
        .orElseGet(() ->
            message.hasHello() ? HelloRules.show(message.getHello().getNode()) : "(no hello)");
  }

  private static String word(NodeMessage message) {
    return message.getMessageCase().name().toLowerCase(Locale.ROOT);
  }

  private static StatusRuntimeException invalid(String description) {
    return Status.INVALID_ARGUMENT.withDescription(description).asRuntimeException();
  }
}
