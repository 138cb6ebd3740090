package dev.tallyman.controlplane.fleet;

import static dev.tallyman.controlplane.Workloads.status;
import static dev.tallyman.controlplane.Workloads.workload;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.controlplane.ControlPlaneConfig;
import dev.tallyman.controlplane.ControlPlaneFixture;
import dev.tallyman.controlplane.FakeNode;
import dev.tallyman.controlplane.TestTime;
import dev.tallyman.proto.v1.AssignedWorkload;
import dev.tallyman.proto.v1.ConditionStatus;
import dev.tallyman.proto.v1.ListWorkloadsRequest;
import dev.tallyman.proto.v1.NodeCondition;
import dev.tallyman.proto.v1.NodeReadiness;
import dev.tallyman.proto.v1.NodeState;
import dev.tallyman.proto.v1.Phase;
import dev.tallyman.proto.v1.Workload;
import dev.tallyman.proto.v1.WorkloadWatchEvent;
import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people see while it changes: watches, and what leases do to what is shown. */
class WatchTest {

  private static final Duration LEASE = ControlPlaneConfig.DEFAULT_LEASE;
  private static final ListWorkloadsRequest ALL = ListWorkloadsRequest.getDefaultInstance();

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

  @Test
  void watcher_gets_what_there_is_then_a_mark_then_each_change() {
    Workload a = control.apply("n1", workload("a")).getFirst();
    try (Watcher watcher = Watcher.of(control, ALL);
        FakeNode node = FakeNode.connect(control.channel(), "n1", "agent-1")) {
      assertThat(watcher.nextChanged().getWorkload()).isEqualTo(a);
      assertThat(watcher.next().getSynced().getRevision()).isEqualTo(1);
      node.awaitSnapshot();
      // Its node has come alive, so it looks anew.
      assertThat(watcher.nextChanged().getWorkload()).isEqualTo(a);

      control.apply("n1", workload("b"));
      assertThat(watcher.nextChanged().getWorkload().getName()).isEqualTo("b");
      node.report(List.of(status(a, Phase.PHASE_RUNNING)));
      assertThat(watcher.nextChanged().getStatus().getPhase()).isEqualTo(Phase.PHASE_RUNNING);
      node.report(List.of(status(a, Phase.PHASE_RUNNING)));
      control.delete("a");
      assertThat(watcher.nextChanged().hasDeletedAt())
          .as("a status that says nothing new is no event")
          .isTrue();
      node.report(List.of(status(a, Phase.PHASE_GONE)));
      AssignedWorkload gone = watcher.next().getRemoved();
      assertThat(gone.getWorkload().getUid()).isEqualTo(a.getUid());
      assertThat(gone.getWorkload().getName()).isEqualTo("a");
      assertThat(gone.getNode()).isEqualTo("n1");
    }
  }

  @Test
  void watcher_of_a_stack_hears_nothing_of_others() {
    try (Watcher watcher =
        Watcher.of(control, ListWorkloadsRequest.newBuilder().setStack("shop").build())) {
      assertThat(watcher.next().hasSynced()).isTrue();
      control.apply("n1", workload("a"));
      control.apply("n1", workload("b").toBuilder().setStack("shop").build());
      assertThat(watcher.nextChanged().getWorkload().getName()).isEqualTo("b");
      assertThat(watcher.isQuiet()).isTrue();
    }
  }

  @Test
  void long_beginning_is_complete_although_things_change_meanwhile() {
    Workload[] many = new Workload[350];
    for (int i = 0; i < many.length; i++) {
      many[i] = workload("w" + i);
    }
    control.apply("n1", many);
    try (Watcher watcher = Watcher.of(control, ALL)) {
      control.apply("n1", workload("late"));
      Set<String> names = new HashSet<>();
      boolean synced = false;
      while (!synced || !names.contains("late")) {
        WorkloadWatchEvent event = watcher.next();
        synced |= event.hasSynced();
        names.add(event.getChanged().getWorkload().getName());
      }
      names.remove("");
      assertThat(names).hasSize(many.length + 1);
    }
  }

  @Test
  void stopping_control_plane_ends_watches() {
    try (Watcher watcher = Watcher.of(control, ALL)) {
      assertThat(watcher.next().hasSynced()).isTrue();
      control.stop();
      assertThat(watcher.awaitEnd().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    }
  }

  @Test
  void nobody_knows_how_workloads_are_once_their_node_is_not_heard_of() {
    List<Workload> all =
        control.apply("n1", workload("a"), workload("job"), workload("never-reported"));
    try (FakeNode node = FakeNode.connect(control.channel(), "n1", "agent-1");
        Watcher watcher = Watcher.of(control, ALL)) {
      node.awaitSnapshot();
      node.report(
          List.of(
              status(all.get(0), Phase.PHASE_RUNNING), status(all.get(1), Phase.PHASE_SUCCEEDED)));
      assertThat(control.node("n1").getReadiness()).isEqualTo(NodeReadiness.NODE_READINESS_READY);

      time.pass(LEASE.plusSeconds(1));
      assertThat(control.node("n1").getReadiness()).isEqualTo(NodeReadiness.NODE_READINESS_UNKNOWN);
      assertThat(control.node("n1").getMessage())
          .isEqualTo("lease expired; last heard of at 2026-03-01T12:00:00Z");
      AssignedWorkload a = control.get("a");
      assertThat(a.getStatus().getPhase()).isEqualTo(Phase.PHASE_UNKNOWN);
      assertThat(a.getStatus().getReason()).isEqualTo("NodeLeaseExpired");
      assertThat(a.getStatus().getMessage())
          .isEqualTo(
              "Node n1 was last heard of at 2026-03-01T12:00:00Z; it was PHASE_RUNNING then.");
      assertThat(control.get("never-reported").getStatus().getPhase())
          .isEqualTo(Phase.PHASE_UNKNOWN);
      assertThat(control.get("job").getStatus().getPhase())
          .as("what ended for good stays so")
          .isEqualTo(Phase.PHASE_SUCCEEDED);
      awaitPhase(watcher, "a", Phase.PHASE_UNKNOWN);

      node.renew().awaitLeaseRenewed();
      assertThat(control.get("a").getStatus().getPhase()).isEqualTo(Phase.PHASE_RUNNING);
      awaitPhase(watcher, "a", Phase.PHASE_RUNNING);
    }
  }

  @Test
  void watchers_hear_when_a_node_comes_back_that_has_nothing_new_to_say() {
    Workload a = control.apply("n1", workload("a")).getFirst();
    try (FakeNode node = FakeNode.connect(control.channel(), "n1", "agent-1")) {
      node.awaitSnapshot();
      node.report(List.of(status(a, Phase.PHASE_RUNNING)));
    }
    time.pass(LEASE.plusSeconds(1));
    try (Watcher watcher = Watcher.of(control, ALL)) {
      awaitPhase(watcher, "a", Phase.PHASE_UNKNOWN);
      try (FakeNode node = FakeNode.connect(control.channel(), "n1", "agent-1")) {
        node.awaitWelcome();
        awaitPhase(watcher, "a", Phase.PHASE_RUNNING);
      }
    }
  }

  @Test
  void clock_that_jumps_ends_no_lease() {
    try (FakeNode node = FakeNode.connect(control.channel(), "n1", "agent-1")) {
      node.awaitWelcome();
      time.setClock(time.now().plus(Duration.ofDays(400)));
      assertThat(control.node("n1").getReadiness()).isEqualTo(NodeReadiness.NODE_READINESS_READY);
      time.setClock(time.now().minus(Duration.ofDays(800)));
      node.renew().awaitLeaseRenewed();
      time.pass(LEASE.plusSeconds(1));
      assertThat(control.node("n1").getReadiness()).isEqualTo(NodeReadiness.NODE_READINESS_UNKNOWN);
    }
  }

  @Test
  void node_that_says_it_cannot_run_workloads_is_not_ready() {
    try (FakeNode node = FakeNode.connect(control.channel(), "n1", "agent-1")) {
      node.awaitWelcome();
      node.say(
              NodeState.newBuilder()
                  .addConditions(condition("StateWritable", ConditionStatus.CONDITION_STATUS_TRUE))
                  .addConditions(
                      condition("RuntimeReachable", ConditionStatus.CONDITION_STATUS_UNKNOWN))
                  .build())
          .renew()
          .awaitLeaseRenewed();
      assertThat(control.node("n1").getReadiness())
          .isEqualTo(NodeReadiness.NODE_READINESS_NOT_READY);
      assertThat(control.node("n1").getMessage()).isEqualTo("RuntimeReachable: for a test");
      assertThat(control.node("n1").getConditionsCount()).isEqualTo(2);
    }
  }

  @Test
  void node_record_says_what_the_node_holds() {
    try (FakeNode node = FakeNode.connect(control.channel(), "n1", "agent-1")) {
      node.awaitSnapshot();
      control.apply("n1", workload("a"));
      node.awaitDelta();
      Awaitility.await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> control.node("n1").getRevision() == 1L);
    }
    control.restart();
    assertThat(control.node("n1").getRevision()).isEqualTo(1);
  }

  private static NodeCondition condition(String type, ConditionStatus status) {
    return NodeCondition.newBuilder()
        .setType(type)
        .setStatus(status)
        .setMessage("for a test")
        .build();
  }

  private static void awaitPhase(Watcher watcher, String name, Phase phase) {
    AssignedWorkload seen;
    do {
      seen = watcher.next().getChanged();
    } while (!seen.getWorkload().getName().equals(name) || seen.getStatus().getPhase() != phase);
  }
}
