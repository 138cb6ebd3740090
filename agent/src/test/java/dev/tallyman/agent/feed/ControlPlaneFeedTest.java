package dev.tallyman.agent.feed;

import static dev.tallyman.agent.feed.ScriptedControlPlane.delta;
import static dev.tallyman.agent.feed.ScriptedControlPlane.snapshot;
import static dev.tallyman.agent.feed.ScriptedControlPlane.workload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.tallyman.agent.feed.ScriptedControlPlane.Stream;
import dev.tallyman.agent.inbox.Inbox;
import dev.tallyman.agent.inbox.Message;
import dev.tallyman.agent.inbox.Told;
import dev.tallyman.agent.model.Backoff;
import dev.tallyman.agent.model.Desired;
import dev.tallyman.agent.model.FeedView;
import dev.tallyman.agent.telemetry.Telemetry;
import dev.tallyman.proto.v1.Command;
import dev.tallyman.proto.v1.Drain;
import dev.tallyman.proto.v1.NodeInfo;
import dev.tallyman.proto.v1.NodeMessage;
import dev.tallyman.proto.v1.NodeState;
import dev.tallyman.proto.v1.Resume;
import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

@Timeout(60)
class ControlPlaneFeedTest {

  private static final Backoff QUICK =
      new Backoff(Duration.ofMillis(20), Duration.ofMillis(50), Duration.ofSeconds(30));

  private final Path folder;
  private final ScriptedControlPlane control;
  private final Inbox inbox = new Inbox();
  private final Told told = new Told(inbox);
  private final AtomicInteger renewals = new AtomicInteger();
  private final AtomicInteger losses = new AtomicInteger();
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private Optional<ControlPlaneFeed> running = Optional.empty();

  ControlPlaneFeedTest(@TempDir Path folder) {
    this.folder = folder;
    this.control = new ScriptedControlPlane(folder);
    log.start();
    ((Logger) LoggerFactory.getLogger(ControlPlaneFeed.class)).addAppender(log);
  }

  @AfterEach
  void stop() {
    running.ifPresent(ControlPlaneFeed::close);
    control.close();
    ((Logger) LoggerFactory.getLogger(ControlPlaneFeed.class)).detachAppender(log);
  }

  private ControlPlaneFeed start(Held held) {
    return start(held, FeedConfig.Bounds.DEFAULT, Duration.ofSeconds(15));
  }

  private ControlPlaneFeed start(Held held, FeedConfig.Bounds bounds, Duration patience) {
    ControlPlaneFeed feed =
        ControlPlaneFeed.start(
            new FeedConfig("control-plane", control.channel(), QUICK, patience, bounds),
            inbox,
            new Telemetry() {
              @Override
              public void leaseRenewed(String name) {
                renewals.incrementAndGet();
              }

              @Override
              public void feedLost(String name) {
                losses.incrementAndGet();
              }
            },
            () -> NodeInfo.newBuilder().setName("n1").build(),
            "agent-1",
            held,
            RandomGenerator.getDefault(),
            System::nanoTime);
    running = Optional.of(feed);
    return feed;
  }

  /** All that was told until a message that is sent now has come through. */
  private List<Message> toldUntilNow(Stream stream) {
    String id = "marker-" + System.nanoTime();
    stream.command(Command.newBuilder().setId(id).setDrain(Drain.newBuilder().setReason(id)));
    var _ = told.await(Message.Drain.class, drain -> drain.reason().equals(id));
    return told.all();
  }

  @Test
  void theNodeIntroducesItselfWithWhatItHolds() {
    start(new Held("s1", 7));

    var hello = control.awaitStream(1).received().getFirst().getHello();

    assertThat(hello.getNode().getName()).isEqualTo("n1");
    assertThat(hello.getAgentId()).isEqualTo("agent-1");
    assertThat(hello.getStoreId()).isEqualTo("s1");
    assertThat(hello.getRevision()).isEqualTo(7);
  }

  @Test
  void aSnapshotOfSeveralMessagesIsUsedWhenItIsWhole() {
    start(Held.NOTHING);
    Stream stream = control.awaitStream(1).welcome("s1");
    stream.snapshot(snapshot("s1", 5, "a").setMore(true));
    assertThat(toldUntilNow(stream)).noneMatch(Message.FeedSnapshot.class::isInstance);

    stream.snapshot(snapshot("s1", 5, "b"));

    var snapshot = told.await(Message.FeedSnapshot.class, _ -> true).state();
    assertThat(snapshot.feed()).isEqualTo("control-plane");
    assertThat(snapshot.storeId()).isEqualTo("s1");
    assertThat(snapshot.revision()).isEqualTo(5);
    assertThat(snapshot.desired()).extracting(Desired::uid).containsExactly("a", "b");
    assertThat(told.awaitView(view -> view.revision() == 5).link())
        .isEqualTo(FeedView.Link.CONNECTED);
  }

  @Test
  void deltasFollowOneAnother() {
    start(new Held("s1", 7));
    Stream stream = control.awaitStream(1).welcome("s1");
    stream.delta(delta("s1", 7, 8, "a").addRemovedUids("gone"));
    stream.delta(delta("s1", 8, 8));

    var first = told.await(Message.FeedDelta.class, d -> !d.upserts().isEmpty());
    assertThat(first.toRevision()).isEqualTo(8);
    assertThat(first.upserts()).extracting(Desired::uid).containsExactly("a");
    assertThat(first.removed()).isEqualTo(Set.of("gone"));
    var second = told.await(Message.FeedDelta.class, d -> d.upserts().isEmpty());
    assertThat(second.toRevision()).isEqualTo(8);
  }

  @Test
  void aDeltaThatDoesNotFitMakesItAskForEverythingOnce() {
    start(new Held("s1", 7));
    Stream stream = control.awaitStream(1).welcome("s1");
    stream.delta(delta("s1", 9, 10, "a"));
    stream.delta(delta("s1", 10, 11, "b"));
    var request = stream.await(NodeMessage::hasSnapshotRequest).getSnapshotRequest();
    assertThat(request.getReason()).contains("delta from revision 9 of store s1 (expected: from");

    stream.snapshot(snapshot("s1", 11, "a", "b"));
    stream.delta(delta("s1", 11, 12, "c"));

    assertThat(told.await(Message.FeedDelta.class, _ -> true).toRevision()).isEqualTo(12);
    assertThat(stream.count(NodeMessage::hasSnapshotRequest)).isEqualTo(1);
  }

  @Test
  void anEmptiedStoreIsRefusedUntilAnOperatorAcceptsIt() {
    ControlPlaneFeed feed = start(new Held("s1", 7));
    Stream stream = control.awaitStream(1).welcome("s2");
    stream.snapshot(snapshot("s2", 0));
    stream.command(Command.newBuilder().setId("c1").setDrain(Drain.getDefaultInstance()));

    FeedView refused = told.awaitView(view -> view.refusedStoreId().isPresent());
    assertThat(refused.refusedStoreId()).hasValue("s2");
    assertThat(refused.link()).isEqualTo(FeedView.Link.CONNECTED);
    assertThat(refused.storeId()).isEqualTo("s1");
    assertThat(refused.revision()).isEqualTo(7);
    assertThat(refused.message()).contains("another store, s2 (expected: s1");

    assertThat(feed.accept("s3"))
        .hasValue("store_id: s3 (expected: s2, which is offered and refused now)");
    assertThat(feed.accept("s2")).isEmpty();

    Stream next = control.awaitStream(2);
    assertThat(next.received().getFirst().getHello().getStoreId()).isEmpty();
    next.welcome("s2").snapshot(snapshot("s2", 1, "a"));
    assertThat(told.await(Message.FeedSnapshot.class, _ -> true).state().revision()).isEqualTo(1);
    assertThat(told.all()).noneMatch(Message.Drain.class::isInstance);
    FeedView accepted = told.awaitView(view -> view.storeId().equals("s2"));
    assertThat(accepted.refusedStoreId()).isEmpty();
    assertThat(accepted.message()).isEmpty();
    assertThat(feed.accept("s2")).isPresent();
  }

  @Test
  void aStoreThatWentBackIsRefusedAndSoIsAllThatFollows() {
    ControlPlaneFeed feed = start(new Held("s1", 7));
    Stream stream = control.awaitStream(1).welcome("s1");
    stream.snapshot(snapshot("s1", 3, "a"));
    stream.delta(delta("s1", 3, 4, "b"));

    FeedView refused = told.awaitView(view -> view.refusedStoreId().isPresent());
    assertThat(refused.message()).contains("went back from revision 7 to 3");
    assertThat(feed.accept("s1")).isEmpty();
    Stream next = control.awaitStream(2).welcome("s1").snapshot(snapshot("s1", 4, "a", "b"));
    assertThat(told.await(Message.FeedSnapshot.class, _ -> true).state().revision()).isEqualTo(4);
    assertThat(toldUntilNow(next)).noneMatch(Message.FeedDelta.class::isInstance);
  }

  @Test
  void aRefusalOutlastsTheConnectionAndIsWithdrawnByTheOldStore() {
    start(new Held("s1", 7));
    Stream first = control.awaitStream(1).welcome("s2");
    told.awaitView(view -> view.refusedStoreId().isPresent());
    first.fail(Status.UNAVAILABLE.withDescription("moving"));
    FeedView away =
        told.awaitView(
            view -> view.link() == FeedView.Link.DISCONNECTED && view.refusedStoreId().isPresent());
    assertThat(away.message()).contains("another store, s2").contains("moving");

    control.awaitStream(2).welcome("s1").delta(delta("s1", 7, 8));

    assertThat(told.awaitView(view -> view.revision() == 8).refusedStoreId()).isEmpty();
  }

  @Test
  void aCommandIsDoneOnceHoweverOftenItIsSent() {
    start(Held.NOTHING);
    Stream stream = control.awaitStream(1).welcome("s1");
    Command.Builder drain =
        Command.newBuilder().setId("c1").setDrain(Drain.newBuilder().setReason("maintenance"));
    stream.command(drain).command(drain);
    stream.fail(Status.UNAVAILABLE);
    Stream next = control.awaitStream(2).welcome("s1").command(drain);
    next.command(Command.newBuilder().setId("c2").setResume(Resume.getDefaultInstance()));

    told.await(Message.Resume.class, _ -> true);
    assertThat(told.all().stream().filter(Message.Drain.class::isInstance))
        .containsExactly(new Message.Drain("maintenance"));
  }

  @Test
  void faultyWorkloadsAreToldAndThoseWithoutUidAreShown() {
    start(Held.NOTHING);
    Stream stream = control.awaitStream(1).welcome("s1");
    stream.snapshot(
        snapshot("s1", 1, "a")
            .addWorkloads(workload("b").toBuilder().clearSpec())
            .addWorkloads(workload("").toBuilder().setName("nameless")));

    var state = told.await(Message.FeedSnapshot.class, _ -> true).state();
    assertThat(state.desired().get(0)).isInstanceOf(Desired.Wanted.class);
    assertThat(state.desired().get(1)).isInstanceOf(Desired.Refused.class);
    assertThat(told.awaitView(view -> view.revision() == 1).message())
        .contains("Workloads without a usable uid are not run: workloads[2].uid: \"\"")
        .contains("default/nameless");
  }

  @Test
  void moreThanItsBoundsIsNotUsedAndTheNodeKeepsWhatItHas() {
    start(new Held("s1", 7), new FeedConfig.Bounds(1 << 20, 2), Duration.ofSeconds(15));
    Stream stream = control.awaitStream(1).welcome("s1");
    stream.snapshot(snapshot("s1", 8, "a", "b", "c"));

    assertThat(told.awaitView(view -> view.message().contains("more than 2 workloads")).revision())
        .isEqualTo(7);
    control.awaitStream(2);
    assertThat(told.all()).noneMatch(Message.FeedSnapshot.class::isInstance);
  }

  @Test
  void withoutAControlPlaneItTriesUntilThereIsOneAndSaysWhyOnce() {
    control.stop();
    start(Held.NOTHING);
    FeedView away = told.awaitView(view -> view.message().contains("No such file"));
    assertThat(away.link()).isEqualTo(FeedView.Link.DISCONNECTED);
    assertThat(away.source()).startsWith("unix:/");
    await().until(() -> losses.get() > 4);

    control.listen();

    control.awaitStream(1).welcome("s1");
    told.awaitView(view -> view.link() == FeedView.Link.CONNECTED);
    assertThat(warnings()).hasSize(1);
    assertThat(warnings().getFirst())
        .contains("No such file")
        .endsWith("tries again for as long as it takes");
  }

  @Test
  void aSecondAgentOfTheSameNameIsToldWhy() {
    control.refuse(Optional.of(Status.ALREADY_EXISTS.withDescription("taken by agent-0")));
    start(Held.NOTHING);

    assertThat(told.awaitView(view -> view.message().contains("taken by agent-0")).message())
        .startsWith("Another agent is connected under this node's name; stop it, or give");
    await().until(() -> control.streams() > 3);
    assertThat(warnings()).hasSize(1);

    control.refuse(Optional.of(Status.UNAUTHENTICATED.withDescription("no bearer token")));
    assertThat(told.awaitView(view -> view.message().contains("no bearer token")).message())
        .startsWith("The control plane does not know this node's token");
    control.refuse(Optional.of(Status.PERMISSION_DENIED.withDescription("token of n2")));
    assertThat(told.awaitView(view -> view.message().contains("token of n2")).message())
        .startsWith("The token is another node's");
    assertThat(warnings()).hasSize(3);
  }

  @Test
  void theLeaseIsRenewedFourTimesWithinItsTime() {
    start(Held.NOTHING);
    Stream stream = control.awaitStream(1);
    long began = System.nanoTime();
    stream.welcome("s1", Duration.ofSeconds(1));
    await()
        .pollInterval(Duration.ofMillis(10))
        .until(() -> stream.count(NodeMessage::hasLeaseRenewal) >= 5);
    Duration took = Duration.ofNanos(System.nanoTime() - began);

    assertThat(took).isBetween(Duration.ofMillis(900), Duration.ofMillis(3000));
    assertThat(
            stream.received().stream()
                .filter(NodeMessage::hasLeaseRenewal)
                .map(m -> m.getLeaseRenewal().getSequence())
                .limit(5))
        .containsExactly(1L, 2L, 3L, 4L, 5L);
    await().until(() -> renewals.get() >= 5);
  }

  @Test
  void theLeaseIsRenewedWhileTheLoopHangsAndNothingMoreIsTakenOffTheWire() {
    for (int i = 0; i < 5000; i++) {
      inbox.post(new Message.Tick());
    }
    start(Held.NOTHING);
    Stream stream = control.awaitStream(1).welcome("s1", Duration.ofSeconds(1));
    // The welcome itself waits for room; it takes some messages away to let it through.
    await().until(() -> control.streams() == 1);
    drainInbox();
    await().until(() -> stream.count(NodeMessage::hasLeaseRenewal) >= 1);
    for (int i = 0; i < 5000; i++) {
      inbox.post(new Message.Tick());
    }
    stream.snapshot(snapshot("s1", 1, "a"));
    long before = stream.count(NodeMessage::hasLeaseRenewal);

    // More than twice the lease's time.
    await().until(() -> stream.count(NodeMessage::hasLeaseRenewal) >= before + 9);

    assertThat(control.streams()).isEqualTo(1);
    drainInbox();
    told.await(Message.FeedSnapshot.class, _ -> true);
  }

  private void drainInbox() {
    try {
      while (inbox.size() > 0) {
        var _ = inbox.take(Duration.ZERO);
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aControlPlaneThatIsSilentForALeaseIsLeft() {
    start(Held.NOTHING);
    Stream stream = control.awaitStream(1).welcome("s1", Duration.ofMillis(600));
    control.fallSilent();

    control.awaitStream(2);

    assertThat(stream.hasEnded()).isTrue();
    assertThat(warnings().getFirst())
        .contains("nothing was heard for 600 ms, the time of the lease");
  }

  @Test
  void aControlPlaneThatDoesNotWelcomeIsLeft() {
    start(Held.NOTHING, FeedConfig.Bounds.DEFAULT, Duration.ofMillis(100));
    control.awaitStream(2);

    assertThat(warnings().getFirst()).contains("no welcome within 100 ms after hello");
  }

  @Test
  void statusesAreAcknowledgedOnTheLineOrItsEndIsTold() throws Exception {
    ControlPlaneFeed feed = start(Held.NOTHING);
    Stream stream = control.awaitStream(1).welcome("s1");
    Line line = feed.await(Optional.empty());
    assertThat(line.deliver(List.of(), Line.Extent.FULL)).isEqualTo(Line.Delivery.ACKNOWLEDGED);
    line.send(NodeState.getDefaultInstance());
    var batch = stream.await(NodeMessage::hasStatusBatch).getStatusBatch();
    assertThat(batch.getFull()).isTrue();
    stream.await(NodeMessage::hasNodeState);

    control.stopAcknowledging();
    CompletableFuture<Line.Delivery> waiting = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            waiting.complete(line.deliver(List.of(), Line.Extent.CHANGES));
          } catch (InterruptedException e) {
            waiting.completeExceptionally(e);
          }
        });
    stream.await(m -> m.hasStatusBatch() && !m.getStatusBatch().getFull());
    assertThat(waiting).isNotDone();
    stream.fail(Status.UNAVAILABLE);

    assertThat(waiting.get()).isEqualTo(Line.Delivery.LINE_ENDED);
    assertThat(line.isOpen()).isFalse();
    control.awaitStream(2).welcome("s1");
    assertThat(feed.await(Optional.of(line))).isNotSameAs(line);
  }

  @Test
  void closingEndsTheStreamInGoodOrder() {
    ControlPlaneFeed feed = start(Held.NOTHING);
    Stream stream = control.awaitStream(1).welcome("s1");
    told.awaitView(view -> view.link() == FeedView.Link.CONNECTED);

    feed.close();

    await().until(stream::hasEnded);
    assertThat(control.streams()).isEqualTo(1);
    assertThat(warnings()).isEmpty();
    assertThat(folder).exists();
  }

  private List<String> warnings() {
    return List.copyOf(log.list).stream()
        .filter(event -> event.getLevel().toString().equals("WARN"))
        .map(ILoggingEvent::getFormattedMessage)
        .filter(text -> !text.contains("accepted store"))
        .toList();
  }
}
