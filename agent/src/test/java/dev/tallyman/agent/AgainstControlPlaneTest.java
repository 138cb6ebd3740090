package dev.tallyman.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallyman.agent.feed.ControlPlaneFeed;
import dev.tallyman.agent.feed.FeedConfig;
import dev.tallyman.agent.feed.Held;
import dev.tallyman.agent.inbox.Inbox;
import dev.tallyman.agent.inbox.Message;
import dev.tallyman.agent.loop.StatusBoard;
import dev.tallyman.agent.model.Backoff;
import dev.tallyman.agent.model.Desired;
import dev.tallyman.agent.model.FeedView;
import dev.tallyman.agent.model.NodeCondition;
import dev.tallyman.agent.report.Reporter;
import dev.tallyman.agent.telemetry.Telemetry;
import dev.tallyman.agent.wire.NodeWriter;
import dev.tallyman.controlplane.ControlPlane;
import dev.tallyman.controlplane.ControlPlaneConfig;
import dev.tallyman.proto.v1.ApplyWorkloadsRequest;
import dev.tallyman.proto.v1.AssignedWorkload;
import dev.tallyman.proto.v1.Assignment;
import dev.tallyman.proto.v1.DeleteWorkloadsRequest;
import dev.tallyman.proto.v1.DrainNodeRequest;
import dev.tallyman.proto.v1.FleetGrpc;
import dev.tallyman.proto.v1.ListNodesRequest;
import dev.tallyman.proto.v1.ListWorkloadsRequest;
import dev.tallyman.proto.v1.NodeReadiness;
import dev.tallyman.proto.v1.NodeRecord;
import dev.tallyman.proto.v1.Phase;
import dev.tallyman.proto.v1.Workload;
import dev.tallyman.proto.v1.WorkloadKey;
import dev.tallyman.proto.v1.WorkloadSpec;
import dev.tallyman.transport.ChannelSpec;
import dev.tallyman.transport.Channels;
import dev.tallyman.transport.Endpoint;
import dev.tallyman.transport.TokenHash;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The agent's edge against the real control plane, over a socket; the loop behind it is real too.
 */
@Timeout(120)
class AgainstControlPlaneTest {

  private static final Backoff QUICK =
      new Backoff(Duration.ofMillis(50), Duration.ofMillis(200), Duration.ofSeconds(30));
  private static final Duration LEASE = ControlPlaneConfig.MIN_LEASE;

  private final Path folder;
  private final Endpoint endpoint;
  private final List<AutoCloseable> open = new ArrayList<>();
  private final TestLoop loop = new TestLoop();
  private ControlPlane control;

  AgainstControlPlaneTest(@TempDir Path folder) {
    this.folder = folder;
    this.endpoint = new Endpoint.UnixSocket(folder.resolve("run/cp.sock"));
    this.control = control("store-a");
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable part : open.reversed()) {
      part.close();
    }
    control.close();
  }

  private ControlPlane control(String store) {
    return ControlPlane.start(
        new ControlPlaneConfig(
            List.of(endpoint),
            folder.resolve(store),
            Optional.empty(),
            Optional.empty(),
            LEASE,
            "test"));
  }

  /** An agent's edge, with a loop that turns by itself. */
  private ControlPlaneFeed agent(Held held) {
    open.add(loop.serve());
    ControlPlaneFeed feed = feed(loop.inbox, "agent-1", held, ChannelSpec.plain(endpoint));
    open.add(feed);
    open.add(Reporter.start(loop.statuses, loop.node, feed, Telemetry.NONE, System::nanoTime));
    return feed;
  }

  private ControlPlaneFeed feed(Inbox inbox, String agentId, Held held, ChannelSpec channel) {
    return ControlPlaneFeed.start(
        new FeedConfig(
            TestLoop.FEED, channel, QUICK, FeedConfig.PATIENCE, FeedConfig.Bounds.DEFAULT),
        inbox,
        Telemetry.NONE,
        () -> NodeWriter.info(TestLoop.FACTS, loop.node.now().runtimes()),
        agentId,
        held,
        RandomGenerator.getDefault(),
        System::nanoTime);
  }

  private FleetGrpc.FleetBlockingStub fleet() {
    ManagedChannel channel = Channels.open(ChannelSpec.plain(endpoint));
    open.add(channel::shutdownNow);
    return FleetGrpc.newBlockingStub(channel);
  }

  private void apply(String name) {
    Workload workload =
        Workload.newBuilder()
            .setName(name)
            .setSpec(WorkloadSpec.newBuilder().setImage("app:1"))
            .build();
    var _ =
        fleet()
            .applyWorkloads(
                ApplyWorkloadsRequest.newBuilder()
                    .addAssignments(Assignment.newBuilder().setNode("n1").setWorkload(workload))
                    .build());
  }

  private Optional<AssignedWorkload> assigned(String name) {
    return fleet()
        .listWorkloads(ListWorkloadsRequest.getDefaultInstance())
        .getWorkloadsList()
        .stream()
        .filter(w -> w.getWorkload().getName().equals(name))
        .findFirst();
  }

  private void awaitPhase(String name, Phase phase) {
    await()
        .untilAsserted(() ->
            assertThat(assigned(name))
                .hasValueSatisfying(w -> assertThat(w.getStatus().getPhase()).isEqualTo(phase)));
  }

  private NodeRecord node() {
    return fleet().listNodes(ListNodesRequest.getDefaultInstance()).getNodes(0);
  }

  /** Waits until the loop wants a workload of this name. */
  private dev.tallyman.agent.model.Workload awaitWanted(String name) {
    return await()
        .until(
            () ->
                loop.statuses.all().stream()
                    .flatMap(entry -> entry.desired().stream())
                    .filter(Desired.Wanted.class::isInstance)
                    .map(desired -> ((Desired.Wanted) desired).workload())
                    .filter(workload -> workload.name().equals(name))
                    .findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  private FeedView awaitFeed(Predicate<FeedView> wanted) {
    return await()
        .until(
            () -> loop.node.now().feeds().stream().filter(wanted).findFirst(), Optional::isPresent)
        .orElseThrow();
  }

  @Test
  void whatIsAppliedRunsAndItsStatusComesBackUntilItIsGone() {
    agent(Held.NOTHING);
    loop.runtimeUp();
    apply("web");
    dev.tallyman.agent.model.Workload web = awaitWanted("web");
    awaitPhase("web", Phase.PHASE_STARTING);

    loop.finish(web.uid(), Optional.of(TestLoop.running(web)));

    awaitPhase("web", Phase.PHASE_RUNNING);
    assertThat(assigned("web").orElseThrow().getStatus().getRuntime()).isEqualTo("docker");
    assertThat(node().getReadiness()).isEqualTo(NodeReadiness.NODE_READINESS_READY);
    assertThat(node().getInfo().getRuntimes(0).getVersion()).isEqualTo("20.10.24");

    var _ =
        fleet()
            .deleteWorkloads(
                DeleteWorkloadsRequest.newBuilder()
                    .addKeys(WorkloadKey.newBuilder().setUid(web.uid()))
                    .build());
    awaitPhase("web", Phase.PHASE_STOPPING);
    loop.finish(web.uid(), Optional.empty());

    await().untilAsserted(() -> assertThat(assigned("web")).isEmpty());
  }

  @Test
  void aRestartOfTheControlPlaneIsSurvivedAndWhatChangedAfterwardsArrives() {
    agent(Held.NOTHING);
    apply("web");
    awaitWanted("web");
    String store = awaitFeed(view -> view.revision() > 0).storeId();

    control.close();
    awaitFeed(view -> view.link() == FeedView.Link.DISCONNECTED);
    assertThat(loop.statuses.all()).hasSize(1);
    control = control("store-a");

    apply("db");
    awaitWanted("db");
    awaitWanted("web");
    assertThat(awaitFeed(view -> view.link() == FeedView.Link.CONNECTED).storeId())
        .isEqualTo(store);
    await().untilAsserted(() -> assertThat(assigned("db").orElseThrow().hasStatus()).isTrue());
  }

  @Test
  void anEmptiedControlPlaneIsRefusedUntilAnOperatorAcceptsIt() {
    ControlPlaneFeed feed = agent(Held.NOTHING);
    loop.runtimeUp();
    apply("web");
    dev.tallyman.agent.model.Workload web = awaitWanted("web");
    loop.finish(web.uid(), Optional.of(TestLoop.running(web)));
    String before = awaitFeed(view -> view.revision() > 0).storeId();

    control.close();
    control = control("store-b");

    FeedView refused = awaitFeed(view -> view.refusedStoreId().isPresent());
    assertThat(refused.storeId()).isEqualTo(before);
    await()
        .untilAsserted(() ->
            assertThat(node().getConditionsList())
                .anyMatch(c ->
                    c.getType().equals("FeedAccepted") && c.getReason().equals("FeedRefused")));
    assertThat(loop.node.now().conditions())
        .anyMatch(c ->
            c.type() == NodeCondition.Type.FEED_ACCEPTED
                && c.status() == NodeCondition.Status.FALSE);
    assertThat(loop.statuses.find(web.uid()).map(StatusBoard.Entry::status))
        .hasValueSatisfying(
            status -> assertThat(status.phase()).isEqualTo(dev.tallyman.agent.model.Phase.RUNNING));

    assertThat(feed.accept(refused.refusedStoreId().orElseThrow())).isEmpty();

    awaitFeed(view -> view.storeId().equals(refused.refusedStoreId().orElseThrow()));
    await()
        .untilAsserted(() ->
            assertThat(loop.statuses.find(web.uid()).map(e -> e.status().phase()))
                .hasValue(dev.tallyman.agent.model.Phase.STOPPING));
  }

  @Test
  void anAgentThatBeganAnewGoesOnFromWhatItHad() {
    ControlPlaneFeed first = agent(Held.NOTHING);
    apply("web");
    awaitWanted("web");
    FeedView view = awaitFeed(v -> v.revision() > 0 && v.link() == FeedView.Link.CONNECTED);
    first.close();
    apply("db");

    Inbox inbox = new Inbox();
    open.add(
        feed(
            inbox,
            "agent-1",
            new Held(view.storeId(), view.revision()),
            ChannelSpec.plain(endpoint)));

    List<Message> told = new ArrayList<>();
    await()
        .until(() -> {
          told.addAll(inbox.take(Duration.ofMillis(50)));
          return told.stream().anyMatch(Message.FeedDelta.class::isInstance);
        });
    Message.FeedDelta delta =
        told.stream()
            .filter(Message.FeedDelta.class::isInstance)
            .map(Message.FeedDelta.class::cast)
            .findFirst()
            .orElseThrow();
    assertThat(delta.upserts()).extracting(Desired::name).containsExactly("db");
    assertThat(told).noneMatch(Message.FeedSnapshot.class::isInstance);
  }

  @Test
  void aSecondAgentOfTheSameNodeIsRefusedWithTheReason() {
    agent(Held.NOTHING);
    awaitFeed(view -> view.link() == FeedView.Link.CONNECTED);
    Inbox second = new Inbox();
    open.add(feed(second, "agent-2", Held.NOTHING, ChannelSpec.plain(endpoint)));

    awaitView(second, "Another agent is connected under this node's name", "agent-1");
    assertThat(awaitFeed(_ -> true).link()).isEqualTo(FeedView.Link.CONNECTED);
  }

  @Test
  void anAgentThatFallsSilentIsNotReadyAnyMoreAfterItsLease() {
    ControlPlaneFeed feed = agent(Held.NOTHING);
    loop.runtimeUp();
    await()
        .untilAsserted(
            () -> assertThat(node().getReadiness()).isEqualTo(NodeReadiness.NODE_READINESS_READY));
    // Longer than a lease: it is the renewals that keep it ready.
    long until = System.nanoTime() + LEASE.multipliedBy(3).dividedBy(2).toNanos();
    await()
        .atMost(LEASE.multipliedBy(3))
        .until(() -> {
          assertThat(node().getReadiness()).isEqualTo(NodeReadiness.NODE_READINESS_READY);
          return System.nanoTime() > until;
        });

    feed.close();

    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() ->
            assertThat(node().getReadiness()).isEqualTo(NodeReadiness.NODE_READINESS_UNKNOWN));
  }

  @Test
  void aDrainReachesTheLoop() {
    agent(Held.NOTHING);
    awaitFeed(view -> view.link() == FeedView.Link.CONNECTED);

    var _ =
        fleet()
            .drainNode(
                DrainNodeRequest.newBuilder().setNode("n1").setReason("maintenance").build());

    await()
        .untilAsserted(() ->
            assertThat(loop.node.now().conditions())
                .anyMatch(c ->
                    c.type() == NodeCondition.Type.SCHEDULABLE
                        && c.message().equals("maintenance")));
  }

  @Test
  void aTokenIsNeededOverTcpAndMustBeTheNodesOwn() throws IOException {
    Path tokens = folder.resolve("tokens.yaml");
    Files.writeString(
        tokens,
        "nodes:\n  n1: "
            + TokenHash.of("right").toHex()
            + "\n  n2: "
            + TokenHash.of("others").toHex()
            + "\n");
    ControlPlane withTokens =
        ControlPlane.start(
            new ControlPlaneConfig(
                List.of(new Endpoint.HostPort("127.0.0.1", 0)),
                folder.resolve("store-tcp"),
                Optional.empty(),
                Optional.of(tokens),
                LEASE,
                "test"));
    open.add(withTokens);
    Path token =
        Files.createFile(
            folder.resolve("token"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(token, "wrong");
    Inbox inbox = new Inbox();
    open.add(
        feed(
            inbox,
            "agent-1",
            Held.NOTHING,
            new ChannelSpec(withTokens.endpoint(), Optional.empty(), Optional.of(token))));

    awaitView(inbox, "The control plane does not know this node's token", "not known here");
    Files.writeString(token, "others");
    awaitView(inbox, "The token is another node's", "n2");
    // Replaced while the agent runs.
    Files.writeString(token, "right");
    await()
        .until(() ->
            inbox.take(Duration.ofMillis(50)).stream()
                .anyMatch(Message.FeedSnapshot.class::isInstance));
  }

  private static void awaitView(Inbox inbox, String... texts) {
    await()
        .until(() ->
            inbox.take(Duration.ofMillis(50)).stream()
                .filter(Message.FeedChanged.class::isInstance)
                .map(message -> ((Message.FeedChanged) message).view().message())
                .anyMatch(message -> List.of(texts).stream().allMatch(message::contains)));
  }
}
