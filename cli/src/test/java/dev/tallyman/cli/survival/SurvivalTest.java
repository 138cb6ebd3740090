package dev.tallyman.cli.survival;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallyman.proto.v1.AcceptFeedRequest;
import dev.tallyman.proto.v1.AssignedWorkload;
import dev.tallyman.proto.v1.Dependency;
import dev.tallyman.proto.v1.DependencyCondition;
import dev.tallyman.proto.v1.FeedView;
import dev.tallyman.proto.v1.GetNodeRequest;
import dev.tallyman.proto.v1.NodeGrpc;
import dev.tallyman.proto.v1.NodeView;
import dev.tallyman.proto.v1.Phase;
import dev.tallyman.proto.v1.RestartMode;
import dev.tallyman.proto.v1.Workload;
import dev.tallyman.proto.v1.WorkloadStatus;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceState;
import dev.tallyman.runtime.oci.OciRuntime;
import dev.tallyman.transport.ChannelSpec;
import dev.tallyman.transport.Channels;
import dev.tallyman.transport.Endpoint;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The promise on real engines: whoever is killed at whatever moment, exactly what is wanted runs,
 * once.
 */
class SurvivalTest {

  private static final Duration SOON = Duration.ofMinutes(2);

  private final Scene scene = new Scene("survival");

  @AfterEach
  void leaveNothing() throws IOException {
    scene.close();
  }

  private Daemons start(String engine, String... more) {
    return scene.start(engine, more);
  }

  private static Workload workload(String name, RestartMode mode, String script) {
    return Scene.workload(name, mode, script);
  }

  @ParameterizedTest
  @ValueSource(strings = {"docker", "podman"})
  void exactlyTwentyRunWhenTheAgentIsKilledWhileItLaunchesThem(String engine) {
    Daemons both = start(engine);
    List<Workload> twenty = IntStream.range(0, 20).mapToObj(SurvivalTest::sleeper).toList();
    both.apply(twenty);
    await().atMost(SOON).until(() -> !instances().isEmpty());

    both.killAgent();
    assertThat(instances().size()).as("killed in the middle").isLessThan(20);
    both.startAgent();

    await().atMost(SOON).until(() -> phases(both, Phase.PHASE_RUNNING) == 20);
    assertThat(instances()).hasSize(20).allMatch(SurvivalTest::runs);
    assertThat(uids(instances())).hasSize(20);

    both.delete(twenty.subList(0, 15));
    both.killAgent();
    both.startAgent();
    await().atMost(SOON).until(() -> both.workloads().size() == 5);
    assertThat(instances()).hasSize(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"docker", "podman"})
  void aJobThatEndedWhileTheAgentWasDeadKeepsItsExitCodeAndIsNotRunAgain(String engine) {
    Daemons both = start(engine);
    both.apply(List.of(job("quick", "sleep 3; exit 7")));
    await().atMost(SOON).until(() -> phases(both, Phase.PHASE_RUNNING) == 1);

    both.killAgent();
    await().atMost(SOON).until(() -> instances().stream().noneMatch(SurvivalTest::runs));
    both.startAgent();

    await().atMost(SOON).until(() -> phases(both, Phase.PHASE_FAILED) == 1);
    WorkloadStatus status = both.workloads().getFirst().getStatus();
    assertThat(status.getExitCode()).as(status.toString()).isEqualTo(7);
    String first = instances().getFirst().id();

    both.killAgent();
    runtime().remove(instances().getFirst().uid());
    both.startAgent();
    await().atMost(SOON).until(() -> both.agentLog().contains("has been listed: 0"));
    await().atMost(SOON).until(() -> phases(both, Phase.PHASE_FAILED) == 1);
    assertThat(instances()).as("not run again after " + first).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"docker", "podman"})
  void anAgentThatIsToldToEndLeavesAllRunningAndTheNextOneRestartsNothing(String engine) {
    Daemons both = start(engine);
    both.apply(List.of(sleeper(1), sleeper(2), sleeper(3)));
    await().atMost(SOON).until(() -> phases(both, Phase.PHASE_RUNNING) == 3);
    Map<String, InstanceState> before = states();

    both.signalAgent();
    assertThat(both.awaitAgentsEnd()).isZero();
    assertThat(states()).isEqualTo(before);

    both.startAgent();
    await().atMost(SOON).until(() -> both.agentLog().contains("has been listed: 3"));
    await().atMost(SOON).until(() -> phases(both, Phase.PHASE_RUNNING) == 3);
    assertThat(states()).as("the same runs as before").isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"docker", "podman"})
  void anAgentThatStopsAllWhenItEndsStopsDependantsFirstAndTheNextOneStartsThemAgain(
      String engine) {
    Daemons both = start(engine, "--on-shutdown", "stop");
    Workload db = sleeper(1);
    Workload web = needing(sleeper(2), db);
    both.apply(List.of(web, db));
    await().atMost(SOON).until(() -> phases(both, Phase.PHASE_RUNNING) == 2);
    Set<String> ids = states().keySet();

    both.signalAgent();
    assertThat(both.awaitAgentsEnd()).as(both.agentLog()).isZero();
    assertThat(instances()).hasSize(2).noneMatch(SurvivalTest::runs);
    assertThat(finishedAt("w2")).isBeforeOrEqualTo(finishedAt("w1"));
    assertThat(both.agentLog())
        .contains("1 workloads are still to be stopped: survival/w1", "All workloads have stopped");

    both.startAgent();
    await().atMost(SOON).until(() -> instances().stream().filter(SurvivalTest::runs).count() == 2);
    assertThat(states().keySet()).as("the same containers").isEqualTo(ids);
  }

  @ParameterizedTest
  @ValueSource(strings = {"docker", "podman"})
  void aSecondSignalEndsAnAgentThatIsStillStopping(String engine) {
    Daemons both = start(engine, "--on-shutdown", "stop");
    Workload deaf = workload("deaf", RestartMode.RESTART_MODE_ALWAYS, "trap '' TERM; sleep 3600");
    both.apply(
        List.of(
            deaf.toBuilder()
                .setSpec(
                    deaf.getSpec().toBuilder()
                        .setStopGracePeriod(
                            com.google.protobuf.Duration.newBuilder().setSeconds(600)))
                .build()));
    await().atMost(SOON).until(() -> phases(both, Phase.PHASE_RUNNING) == 1);

    both.signalAgent();
    await().atMost(SOON).until(() -> both.agentLog().contains("Workloads are stopped"));
    both.signalAgent();
    assertThat(both.awaitAgentsEnd()).isEqualTo(1);
    assertThat(both.agentLog()).contains("ends at once: a second signal asked for it");
  }

  private Map<String, InstanceState> states() {
    return instances().stream().collect(Collectors.toMap(Instance::id, Instance::state));
  }

  private Instant finishedAt(String workload) {
    Instance instance =
        instances().stream().filter(i -> i.workload().equals(workload)).findFirst().orElseThrow();
    return ((InstanceState.Exited) instance.state()).finishedAt().orElseThrow();
  }

  private static Workload needing(Workload workload, Workload other) {
    return workload.toBuilder()
        .addDependencies(
            Dependency.newBuilder()
                .setWorkload(other.getName())
                .setCondition(DependencyCondition.DEPENDENCY_CONDITION_STARTED))
        .build();
  }

  @ParameterizedTest
  @ValueSource(strings = {"docker", "podman"})
  void aControlPlaneThatLostItsStoreIsNotBelievedUntilAnOperatorSaysSo(String engine)
      throws IOException {
    Daemons both = start(engine);
    both.apply(List.of(sleeper(1), sleeper(2)));
    await().atMost(SOON).until(() -> phases(both, Phase.PHASE_RUNNING) == 2);

    both.killControlPlane();
    try (var files = Files.list(both.dataDir())) {
      files.forEach(file -> file.toFile().delete());
    }
    both.startControlPlane();

    ManagedChannel channel =
        Channels.open(ChannelSpec.plain(new Endpoint.UnixSocket(both.nodeSocket())));
    try {
      await().atMost(SOON).until(() -> !refusedStore(channel).isEmpty());
      assertThat(instances()).hasSize(2).allMatch(SurvivalTest::runs);
      String why = "The control plane has another store, " + refusedStore(channel);
      assertThat(both.agentLog()).contains(why, "The node keeps running what it has");
      assertThat(
              Daemons.tallyman("describe", "node", "--node-socket", both.nodeSocket().toString()))
          .contains(why, "tallyman feed accept control-plane");
      assertThat(both.metrics()).contains("tallyman_feed_accepted{feed=\"control-plane\"} 0");

      var _ =
          nodeApi(channel)
              .acceptFeed(
                  AcceptFeedRequest.newBuilder()
                      .setFeed("control-plane")
                      .setStoreId(refusedStore(channel))
                      .build());
      await().atMost(SOON).until(() -> instances().isEmpty());
    } finally {
      var _ = channel.shutdownNow();
    }
  }

  private static String refusedStore(ManagedChannel channel) {
    NodeView view = nodeApi(channel).getNode(GetNodeRequest.getDefaultInstance());
    return view.getFeedsList().stream()
        .filter(feed -> feed.getName().equals("control-plane"))
        .map(FeedView::getRefusedStoreId)
        .findFirst()
        .orElse("");
  }

  private static NodeGrpc.NodeBlockingStub nodeApi(ManagedChannel channel) {
    return NodeGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);
  }

  private static Workload sleeper(int number) {
    return workload("w" + number, RestartMode.RESTART_MODE_ALWAYS, "exec sleep 3600");
  }

  private static Workload job(String name, String script) {
    return workload(name, RestartMode.RESTART_MODE_NO, script);
  }

  private OciRuntime runtime() {
    return scene.runtime();
  }

  private List<Instance> instances() {
    return runtime().list();
  }

  private static Set<String> uids(List<Instance> instances) {
    Set<String> uids = new HashSet<>();
    instances.forEach(i -> uids.add(i.uid()));
    return uids;
  }

  private static boolean runs(Instance instance) {
    return instance.state() instanceof InstanceState.Running;
  }

  private static long phases(Daemons both, Phase phase) {
    return both.workloads().stream()
        .map(AssignedWorkload::getStatus)
        .filter(status -> status.getPhase() == phase)
        .count();
  }
}
