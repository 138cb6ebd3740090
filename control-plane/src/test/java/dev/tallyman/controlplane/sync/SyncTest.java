package dev.tallyman.controlplane.sync;

import static dev.tallyman.controlplane.ControlPlaneFixture.refusal;
import static dev.tallyman.controlplane.Workloads.status;
import static dev.tallyman.controlplane.Workloads.workload;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.controlplane.ControlPlaneConfig;
import dev.tallyman.controlplane.ControlPlaneFixture;
import dev.tallyman.controlplane.FakeNode;
import dev.tallyman.controlplane.TestTime;
import dev.tallyman.proto.v1.Command;
import dev.tallyman.proto.v1.ControlMessage;
import dev.tallyman.proto.v1.Delta;
import dev.tallyman.proto.v1.DrainNodeRequest;
import dev.tallyman.proto.v1.NodeMessage;
import dev.tallyman.proto.v1.NodeReadiness;
import dev.tallyman.proto.v1.Phase;
import dev.tallyman.proto.v1.ResumeNodeRequest;
import dev.tallyman.proto.v1.Snapshot;
import dev.tallyman.proto.v1.StatusBatch;
import dev.tallyman.proto.v1.Welcome;
import dev.tallyman.proto.v1.Workload;
import dev.tallyman.proto.v1.WorkloadSpec;
import dev.tallyman.proto.v1.WorkloadStatus;
import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyncTest {

  private static final Duration LEASE = ControlPlaneConfig.DEFAULT_LEASE;

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
  void new_node_is_welcomed_and_gets_everything_and_then_what_changes() {
    control.apply("n1", workload("a"), workload("b"));
    control.apply("n2", workload("elsewhere"));
    try (FakeNode node = FakeNode.connect(control.channel(), "n1", "agent-1")) {
      Welcome welcome = node.awaitWelcome();
      assertThat(welcome.getStoreId()).isNotEmpty();
      assertThat(welcome.getLeaseDuration().getSeconds()).isEqualTo(LEASE.toSeconds());
      Snapshot snapshot = node.awaitSnapshot();
      assertThat(snapshot.getStoreId()).isEqualTo(welcome.getStoreId());
      assertThat(snapshot.getMore()).isFalse();
      assertThat(snapshot.getWorkloadsList())
          .extracting(Workload::getName)
          .containsExactlyInAnyOrder("a", "b");

      Workload changed = control.apply("n1", workload("b", "busybox:2")).getFirst();
      Delta delta = node.awaitDelta();
      assertThat(delta.getFromRevision()).isEqualTo(snapshot.getRevision());
      assertThat(delta.getUpsertsList()).containsExactly(changed);
      assertThat(changed.getGeneration()).isEqualTo(2);

      control.delete("a");
      assertThat(node.awaitDelta().getRemovedUidsCount()).isEqualTo(1);
      node.awaitDesired("b");
    }
  }

  @Test
  void node_that_comes_back_gets_only_what_changed_meanwhile() {
    control.apply("n1", workload("a"), workload("b"), workload("c"));
    String store;
    long held;
    try (FakeNode node = FakeNode.connect(control.channel(), "n1", "agent-1")) {
      store = node.awaitSnapshot().getStoreId();
      held = node.revision();
    }
    control.apply("n1", workload("d"));
    control.apply("n1", workload("d", "busybox:2"));
    control.delete("a");
    try (FakeNode node = FakeNode.open(control.channel(), "n1").hello("agent-1", store, held)) {
      Delta delta = node.awaitDelta();
      assertThat(delta.getFromRevision()).isEqualTo(held);
      assertThat(delta.getUpsertsList())
          .extracting(w -> w.getSpec().getImage())
          .containsExactly("busybox:2");
      assertThat(delta.getRemovedUidsCount()).isEqualTo(1);
      assertThat(node.received()).noneMatch(ControlMessage::hasSnapshot);
    }
  }

  @Test
  void node_that_holds_everything_is_told_so_once_and_then_only_what_changes() {
    control.apply("n1", workload("a"));
    String store;
    long held;
    try (FakeNode node = FakeNode.connect(control.channel(), "n1", "agent-1")) {
      store = node.awaitSnapshot().getStoreId();
      held = node.revision();
    }
    try (FakeNode node = FakeNode.open(control.channel(), "n1").hello("agent-1", store, held)) {
      node.awaitWelcome();
      Delta nothing = node.awaitDelta();
      assertThat(nothing.getFromRevision()).isEqualTo(held);
      assertThat(nothing.getToRevision()).isEqualTo(held);
      assertThat(nothing.getUpsertsCount() + nothing.getRemovedUidsCount()).isZero();
      node.renew();
      assertThat(node.awaitLeaseRenewed()).isEqualTo(1);
      assertThat(node.received()).isEmpty();
      control.apply("n1", workload("b"));
      assertThat(node.awaitDelta().getUpsertsCount()).isEqualTo(1);
    }
  }

  @Test
  void node_of_another_store_or_of_a_later_revision_gets_a_snapshot() {
    control.apply("n1", workload("a"));
    try (FakeNode node =
        FakeNode.open(control.channel(), "n1").hello("agent-1", "another-store", 1)) {
      String own = node.awaitWelcome().getStoreId();
      assertThat(node.awaitSnapshot().getStoreId()).isEqualTo(own).isNotEqualTo("another-store");
      try (FakeNode ahead = FakeNode.open(control.channel(), "n1").hello("agent-1", own, 999)) {
        assertThat(ahead.awaitSnapshot().getRevision()).isLessThan(999);
      }
    }
  }

  @Test
  void node_that_asks_for_a_snapshot_gets_one() {
    control.apply("n1", workload("a"));
    try (FakeNode node = FakeNode.connect(control.channel(), "n1", "agent-1")) {
      node.awaitSnapshot();
      node.askForSnapshot("the delta does not fit");
      assertThat(node.awaitSnapshot().getWorkloadsCount()).isEqualTo(1);
    }
  }

  @Test
  void long_snapshot_comes_in_parts_of_one_revision() {
    Set<String> names = new HashSet<>();
    for (int batch = 0; batch < 3; batch++) {
      List<Workload> workloads = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        workloads.add(workload("w" + batch + "-" + i));
      }
      workloads.forEach(w -> names.add(w.getName()));
      control.apply("n1", workloads.toArray(Workload[]::new));
    }
    try (FakeNode node = FakeNode.connect(control.channel(), "n1", "agent-1")) {
      List<Snapshot> parts = new ArrayList<>();
      do {
        parts.add(node.awaitSnapshot());
      } while (parts.getLast().getMore());
      assertThat(parts).hasSize(3).extracting(Snapshot::getRevision).containsOnly(1200L);
      assertThat(parts).allMatch(part -> part.getWorkloadsCount() <= 500);
      node.awaitDesired(names.toArray(String[]::new));
    }
  }

  @Test
  void slow_node_ends_with_the_newest_state_and_is_spared_what_was_in_between() {
    int size = 200_000;
    for (int i = 0; i < 40; i++) {
      control.apply("n1", big("w" + i, 0, size));
    }
    // Takes the welcome and one part of the snapshot, then nothing.
    try (FakeNode node = FakeNode.open(control.channel(), "n1", 2).hello("agent-1", "", 0)) {
      assertThat(node.awaitSnapshot().getMore()).isTrue();
      for (int round = 1; round <= 5; round++) {
        for (int i = 0; i < 40; i++) {
          control.apply("n1", big("w" + i, round, size));
        }
      }
      control.delete("w0");
      node.read(10_000);
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() ->
              assertThat(node.desired().values())
                  .hasSize(39)
                  .extracting(Workload::getGeneration)
                  .containsOnly(6L));
      int taken =
          node.received().stream()
              .mapToInt(m -> m.getSnapshot().getWorkloadsCount() + m.getDelta().getUpsertsCount())
              .sum();
      // 200 changes were made; what was on its way already comes twice.
      assertThat(taken).isLessThan(110);
    }
  }

  @Test
  void second_agent_is_refused_while_the_lease_of_the_first_lasts() {
    try (FakeNode first = FakeNode.connect(control.channel(), "n1", "agent-1")) {
      first.awaitWelcome();
      try (FakeNode second = FakeNode.connect(control.channel(), "n1", "agent-2")) {
        Status refusal = second.awaitEnd();
        assertThat(refusal.getCode()).isEqualTo(Status.Code.ALREADY_EXISTS);
        assertThat(refusal.getDescription())
            .contains("node name n1: taken by agent agent-1, whose lease lasts another 40 s")
            .contains("expected: one agent for each node name");
      }
      time.pass(LEASE.minusSeconds(1));
      first.renew().awaitLeaseRenewed();
      time.pass(LEASE.minusSeconds(1));
      try (FakeNode second = FakeNode.connect(control.channel(), "n1", "agent-2")) {
        assertThat(second.awaitEnd().getCode()).isEqualTo(Status.Code.ALREADY_EXISTS);
      }
      time.pass(Duration.ofSeconds(2));
      try (FakeNode second = FakeNode.connect(control.channel(), "n1", "agent-2")) {
        second.awaitWelcome();
        assertThat(first.awaitEnd().getCode()).isEqualTo(Status.Code.ABORTED);
      }
    }
  }

  @Test
  void lease_outlives_the_stream_and_a_restart_of_the_control_plane() {
    try (FakeNode first = FakeNode.connect(control.channel(), "n1", "agent-1")) {
      first.awaitWelcome();
    }
    control.restart();
    assertThat(control.node("n1").getReadiness()).isEqualTo(NodeReadiness.NODE_READINESS_READY);
    try (FakeNode second = FakeNode.connect(control.channel(), "n1", "agent-2")) {
      assertThat(second.awaitEnd().getCode()).isEqualTo(Status.Code.ALREADY_EXISTS);
    }
    time.pass(LEASE.plusSeconds(1));
    try (FakeNode second = FakeNode.connect(control.channel(), "n1", "agent-2")) {
      second.awaitWelcome();
    }
  }

  @Test
  void agent_that_connects_again_replaces_its_own_stream() {
    try (FakeNode old = FakeNode.connect(control.channel(), "n1", "agent-1")) {
      old.awaitWelcome();
      try (FakeNode again = FakeNode.connect(control.channel(), "n1", "agent-1")) {
        again.awaitWelcome();
        assertThat(old.awaitEnd().getCode()).isEqualTo(Status.Code.ABORTED);
        control.apply("n1", workload("a"));
        again.awaitDesired("a");
      }
    }
  }

  @Test
  void statuses_are_shown_once_they_are_acknowledged() {
    Workload a = control.apply("n1", workload("a")).getFirst();
    try (FakeNode node = FakeNode.connect(control.channel(), "n1", "agent-1")) {
      node.awaitSnapshot();
      assertThat(control.get("a").hasStatus()).isFalse();
      WorkloadStatus running = status(a, Phase.PHASE_RUNNING);
      WorkloadStatus stranger =
          WorkloadStatus.newBuilder().setUid("of-another-feed").setName("x").build();
      node.report(List.of(running, stranger));
      assertThat(control.get("a").getStatus()).isEqualTo(running);
      assertThat(control.list()).hasSize(1);
      node.report(List.of(status(a, Phase.PHASE_BACKOFF)));
      assertThat(control.get("a").getStatus().getPhase()).isEqualTo(Phase.PHASE_BACKOFF);
    }
    control.restart();
    assertThat(control.get("a").getStatus().getPhase()).isEqualTo(Phase.PHASE_BACKOFF);
  }

  @Test
  void status_of_a_workload_of_another_node_is_ignored() {
    Workload a = control.apply("n1", workload("a")).getFirst();
    try (FakeNode other = FakeNode.connect(control.channel(), "n2", "agent-2")) {
      other.awaitWelcome();
      other.report(List.of(status(a, Phase.PHASE_RUNNING)));
      assertThat(control.get("a").hasStatus()).isFalse();
    }
  }

  @Test
  void complete_report_replaces_what_was_known() {
    List<Workload> all = control.apply("n1", workload("a"), workload("b"), workload("c"));
    try (FakeNode node = FakeNode.connect(control.channel(), "n1", "agent-1")) {
      node.awaitSnapshot();
      node.report(all.stream().map(w -> status(w, Phase.PHASE_RUNNING)).toList());

      node.reportFull(List.of(status(all.get(0), Phase.PHASE_RUNNING)));
      assertThat(control.get("c").hasStatus()).as("the report is not yet complete").isTrue();
      node.reportFull(List.of(status(all.get(1), Phase.PHASE_FAILED)));
      node.report(List.of());
      assertThat(control.get("a").getStatus().getPhase()).isEqualTo(Phase.PHASE_RUNNING);
      assertThat(control.get("b").getStatus().getPhase()).isEqualTo(Phase.PHASE_FAILED);
      assertThat(control.get("c").hasStatus()).isFalse();
    }
  }

  @Test
  void deleted_workload_stays_until_its_node_says_that_it_is_gone() {
    Workload a = control.apply("n1", workload("a")).getFirst();
    try (FakeNode node = FakeNode.connect(control.channel(), "n1", "agent-1")) {
      node.awaitSnapshot();
      node.report(List.of(status(a, Phase.PHASE_RUNNING)));
      control.delete("a");
      assertThat(node.awaitDelta().getRemovedUidsList()).containsExactly(a.getUid());
      node.report(List.of(status(a, Phase.PHASE_STOPPING)));
      assertThat(control.get("a").hasDeletedAt()).isTrue();
      assertThat(control.get("a").getStatus().getPhase()).isEqualTo(Phase.PHASE_STOPPING);

      node.report(List.of(status(a, Phase.PHASE_GONE)));
      assertThat(refusal(() -> control.get("a")).getCode()).isEqualTo(Status.Code.NOT_FOUND);
    }
  }

  @Test
  void name_can_be_used_again_while_its_last_bearer_is_taken_down() {
    Workload first = control.apply("n1", workload("a")).getFirst();
    try (FakeNode node = FakeNode.connect(control.channel(), "n1", "agent-1")) {
      node.awaitSnapshot();
      control.delete("a");
      Workload second = control.apply("n1", workload("a")).getFirst();
      assertThat(second.getUid()).isNotEqualTo(first.getUid());
      node.awaitDesired("a");
      assertThat(control.list()).hasSize(2);
      node.report(List.of(status(first, Phase.PHASE_GONE)));
      assertThat(control.list()).hasSize(1);
      assertThat(control.get("a").getWorkload().getUid()).isEqualTo(second.getUid());
    }
  }

  @Test
  void workload_that_came_and_went_while_its_node_was_away_goes_with_the_next_complete_report() {
    try (FakeNode node = FakeNode.connect(control.channel(), "n1", "agent-1")) {
      node.awaitSnapshot();
    }
    control.apply("n1", workload("a"));
    control.delete("a");
    assertThat(control.list()).hasSize(1);
    try (FakeNode node = FakeNode.connect(control.channel(), "n1", "agent-1")) {
      assertThat(node.awaitSnapshot().getWorkloadsList()).isEmpty();
      node.reportFull(List.of());
      node.report(List.of());
      assertThat(control.list()).isEmpty();
    }
  }

  @Test
  void complete_report_does_not_remove_what_was_given_to_the_node_on_this_stream() {
    try (FakeNode node = FakeNode.connect(control.channel(), "n1", "agent-1")) {
      node.awaitSnapshot();
      control.apply("n1", workload("a"));
      node.awaitDelta();
      control.delete("a");
      // The node may have made this report before it heard of the workload, and be starting it now.
      node.reportFull(List.of());
      node.report(List.of());
      assertThat(control.list()).hasSize(1);
    }
  }

  @Test
  void drain_is_remembered_and_sent_again_until_resume() {
    String id;
    try (FakeNode node = FakeNode.connect(control.channel(), "n1", "agent-1")) {
      node.awaitWelcome();
      var _ =
          control
              .fleet()
              .drainNode(DrainNodeRequest.newBuilder().setNode("n1").setReason("disk").build());
      Command drain = node.awaitCommand();
      assertThat(drain.getDrain().getReason()).isEqualTo("disk");
      id = drain.getId();
      assertThat(control.node("n1").getDrained()).isTrue();
    }
    control.restart();
    assertThat(control.node("n1").getDrained()).isTrue();
    try (FakeNode node = FakeNode.connect(control.channel(), "n1", "agent-1")) {
      assertThat(node.awaitCommand().getId()).isEqualTo(id);
      var _ = control.fleet().resumeNode(ResumeNodeRequest.newBuilder().setNode("n1").build());
      Command resume = node.awaitCommand();
      assertThat(resume.hasResume()).isTrue();
      assertThat(resume.getId()).isNotEqualTo(id);
      assertThat(control.node("n1").getDrained()).isFalse();
    }
  }

  @Test
  void hello_with_faults_is_refused_with_all_of_them() {
    try (FakeNode node = FakeNode.open(control.channel(), "no spaces").hello("", "", 0)) {
      Status refusal = node.awaitEnd();
      assertThat(refusal.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(refusal.getDescription())
          .contains("hello.node.name: \"no spaces\" (expected: 1 to 63 characters")
          .contains("hello.agent_id: \"\" (expected: 1 to 128 printable characters)");
    }
  }

  @Test
  void stream_that_does_not_begin_with_hello_is_refused() {
    try (FakeNode node = FakeNode.open(control.channel(), "n1").renew()) {
      Status refusal = node.awaitEnd();
      assertThat(refusal.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(refusal.getDescription())
          .isEqualTo("first message: lease_renewal (expected: hello)");
    }
  }

  @Test
  void message_of_a_kind_that_is_not_known_is_ignored() {
    try (FakeNode node = FakeNode.connect(control.channel(), "n1", "agent-1")) {
      node.send(NodeMessage.getDefaultInstance()).renew();
      assertThat(node.awaitLeaseRenewed()).isEqualTo(1);
    }
  }

  @Test
  void batch_beyond_its_bounds_is_refused() {
    try (FakeNode node = FakeNode.connect(control.channel(), "n1", "agent-1")) {
      node.awaitWelcome();
      WorkloadStatus twice = WorkloadStatus.newBuilder().setUid("u").build();
      node.send(
          NodeMessage.newBuilder()
              .setStatusBatch(StatusBatch.newBuilder().addStatuses(twice).addStatuses(twice))
              .build());
      assertThat(node.awaitEnd().getDescription())
          .isEqualTo("status_batch.statuses: uid u twice (expected: once)");
    }
  }

  @Test
  void stopping_control_plane_tells_its_nodes() {
    try (FakeNode node = FakeNode.connect(control.channel(), "n1", "agent-1")) {
      node.awaitWelcome();
      control.stop();
      Status end = node.awaitEnd();
      assertThat(end.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(end.getDescription()).contains("stopping");
    }
  }

  private static Workload big(String name, int round, int size) {
    return Workload.newBuilder()
        .setName(name)
        .setSpec(WorkloadSpec.newBuilder().setImage("busybox:" + round).addArgs("x".repeat(size)))
        .build();
  }
}
