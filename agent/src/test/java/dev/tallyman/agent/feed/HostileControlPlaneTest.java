package dev.tallyman.agent.feed;

import static dev.tallyman.agent.feed.ScriptedControlPlane.delta;
import static dev.tallyman.agent.feed.ScriptedControlPlane.snapshot;
import static dev.tallyman.agent.feed.ScriptedControlPlane.workload;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.agent.feed.ScriptedControlPlane.Stream;
import dev.tallyman.agent.inbox.Inbox;
import dev.tallyman.agent.inbox.Message;
import dev.tallyman.agent.inbox.Told;
import dev.tallyman.agent.model.Backoff;
import dev.tallyman.agent.model.FeedView;
import dev.tallyman.agent.telemetry.Telemetry;
import dev.tallyman.proto.v1.Command;
import dev.tallyman.proto.v1.ControlMessage;
import dev.tallyman.proto.v1.Drain;
import dev.tallyman.proto.v1.NodeInfo;
import dev.tallyman.proto.v1.Resume;
import dev.tallyman.proto.v1.Welcome;
import dev.tallyman.transport.Channels;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A control plane that says nonsense, too much, or without end. The node keeps what it has, says
 * why it left, and comes back.
 */
@Timeout(60)
class HostileControlPlaneTest {

  private static final Backoff QUICK =
      new Backoff(Duration.ofMillis(20), Duration.ofMillis(50), Duration.ofSeconds(30));
  private static final Held HELD = new Held("s1", 7);

  private final ScriptedControlPlane control;
  private final Inbox inbox = new Inbox();
  private final Told told = new Told(inbox);
  private Optional<ControlPlaneFeed> running = Optional.empty();

  HostileControlPlaneTest(@TempDir Path folder) {
    this.control = new ScriptedControlPlane(folder);
  }

  @AfterEach
  void stop() {
    running.ifPresent(ControlPlaneFeed::close);
    control.close();
  }

  private void start(FeedConfig.Bounds bounds) {
    running =
        Optional.of(
            ControlPlaneFeed.start(
                new FeedConfig(
                    "control-plane", control.channel(), QUICK, Duration.ofSeconds(15), bounds),
                inbox,
                Telemetry.NONE,
                () -> NodeInfo.newBuilder().setName("n1").build(),
                "agent-1",
                HELD,
                RandomGenerator.getDefault(),
                System::nanoTime));
  }

  /** The node has left, says why, has nothing new, and takes what a good one says next. */
  private void leavesAndComesBack(String why) {
    FeedView view = told.awaitView(v -> v.message().contains(why));
    assertThat(view.link()).isEqualTo(FeedView.Link.DISCONNECTED);
    assertThat(told.all()).noneMatch(Message.FeedSnapshot.class::isInstance);
    control.awaitStream(2).welcome("s1").snapshot(snapshot("s1", 9, "good"));
    assertThat(told.await(Message.FeedSnapshot.class, _ -> true).state().revision()).isEqualTo(9);
  }

  @Test
  void aSecondWelcomeEndsTheStreamAndStartsNothing() {
    start(FeedConfig.Bounds.DEFAULT);
    Stream stream = control.awaitStream(1);
    flood(1000, _ -> stream.welcome("s1"));

    leavesAndComesBack("a second welcome (expected: one on each stream)");

    assertThat(leaseThreads()).isLessThan(10);
  }

  /** Sends so many messages, or fewer when the node has left. */
  private static void flood(int messages, IntConsumer send) {
    try {
      for (int i = 0; i < messages; i++) {
        send.accept(i);
      }
    } catch (StatusRuntimeException left) {
      assertThat(left.getStatus().getCode()).isEqualTo(Status.Code.CANCELLED);
    }
  }

  private static long leaseThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("lease"))
        .count();
  }

  @Test
  void aLeaseThatIsNoLengthOfTimeEndsTheStream() {
    start(FeedConfig.Bounds.DEFAULT);
    control
        .awaitStream(1)
        .send(
            ControlMessage.newBuilder()
                .setWelcome(
                    Welcome.newBuilder()
                        .setStoreId("s1")
                        .setLeaseDuration(
                            com.google.protobuf.Duration.newBuilder()
                                .setSeconds(Long.MAX_VALUE)
                                .setNanos(Integer.MAX_VALUE)))
                .build());

    leavesAndComesBack("lease_duration: 9223372036854775807 s (expected: a length of time)");
  }

  @Test
  void aMessageThatIsTooLargeIsNotTaken() {
    start(FeedConfig.Bounds.DEFAULT);
    control
        .awaitStream(1)
        .welcome("s1")
        .snapshot(
            snapshot("s1", 8)
                .addWorkloads(
                    workload("a").toBuilder().setName("x".repeat(Channels.MAX_MESSAGE_BYTES))));

    leavesAndComesBack("exceeds maximum");
  }

  @Test
  void aSnapshotWithoutEndIsLeft() {
    start(new FeedConfig.Bounds(1 << 20, 10_000));
    Stream stream = control.awaitStream(1).welcome("s1");
    String filler = "x".repeat(10_000);
    flood(
        200,
        i ->
            stream.snapshot(
                snapshot("s1", 8)
                    .addWorkloads(workload("u" + i).toBuilder().setName(filler))
                    .setMore(true)));

    leavesAndComesBack("desired state: more than 1048576 bytes");
  }

  @Test
  void deltasWithoutEndAreLeftWhenTheyAreMoreThanASnapshotMayBe() {
    start(new FeedConfig.Bounds(16 << 20, 100));
    Stream stream = control.awaitStream(1).welcome("s1");
    flood(150, i -> stream.delta(delta("s1", 7 + i, 8 + i, "u" + i)));

    assertThat(told.awaitView(v -> v.message().contains("more than 100 workloads")).revision())
        .isEqualTo(107);
    assertThat(told.all().stream().filter(Message.FeedDelta.class::isInstance)).hasSize(100);
  }

  @Test
  void deltasThatReplaceOneAnotherMayGoOnForEver() {
    start(new FeedConfig.Bounds(1 << 20, 2));
    Stream stream = control.awaitStream(1).welcome("s1");
    for (int i = 0; i < 300; i++) {
      stream.delta(delta("s1", 7 + i, 8 + i, "u" + i).addRemovedUids("u" + (i - 1)));
    }

    assertThat(told.awaitView(v -> v.revision() == 307).link()).isEqualTo(FeedView.Link.CONNECTED);
  }

  @Test
  void anIdentityWithoutEndIsRefusedAndShownInShort() {
    start(FeedConfig.Bounds.DEFAULT);
    control.awaitStream(1).welcome("s".repeat(1 << 20));

    FeedView refused = told.awaitView(v -> v.refusedStoreId().isPresent());
    assertThat(refused.message())
        .hasSizeLessThan(1000)
        .contains("an identity of 1048576 characters (expected: at most 256)");
    assertThat(refused.refusedStoreId()).hasValueSatisfying(id -> assertThat(id).hasSize(259));
  }

  @Test
  void aCommandOfManyWordsIsCutAndOneWithAnIdWithoutEndIsNotDone() {
    start(FeedConfig.Bounds.DEFAULT);
    control
        .awaitStream(1)
        .welcome("s1")
        .command(
            Command.newBuilder().setId("i".repeat(1 << 20)).setResume(Resume.getDefaultInstance()))
        .command(
            Command.newBuilder()
                .setId("c1")
                .setDrain(Drain.newBuilder().setReason("r".repeat(1 << 20))));

    assertThat(told.await(Message.Drain.class, _ -> true).reason()).hasSize(1027);
    assertThat(told.all()).noneMatch(Message.Resume.class::isInstance);
  }
}
