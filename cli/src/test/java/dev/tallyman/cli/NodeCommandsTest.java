package dev.tallyman.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.tallyman.proto.v1.ConditionStatus;
import dev.tallyman.proto.v1.EventSeverity;
import dev.tallyman.proto.v1.FeedView;
import dev.tallyman.proto.v1.NodeCondition;
import dev.tallyman.proto.v1.NodeEvent;
import dev.tallyman.proto.v1.NodeInfo;
import dev.tallyman.proto.v1.NodeView;
import dev.tallyman.proto.v1.NodeWorkload;
import dev.tallyman.proto.v1.Phase;
import dev.tallyman.proto.v1.Workload;
import dev.tallyman.proto.v1.WorkloadSpec;
import dev.tallyman.proto.v1.WorkloadStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that talk to the agent of a host, over its unix socket. */
class NodeCommandsTest {

  private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");

  private final TestHost host;
  private final TestAgent agent;
  private final String socket;

  NodeCommandsTest(@TempDir Path dir) {
    host = new TestHost(dir).withClock(InstantSource.fixed(START.plus(Duration.ofMinutes(5))));
    agent =
        new TestAgent(
            host.paths().nodeSocket(),
            node(),
            List.of(workload("web", Phase.PHASE_RUNNING), workload("job", Phase.PHASE_FAILED)),
            List.of(
                event(1, "web", "Started", EventSeverity.EVENT_SEVERITY_INFO),
                event(2, "job", "Exited", EventSeverity.EVENT_SEVERITY_WARNING),
                event(3, "", "RuntimeLost", EventSeverity.EVENT_SEVERITY_WARNING)));
    socket = host.paths().nodeSocket().toString();
  }

  @AfterEach
  void stopAgent() {
    agent.close();
  }

  private static NodeView node() {
    return NodeView.newBuilder()
        .setInfo(NodeInfo.newBuilder().setName("worker-1").setAgentVersion("1.2.3"))
        .setStartedAt(time(0))
        .addConditions(
            NodeCondition.newBuilder()
                .setType("FeedAccepted")
                .setStatus(ConditionStatus.CONDITION_STATUS_FALSE)
                .setReason("StoreChanged")
                .setMessage("the control plane has another store")
                .setSince(time(60)))
        .addFeeds(
            FeedView.newBuilder()
                .setName("control-plane")
                .setSource("unix:/run/cp.sock")
                .setConnected(true)
                .setStoreId("old")
                .setRevision(7)
                .setRefusedStoreId("new"))
        .build();
  }

  private static NodeWorkload workload(String name, Phase phase) {
    return NodeWorkload.newBuilder()
        .setWorkload(
            Workload.newBuilder()
                .setUid("u-" + name)
                .setName(name)
                .setStack("hello")
                .setSpec(WorkloadSpec.newBuilder().setImage("hello:1")))
        .setStatus(
            WorkloadStatus.newBuilder()
                .setUid("u-" + name)
                .setName(name)
                .setStack("hello")
                .setPhase(phase)
                .setReason("Because")
                .setStartedAt(time(180)))
        .build();
  }

  private static NodeEvent event(int sequence, String name, String reason, EventSeverity severity) {
    NodeEvent.Builder event =
        NodeEvent.newBuilder()
            .setSequence(sequence)
            .setAt(time(sequence))
            .setSeverity(severity)
            .setReason(reason)
            .setMessage("it did");
    return name.isEmpty()
        ? event.build()
        : event.setUid("u-" + name).setStack("hello").setName(name).build();
  }

  private static Timestamp time(int seconds) {
    return Timestamp.newBuilder().setSeconds(START.getEpochSecond() + seconds).build();
  }

  @Test
  void theAgentCanBeAskedForItsWorkloads() {
    assertThat(host.run("get", "workloads", "--node-socket", socket)).isZero();
    assertThat(host.out())
        .isEqualTo(
            """
            STACK   NAME   NODE       PHASE     HEALTH   RESTARTS   AGE   REASON
            hello   job    worker-1   Failed    -        0          2m    Because
            hello   web    worker-1   Running   -        0          2m    Because
            """);
    assertThat(host.err()).isEmpty();
    assertThat(host.run("get", "workloads", "-w", "--node-socket", "unix:" + socket)).isZero();
    assertThat(host.out().lines()).hasSize(3);
    assertThat(host.run("get", "workloads", "--node-socket", socket, "--stack", "x")).isZero();
    assertThat(host.err()).isEqualTo("No workloads.\n");
  }

  @Test
  void theAgentIsAskedWhenNoControlPlaneIsNamedAndNoneAnswers() {
    assertThat(host.run("get", "workloads")).isZero();
    assertThat(host.out()).contains("hello   web    worker-1   Running");
    assertThat(host.err())
        .isEqualTo(
            "note: no control plane answers at its default socket; this is what the agent on this"
                + " host says\n");
  }

  @Test
  void theAgentIsNotAskedInTheNameOfANamedControlPlane() {
    assertThat(host.run("get", "workloads", "--server", "unix:/none/cp.sock")).isEqualTo(1);
    assertThat(host.run("get", "workloads", "--node", "worker-2")).isEqualTo(1);
    assertThat(host.out()).isEmpty();
    host.with("TALLYMAN_SERVER", "unix:/none/cp.sock");
    assertThat(host.run("get", "workloads")).isEqualTo(1);
  }

  @Test
  void theNodeItselfSaysHowItIs() {
    assertThat(host.run("get", "nodes", "--node-socket", socket, "-o", "wide")).isZero();
    assertThat(host.out())
        .contains("worker-1   NotReady")
        .contains("the control plane has another store");
  }

  @Test
  void describeShowsFeedsAndTheLastEvents() {
    assertThat(host.run("describe", "node", "--node-socket", socket)).isZero();
    assertThat(host.out())
        .isEqualTo(
            """
            Name:     worker-1
            Status:   NotReady
            Message:  the control plane has another store
            Since:    2026-11-22T10:00:00Z (5m ago)
            Agent:    1.2.3
            Conditions:
              FeedAccepted:  False, StoreChanged, for 4m
                             the control plane has another store
            Feeds:
              control-plane:
                Source:         unix:/run/cp.sock
                Connected:      yes
                Store:          old
                Revision:       7
                Refused store:  new
                To believe it:  tallyman feed accept control-plane
            Events:
              2026-11-22T10:00:01Z info    hello/web Started: it did
              2026-11-22T10:00:02Z warning hello/job Exited: it did
              2026-11-22T10:00:03Z warning node RuntimeLost: it did
            """);
    assertThat(host.run("describe", "workload", "hello/job", "--node-socket", socket)).isZero();
    assertThat(host.out())
        .contains("Phase:       Failed\n")
        .endsWith("Events:\n  2026-11-22T10:00:02Z warning hello/job Exited: it did\n");
    assertThat(host.run("describe", "workload", "job", "--node-socket", socket)).isEqualTo(1);
    assertThat(host.err()).isEqualTo("error: the node has no workload default/job\n");
  }

  @Test
  void eventsAreLinesAndCanBeOfOneWorkload() {
    assertThat(host.run("events")).isZero();
    assertThat(host.out().lines())
        .containsExactly(
            "2026-11-22T10:00:01Z info    hello/web Started: it did",
            "2026-11-22T10:00:02Z warning hello/job Exited: it did",
            "2026-11-22T10:00:03Z warning node RuntimeLost: it did");
    assertThat(host.run("events", "hello/job", "-o", "json")).isZero();
    assertThat(host.out().lines()).singleElement().asString().contains("\"reason\":\"Exited\"");
  }

  @Test
  void workloadsAreRestartedAndStoppedInTheirOrder() {
    assertThat(host.run("restart", "hello/web", "hello/job")).isZero();
    assertThat(host.out())
        .isEqualTo("hello/web is being restarted\nhello/job is being restarted\n");
    assertThat(host.run("stop", "hello/job")).isZero();
    assertThat(host.out()).isEqualTo("hello/job is being stopped\n");
    assertThat(agent.orders())
        .containsExactly("restart hello/web", "restart hello/job", "stop hello/job");
    assertThat(host.run("stop", "hello/none")).isEqualTo(1);
    assertThat(host.err()).isEqualTo("error: workload: hello/none (expected: one of this node)\n");
  }

  @Test
  void theStoreThatAFeedOffersIsBelievedOnAnOperatorsWord() {
    assertThat(host.run("feed", "accept", "--store", "other")).isEqualTo(1);
    assertThat(host.err())
        .isEqualTo(
            "error: --store: other (expected: new, which the feed control-plane offers now)\n");
    assertThat(host.run("feed", "accept", "files")).isEqualTo(1);
    assertThat(host.err()).isEqualTo("error: feed: files (expected: one of control-plane)\n");
    assertThat(agent.orders()).isEmpty();
    assertThat(host.run("feed", "accept")).isZero();
    assertThat(host.out()).isEqualTo("feed control-plane: store new is believed from now on\n");
    assertThat(agent.orders()).containsExactly("accept control-plane new");
  }

  @Test
  void theSocketOfTheEnvironmentIsAsked() {
    host.with("TALLYMAN_NODE_SOCKET", socket + ".other");
    assertThat(host.run("events")).isEqualTo(1);
    assertThat(host.err()).contains(socket + ".other");
    assertThat(host.run("events", "--node-socket", socket)).isZero();
  }
}
