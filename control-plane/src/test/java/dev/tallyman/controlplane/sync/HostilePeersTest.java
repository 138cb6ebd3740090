package dev.tallyman.controlplane.sync;

import static dev.tallyman.controlplane.ControlPlaneFixture.refusal;
import static dev.tallyman.controlplane.Workloads.workload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.tallyman.controlplane.ControlPlaneFixture;
import dev.tallyman.controlplane.FakeNode;
import dev.tallyman.controlplane.TestTime;
import dev.tallyman.proto.v1.ControlPlaneGrpc;
import dev.tallyman.proto.v1.FleetGrpc;
import dev.tallyman.proto.v1.ListWorkloadsRequest;
import dev.tallyman.proto.v1.NodeMessage;
import dev.tallyman.proto.v1.SnapshotRequest;
import dev.tallyman.proto.v1.StatusBatch;
import dev.tallyman.proto.v1.WorkloadWatchEvent;
import dev.tallyman.transport.Channels;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Peers that mean harm or are broken: the one that does it is cut off, all others are served. */
@Timeout(120)
class HostilePeersTest {

  private static final int MANY = 1000;

  private final TestTime time = new TestTime();
  @TempDir private Path folder;
  private ControlPlaneFixture control;

  @BeforeEach
  void start() {
    control = new ControlPlaneFixture(folder, time);
  }

  @AfterEach
  void stop() {
    control.close();
  }

  private void othersAreServed() {
    try (FakeNode node = FakeNode.connect(control.channel(), "good", "agent-good")) {
      node.awaitWelcome();
      control.apply("good", workload("wanted"));
      node.awaitDesired("wanted");
      control.delete("wanted");
      node.awaitDesired();
    }
  }

  @Test
  void bytes_that_are_no_message_end_their_stream_and_no_other() {
    byte[] nothing = {(byte) 0xff, (byte) 0xff, (byte) 0xff, 0};

    assertThat(endOfSync(nothing).getCode()).isNotEqualTo(Status.Code.OK);

    othersAreServed();
  }

  @Test
  void message_that_is_too_large_ends_its_stream_and_no_other() {
    assertThat(endOfSync(new byte[Channels.MAX_MESSAGE_BYTES + 1]).getCode())
        .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);

    othersAreServed();
  }

  @Test
  void request_that_is_too_large_is_refused() {
    String megabytes = "x".repeat(Channels.MAX_MESSAGE_BYTES);
    var request = ListWorkloadsRequest.newBuilder().setNode(megabytes).build();

    Status refused = refusal(() -> control.fleet().listWorkloads(request));

    assertThat(refused.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    othersAreServed();
  }

  @Test
  void a_thousand_streams_that_say_nothing_hold_nobody_up() {
    ManagedChannel channel = control.channel();
    List<FakeNode> silent = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      silent.add(FakeNode.open(channel, "silent-" + i));
    }
    othersAreServed();
    silent.forEach(FakeNode::close);
  }

  @Test
  void a_thousand_watchers_that_read_nothing_hold_nobody_up() {
    FleetGrpc.FleetStub fleet = control.asyncFleet();
    for (int i = 0; i < MANY; i++) {
      fleet.watchWorkloads(ListWorkloadsRequest.getDefaultInstance(), new Asleep());
    }
    othersAreServed();
  }

  @Test
  void node_that_reports_without_end_and_takes_no_answer_is_sent_away() {
    Logger log = (Logger) LoggerFactory.getLogger(NodeStream.class);
    ListAppender<ILoggingEvent> said = new ListAppender<>();
    said.start();
    log.addAppender(said);
    try (FakeNode node = FakeNode.open(control.channel(), "deaf", 1)) {
      node.hello("agent-deaf", "", 0).awaitWelcome();
      for (int sequence = 1; sequence <= 200 * MANY; sequence++) {
        node.send(
            NodeMessage.newBuilder()
                .setStatusBatch(StatusBatch.newBuilder().setSequence(sequence))
                .build());
      }

      // Whoever reads nothing does not read of its end either.
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() ->
              said.list.stream()
                  .map(ILoggingEvent::getFormattedMessage)
                  .anyMatch(line -> line.contains("node deaf takes no answers")));
      othersAreServed();
    } finally {
      log.detachAppender(said);
    }
  }

  @Test
  void node_that_asks_for_snapshots_without_end_holds_nobody_up() {
    control.apply("greedy", workload("a"), workload("b"));
    try (FakeNode node = FakeNode.connect(control.channel(), "greedy", "agent-greedy")) {
      node.awaitSnapshot();
      for (int i = 0; i < MANY; i++) {
        node.send(
            NodeMessage.newBuilder()
                .setSnapshotRequest(SnapshotRequest.newBuilder().setReason("again\n" + i))
                .build());
      }
      othersAreServed();
      node.awaitDesired("a", "b");
    }
  }

  private Status endOfSync(byte[] message) {
    MethodDescriptor<byte[], byte[]> method =
        MethodDescriptor.newBuilder(new Bytes(), new Bytes())
            .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
            .setFullMethodName(ControlPlaneGrpc.getSyncMethod().getFullMethodName())
            .build();
    CompletableFuture<Status> end = new CompletableFuture<>();
    StreamObserver<byte[]> call =
        ClientCalls.asyncBidiStreamingCall(
            control.channel().newCall(method, CallOptions.DEFAULT),
            new StreamObserver<>() {
              @Override
              public void onNext(byte[] answer) {}

              @Override
              public void onError(Throwable failure) {
                end.complete(Status.fromThrowable(failure));
              }

              @Override
              public void onCompleted() {
                end.complete(Status.OK);
              }
            });
    call.onNext(message);
    return end.orTimeout(60, TimeUnit.SECONDS).join();
  }

  /** Asks, and takes no answer. */
  private static final class Asleep
      implements ClientResponseObserver<ListWorkloadsRequest, WorkloadWatchEvent> {
    @Override
    public void beforeStart(ClientCallStreamObserver<ListWorkloadsRequest> call) {
      call.disableAutoRequestWithInitial(0);
    }

    @Override
    public void onNext(WorkloadWatchEvent event) {}

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onCompleted() {}
  }

  /** What is sent is what is given. */
  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw Status.INTERNAL.withCause(e).asRuntimeException();
      }
    }
  }
}
