package dev.tallyman.agent.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.tallyman.agent.TestLoop;
import dev.tallyman.agent.actuate.Housekeeping;
import dev.tallyman.agent.inbox.Message;
import dev.tallyman.agent.loop.EventLog.Severity;
import dev.tallyman.agent.loop.Workloads;
import dev.tallyman.agent.model.Desired;
import dev.tallyman.agent.model.FeedView;
import dev.tallyman.agent.model.Workload;
import dev.tallyman.agent.plan.Action;
import dev.tallyman.proto.v1.AcceptFeedRequest;
import dev.tallyman.proto.v1.GetNodeRequest;
import dev.tallyman.proto.v1.ListNodeWorkloadsRequest;
import dev.tallyman.proto.v1.NodeEvent;
import dev.tallyman.proto.v1.NodeGrpc;
import dev.tallyman.proto.v1.NodeView;
import dev.tallyman.proto.v1.NodeWorkload;
import dev.tallyman.proto.v1.NodeWorkloadEvent;
import dev.tallyman.proto.v1.NodeWorkloadKey;
import dev.tallyman.proto.v1.Phase;
import dev.tallyman.proto.v1.RestartWorkloadRequest;
import dev.tallyman.proto.v1.StopWorkloadRequest;
import dev.tallyman.proto.v1.WatchEventsRequest;
import dev.tallyman.transport.ChannelSpec;
import dev.tallyman.transport.Channels;
import dev.tallyman.transport.Endpoint;
import dev.tallyman.transport.RunningServer;
import dev.tallyman.transport.ServerSpec;
import dev.tallyman.transport.Servers;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class NodeServiceTest {

  private final TestLoop loop = new TestLoop();
  private final TestLoop.Serving serving = loop.serve();
  private final AtomicReference<String> accepted = new AtomicReference<>("");
  private final NodeService service;
  private final RunningServer server;
  private final ManagedChannel channel;
  private final NodeGrpc.NodeBlockingStub node;

  NodeServiceTest(@TempDir Path folder) {
    service =
        new NodeService(
            TestLoop.FACTS,
            TestLoop.NOW,
            loop.statuses,
            loop.node,
            loop.events,
            loop.inbox,
            (feed, storeId) -> {
              if (!storeId.equals("s2")) {
                return Optional.of("store_id: " + storeId + " (expected: s2)");
              }
              accepted.set(feed + " " + storeId);
              return Optional.empty();
            },
            new Housekeeping(Map::of),
            _ -> Optional.empty(),
            new NodeService.Bounds(2, Duration.ofMillis(300), Duration.ofMillis(500)));
    Endpoint endpoint = new Endpoint.UnixSocket(folder.resolve("run/agent.sock"));
    server = Servers.start(ServerSpec.of(endpoint, service).withGrace(Duration.ofSeconds(30)));
    channel = Channels.open(ChannelSpec.plain(endpoint));
    node = NodeGrpc.newBlockingStub(channel);
  }

  @AfterEach
  void stop() {
    serving.close();
    service.close();
    channel.shutdownNow();
    server.close();
  }

  @Test
  void theNodeIsShownWithItsConditionsFeedsAndRuntimes() {
    loop.runtimeUp();
    loop.turn(
        new Message.FeedChanged(
            new FeedView(
                TestLoop.FEED,
                "unix:/run/cp.sock",
                FeedView.Link.CONNECTED,
                "Another store.",
                "s1",
                7,
                Optional.of("s2"))));

    NodeView view = node.getNode(GetNodeRequest.getDefaultInstance());

    assertThat(view.getInfo().getName()).isEqualTo("n1");
    assertThat(view.getInfo().getRuntimes(0).getVersion()).isEqualTo("20.10.24");
    assertThat(view.getFeeds(0).getRefusedStoreId()).isEqualTo("s2");
    assertThat(view.getConditionsList())
        .extracting(c -> c.getType())
        .contains("FeedAccepted", "RuntimeReachable", "Schedulable", "StateWritable");
    assertThat(view.getStartedAt().getSeconds()).isEqualTo(TestLoop.NOW.getEpochSecond());
  }

  @Test
  void workloadsAreListedInOrderAndByStack() {
    Workload running = Workloads.always("u1");
    loop.want(
        new Desired.Wanted(running),
        TestLoop.refused("u3", "spec.image: missing"),
        TestLoop.refused("u2", "x"));
    loop.runtimeUp(TestLoop.running(running));

    List<NodeWorkload> all = node.listNodeWorkloads(request("")).getWorkloadsList();
    assertThat(all).extracting(w -> w.getStatus().getUid()).containsExactly("u2", "u3", "u1");
    assertThat(all.get(1).hasWorkload()).isFalse();
    assertThat(all.get(1).getStatus().getPhase()).isEqualTo(Phase.PHASE_REJECTED);
    assertThat(all.get(1).getStatus().getMessage()).contains("spec.image: missing");
    assertThat(all.get(2).getWorkload().getSpec().getImage()).isEqualTo("app:1");
    assertThat(all.get(2).getStatus().getPhase()).isEqualTo(Phase.PHASE_RUNNING);
    assertThat(node.listNodeWorkloads(request("test")).getWorkloadsList())
        .extracting(w -> w.getStatus().getUid())
        .containsExactly("u1");
  }

  @Test
  void aWatchBeginsWithEverythingAndGoesOnWithChanges() {
    loop.runtimeUp();
    loop.want(TestLoop.refused("u1", "x"), TestLoop.refused("u2", "x"));
    Iterator<NodeWorkloadEvent> events = node.watchNodeWorkloads(request(""));
    List<String> beginning = new ArrayList<>();
    NodeWorkloadEvent event = events.next();
    while (event.hasChanged()) {
      beginning.add(event.getChanged().getStatus().getUid());
      event = events.next();
    }
    assertThat(beginning).containsExactlyInAnyOrder("u1", "u2");
    assertThat(event.hasSynced()).isTrue();

    loop.want(TestLoop.refused("u1", "changed"));

    List<NodeWorkloadEvent> changes = List.of(events.next(), events.next());
    assertThat(changes)
        .anyMatch(e -> e.getChanged().getStatus().getMessage().contains("changed"))
        .anyMatch(e -> e.getRemoved().getStatus().getUid().equals("u2"));
  }

  @Test
  void aSlowReaderGetsTheLatestAndHoldsNobodyUp() {
    loop.want(TestLoop.refused("u1", "x"));
    SlowReader<ListNodeWorkloadsRequest, NodeWorkloadEvent> reader = new SlowReader<>();
    NodeGrpc.newStub(channel).watchNodeWorkloads(request(""), reader);
    reader.ask(2);
    await().until(() -> reader.received.size() == 2);
    String filler = "x".repeat(3000);
    for (int i = 1; i <= 2000; i++) {
      loop.want(TestLoop.refused("u1", i + " " + filler));
    }

    reader.ask(10_000);

    await()
        .until(() ->
            reader.received.getLast().getChanged().getStatus().getMessage().startsWith("2000"));
    // What fits into the buffers between us comes one by one; the rest was merged.
    assertThat(reader.received).hasSizeLessThan(1000);
  }

  @Test
  void aReaderThatReadsNothingForTooLongIsSentAway() {
    SlowReader<ListNodeWorkloadsRequest, NodeWorkloadEvent> reader = new SlowReader<>();
    NodeGrpc.newStub(channel).watchNodeWorkloads(request(""), reader);
    SlowReader<ListNodeWorkloadsRequest, NodeWorkloadEvent> other = watch();
    String filler = "x".repeat(4000);
    // Its status comes behind what it does not read; that its place is free shows before.
    await()
        .until(() -> {
          for (int i = 0; i < 50; i++) {
            loop.want(TestLoop.refused("u" + i, i + System.nanoTime() + filler));
          }
          SlowReader<ListNodeWorkloadsRequest, NodeWorkloadEvent> next = watch();
          boolean admitted = !next.end.isDone();
          next.leave();
          return admitted;
        });
    other.leave();
    reader.ask(10_000);

    assertThat(reader.end.join().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(reader.end.join().getDescription()).startsWith("nothing was read for");
  }

  @Test
  void onlySoManyMayWatchAndAPlaceIsFreeWhenOneLeaves() {
    SlowReader<ListNodeWorkloadsRequest, NodeWorkloadEvent> first = watch();
    SlowReader<ListNodeWorkloadsRequest, NodeWorkloadEvent> second = watch();
    SlowReader<ListNodeWorkloadsRequest, NodeWorkloadEvent> third = new SlowReader<>();
    NodeGrpc.newStub(channel).watchNodeWorkloads(request(""), third);
    assertThat(third.end.join().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(third.end.join().getDescription())
        .isEqualTo("watchers: 2 are there (expected: fewer; end one, then try again)");

    first.leave();

    await()
        .untilAsserted(() -> {
          SlowReader<ListNodeWorkloadsRequest, NodeWorkloadEvent> next = watch();
          assertThat(next.end).isNotDone();
          next.leave();
        });
    second.leave();
  }

  @Test
  void watchersAreSentAwayWhenTheAgentStops() {
    SlowReader<ListNodeWorkloadsRequest, NodeWorkloadEvent> reader = watch();

    service.close();

    assertThat(reader.end.join().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(reader.end.join().getDescription()).isEqualTo("the agent stops");
    long began = System.nanoTime();
    server.close();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void eventsAreRememberedAndThenTold() {
    loop.events.node(TestLoop.NOW, Severity.WARNING, "RuntimeLost", "It is gone.");
    Iterator<NodeEvent> past = node.watchEvents(WatchEventsRequest.getDefaultInstance());
    NodeEvent lost = past.next();
    assertThat(lost.getReason()).isEqualTo("RuntimeLost");
    assertThat(lost.getSequence()).isEqualTo(1);
    assertThat(past.hasNext()).isFalse();

    Iterator<NodeEvent> following =
        node.watchEvents(WatchEventsRequest.newBuilder().setFollow(true).build());
    assertThat(following.next()).isEqualTo(lost);
    loop.events.workload(
        TestLoop.NOW, Severity.INFO, "Started", "It runs.", "u1", "default", "web");
    NodeEvent started = following.next();
    assertThat(started.getUid()).isEqualTo("u1");
    assertThat(started.getSequence()).isEqualTo(2);
  }

  @Test
  void anOperatorRestartsAndStopsByUidOrByName() {
    Workload running = Workloads.always("u1");
    loop.want(new Desired.Wanted(running));
    loop.runtimeUp(TestLoop.running(running));

    var _ = node.restartWorkload(RestartWorkloadRequest.newBuilder().setKey(uid("u1")).build());
    await().until(() -> loop.actions().stream().anyMatch(Action.Restart.class::isInstance));
    var _ = node.stopWorkload(StopWorkloadRequest.newBuilder().setKey(name("test", "u1")).build());
  }

  @Test
  void whatCannotBeMeantIsRefusedWithAReason() {
    loop.want(TestLoop.refused("u1", "x"));

    assertThat(refusal(NodeWorkloadKey.getDefaultInstance()))
        .isEqualTo(
            "INVALID_ARGUMENT key: names no workload (expected: a uid, or a name and its stack)");
    assertThat(refusal(uid("u9")))
        .isEqualTo("NOT_FOUND uid: u9 (expected: that of a workload of this node)");
    assertThat(refusal(name("", "web")))
        .isEqualTo("NOT_FOUND workload: default/web (expected: one that this node should run)");
    assertThat(refusal(name("", "web").toBuilder().setUid("u1").build()))
        .isEqualTo(
            "INVALID_ARGUMENT key: uid u1 with default/web (expected: the name that goes with the"
                + " uid, default/name-u1)");
    // The loop's own words.
    assertThat(refusal(uid("u1"))).startsWith("FAILED_PRECONDITION uid: u1");
  }

  @Test
  void aLoopThatDoesNotAnswerIsSaidSo() {
    Workload running = Workloads.always("u1");
    loop.want(new Desired.Wanted(running));
    serving.close();

    assertThat(refusal(uid("u1"))).startsWith("UNAVAILABLE the agent's loop does not answer");
  }

  @Test
  void aFeedIsAcceptedByItsStore() {
    var _ = node.acceptFeed(accept("s2"));
    assertThat(accepted).hasValue("control-plane s2");

    assertThat(refusal(() -> node.acceptFeed(accept("s3"))))
        .isEqualTo("FAILED_PRECONDITION store_id: s3 (expected: s2)");
    assertThat(refusal(() -> node.acceptFeed(accept(""))))
        .isEqualTo(
            "INVALID_ARGUMENT store_id: empty (expected: the store that the feed is refused for)");
  }

  private static AcceptFeedRequest accept(String storeId) {
    return AcceptFeedRequest.newBuilder().setFeed("control-plane").setStoreId(storeId).build();
  }

  private String refusal(NodeWorkloadKey key) {
    return refusal(
        () -> node.restartWorkload(RestartWorkloadRequest.newBuilder().setKey(key).build()));
  }

  private static String refusal(Runnable call) {
    Status status = Status.fromThrowable(catchThrowable(call::run));
    return status.getCode() + " " + status.getDescription();
  }

  private static NodeWorkloadKey uid(String uid) {
    return NodeWorkloadKey.newBuilder().setUid(uid).build();
  }

  private static NodeWorkloadKey name(String stack, String name) {
    return NodeWorkloadKey.newBuilder().setStack(stack).setName(name).build();
  }

  private static ListNodeWorkloadsRequest request(String stack) {
    return ListNodeWorkloadsRequest.newBuilder().setStack(stack).build();
  }

  /** One that watches and has got the beginning, or was refused. */
  private SlowReader<ListNodeWorkloadsRequest, NodeWorkloadEvent> watch() {
    SlowReader<ListNodeWorkloadsRequest, NodeWorkloadEvent> reader = new SlowReader<>();
    NodeGrpc.newStub(channel).watchNodeWorkloads(request(""), reader);
    reader.ask(1);
    await().until(() -> reader.end.isDone() || !reader.received.isEmpty());
    return reader;
  }
}
