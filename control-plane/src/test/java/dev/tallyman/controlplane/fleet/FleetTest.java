package dev.tallyman.controlplane.fleet;

import static dev.tallyman.controlplane.ControlPlaneFixture.refusal;
import static dev.tallyman.controlplane.Workloads.apply;
import static dev.tallyman.controlplane.Workloads.delete;
import static dev.tallyman.controlplane.Workloads.status;
import static dev.tallyman.controlplane.Workloads.workload;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.controlplane.ControlPlaneFixture;
import dev.tallyman.controlplane.FakeNode;
import dev.tallyman.controlplane.TestTime;
import dev.tallyman.proto.v1.AppliedWorkload;
import dev.tallyman.proto.v1.ApplyOutcome;
import dev.tallyman.proto.v1.ApplyWorkloadsRequest;
import dev.tallyman.proto.v1.ApplyWorkloadsResponse;
import dev.tallyman.proto.v1.AssignedWorkload;
import dev.tallyman.proto.v1.Assignment;
import dev.tallyman.proto.v1.DeleteWorkloadsRequest;
import dev.tallyman.proto.v1.Dependency;
import dev.tallyman.proto.v1.DrainNodeRequest;
import dev.tallyman.proto.v1.GetWorkloadRequest;
import dev.tallyman.proto.v1.ListWorkloadsRequest;
import dev.tallyman.proto.v1.Phase;
import dev.tallyman.proto.v1.UpdateOrder;
import dev.tallyman.proto.v1.UpdatePolicy;
import dev.tallyman.proto.v1.Workload;
import dev.tallyman.proto.v1.WorkloadKey;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FleetTest {

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
  void workload_is_created_then_unchanged_then_configured() {
    AppliedWorkload created = applyOne(workload("a"));
    assertThat(created.getOutcome()).isEqualTo(ApplyOutcome.APPLY_OUTCOME_CREATED);
    Workload first = created.getWorkload().getWorkload();
    assertThat(first.getUid()).isNotEmpty();
    assertThat(first.getStack()).isEqualTo("default");
    assertThat(first.getGeneration()).isEqualTo(1);
    assertThat(created.getWorkload().getCreatedAt().getSeconds())
        .isEqualTo(time.now().getEpochSecond());

    AppliedWorkload again = applyOne(workload("a").toBuilder().setStack("default").build());
    assertThat(again.getOutcome()).isEqualTo(ApplyOutcome.APPLY_OUTCOME_UNCHANGED);
    assertThat(again.getWorkload()).isEqualTo(created.getWorkload());

    AppliedWorkload labelled = applyOne(workload("a").toBuilder().putLabels("k", "v").build());
    assertThat(labelled.getOutcome()).isEqualTo(ApplyOutcome.APPLY_OUTCOME_CONFIGURED);
    assertThat(labelled.getWorkload().getWorkload().getUid()).isEqualTo(first.getUid());
    assertThat(labelled.getWorkload().getWorkload().getGeneration()).isEqualTo(2);
    assertThat(labelled.getWorkload().getCreatedAt())
        .isEqualTo(created.getWorkload().getCreatedAt());
  }

  @Test
  void a_change_of_dependencies_or_update_policy_alone_is_a_change() {
    applyOne(workload("a"));
    AppliedWorkload needing =
        applyOne(
            workload("a").toBuilder()
                .addDependencies(Dependency.newBuilder().setWorkload("db"))
                .build());
    assertThat(needing.getOutcome()).isEqualTo(ApplyOutcome.APPLY_OUTCOME_CONFIGURED);
    AppliedWorkload updated =
        applyOne(
            needing.getWorkload().getWorkload().toBuilder()
                .setUpdate(UpdatePolicy.newBuilder().setOrder(UpdateOrder.UPDATE_ORDER_START_FIRST))
                .build());
    assertThat(updated.getOutcome()).isEqualTo(ApplyOutcome.APPLY_OUTCOME_CONFIGURED);
    assertThat(updated.getWorkload().getWorkload().getUid())
        .as("nothing of its instance has changed")
        .isEqualTo(needing.getWorkload().getWorkload().getUid());
  }

  @Test
  void a_changed_workload_that_starts_first_has_another_uid_and_the_former_one_is_taken_down() {
    UpdatePolicy startFirst =
        UpdatePolicy.newBuilder().setOrder(UpdateOrder.UPDATE_ORDER_START_FIRST).build();
    Workload first =
        applyOne(workload("a").toBuilder().setUpdate(startFirst).build())
            .getWorkload()
            .getWorkload();
    AppliedWorkload changed =
        applyOne(workload("a", "busybox:2").toBuilder().setUpdate(startFirst).build());

    assertThat(changed.getOutcome()).isEqualTo(ApplyOutcome.APPLY_OUTCOME_CONFIGURED);
    assertThat(changed.getWorkload().getWorkload().getUid()).isNotEqualTo(first.getUid());
    assertThat(changed.getWorkload().getWorkload().getGeneration()).isEqualTo(1);
    assertThat(control.get("a").getWorkload()).isEqualTo(changed.getWorkload().getWorkload());
  }

  @Test
  void what_get_gives_can_be_changed_and_applied() {
    applyOne(workload("a"));
    Workload edited =
        control.get("a").getWorkload().toBuilder()
            .setSpec(workload("a", "busybox:2").getSpec())
            .build();
    AppliedWorkload applied = applyOne(edited);
    assertThat(applied.getOutcome()).isEqualTo(ApplyOutcome.APPLY_OUTCOME_CONFIGURED);
    assertThat(applied.getWorkload().getWorkload().getGeneration()).isEqualTo(2);
  }

  @Test
  void one_bad_workload_leaves_all_of_its_request_undone() {
    Status refusal = refusal(() -> control.apply("n1", workload("good"), workload("bad", "")));
    assertThat(refusal.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(refusal.getDescription())
        .isEqualTo(
            "assignments[1].workload.spec.image: \"\" (expected: an image reference, 1 to 1024 characters)");
    control.apply("n1", workload("taken").toBuilder().setUid("u1").build());
    Status conflict =
        refusal(() ->
            control.apply(
                "n1", workload("other"), workload("new").toBuilder().setUid("u1").build()));
    assertThat(conflict.getCode()).isEqualTo(Status.Code.ALREADY_EXISTS);
    assertThat(control.list()).extracting(w -> w.getWorkload().getName()).containsExactly("taken");
  }

  @Test
  void uid_of_another_workload_is_refused_and_says_whose_it_is() {
    control.apply("n1", workload("a").toBuilder().setUid("u1").build());
    assertThat(refusalOf("n1", workload("b").toBuilder().setUid("u1").build()))
        .isEqualTo(
            "assignments[0].workload.uid: \"u1\" (expected: another one; default/a on node n1 has it)");
    assertThat(refusalOf("n2", workload("a").toBuilder().setUid("u1").build()))
        .contains("default/a on node n1 has it");
    assertThat(refusalOf("n1", workload("a").toBuilder().setUid("u2").build()))
        .isEqualTo(
            "assignments[0].workload.uid: \"u2\" (expected: u1, which default/a on node n1 has, or none)");
  }

  @Test
  void uid_of_a_deleted_workload_is_not_used_again() {
    try (FakeNode node = FakeNode.connect(control.channel(), "n1", "agent-1")) {
      node.awaitSnapshot();
      Workload a = control.apply("n1", workload("a").toBuilder().setUid("u1").build()).getFirst();
      control.delete("a");
      assertThat(refusalOf("n1", a))
          .contains("default/a on node n1 has it and is being taken down");
      node.report(List.of(status(a, Phase.PHASE_GONE)));
      assertThat(refusalOf("n1", a)).contains("a deleted workload had it");
    }
  }

  @Test
  void node_may_be_left_out_when_there_is_exactly_one() {
    assertThat(refusalOf("", workload("a")))
        .isEqualTo(
            "assignments[0].node: \"\" (expected: the name of a node; none has registered yet)");
    FakeNode.connect(control.channel(), "n1", "agent-1").awaitWelcome();
    control.apply("", workload("a"));
    assertThat(control.get("a").getNode()).isEqualTo("n1");
    FakeNode.connect(control.channel(), "n2", "agent-2").awaitWelcome();
    assertThat(refusalOf("", workload("b")))
        .isEqualTo("assignments[0].node: \"\" (expected: the name of a node, one of n1, n2)");
  }

  @Test
  void same_name_or_uid_twice_in_a_request_is_refused() {
    Status refusal =
        refusal(() ->
            control.apply(
                "n1",
                workload("a").toBuilder().setUid("u").build(),
                workload("a"),
                workload("b").toBuilder().setUid("u").build()));
    assertThat(refusal.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(String.valueOf(refusal.getDescription()).lines())
        .containsExactly(
            "assignments[1].workload.name: \"a\" (expected: once for each node and stack; it is assignments[0] already)",
            "assignments[2].workload.uid: \"u\" (expected: once; it is assignments[0] already)");
  }

  @Test
  void number_of_workloads_in_a_request_has_bounds() {
    assertThat(refusal(() -> control.apply("n1")).getDescription())
        .isEqualTo("assignments: 0 (expected: 1 to 1000)");
    ApplyWorkloadsRequest.Builder many = ApplyWorkloadsRequest.newBuilder();
    for (int i = 0; i < 1001; i++) {
      many.addAssignments(Assignment.newBuilder().setNode("n1").setWorkload(workload("w" + i)));
    }
    assertThat(
            refusal(
                    () -> {
                      var _ = control.fleet().applyWorkloads(many.build());
                    })
                .getDescription())
        .isEqualTo("assignments: 1001 (expected: 1 to 1000)");
  }

  @Test
  void thousand_faults_still_fit_an_answer() {
    ApplyWorkloadsRequest.Builder many = ApplyWorkloadsRequest.newBuilder();
    for (int i = 0; i < 1000; i++) {
      many.addAssignments(
          Assignment.newBuilder().setNode("n1").setWorkload(workload("Nö " + i, "")));
    }
    Status refusal =
        refusal(() -> {
          var _ = control.fleet().applyWorkloads(many.build());
        });
    assertThat(refusal.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(refusal.getDescription())
        .startsWith("assignments[0].workload.name: \"Nö 0\"")
        .containsPattern("\nand 19\\d\\d more faults after these$");
  }

  @Test
  void workload_of_a_node_that_never_came_is_deleted_at_once() {
    control.apply("n1", workload("a"));
    control.delete("a");
    assertThat(control.list()).isEmpty();
  }

  @Test
  void delete_takes_all_or_none_and_names_what_is_missing() {
    control.apply("n1", workload("a"));
    Status refusal =
        refusal(() -> {
          var _ = control.fleet().deleteWorkloads(delete("a", "b"));
        });
    assertThat(refusal.getCode()).isEqualTo(Status.Code.NOT_FOUND);
    assertThat(refusal.getDescription()).isEqualTo("keys[1]: no workload \"default\"/\"b\"");
    assertThat(control.get("a").hasDeletedAt()).isFalse();
    control.delete("a", "a");
    assertThat(control.list()).isEmpty();
  }

  @Test
  void name_that_stands_on_several_nodes_needs_its_node() {
    control.apply("n1", workload("a"));
    control.apply("n2", workload("a"));
    Status refusal = refusal(() -> control.get("a"));
    assertThat(refusal.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(refusal.getDescription())
        .isEqualTo("key.node: \"\" (expected: one of n1, n2; default/a stands on each of them)");
    WorkloadKey key = WorkloadKey.newBuilder().setName("a").setNode("n2").build();
    assertThat(
            control
                .fleet()
                .getWorkload(GetWorkloadRequest.newBuilder().setKey(key).build())
                .getNode())
        .isEqualTo("n2");
    assertThat(
            refusal(
                    () -> {
                      var _ =
                          control
                              .fleet()
                              .deleteWorkloads(
                                  DeleteWorkloadsRequest.newBuilder()
                                      .addKeys(WorkloadKey.getDefaultInstance())
                                      .build());
                    })
                .getDescription())
        .isEqualTo("keys[0]: neither uid nor name (expected: one of them)");
  }

  @Test
  void list_is_narrowed_by_node_and_stack() {
    control.apply("n1", workload("a"), workload("b").toBuilder().setStack("shop").build());
    control.apply("n2", workload("c").toBuilder().setStack("shop").build());
    assertThat(names("", "")).containsExactlyInAnyOrder("a", "b", "c");
    assertThat(names("n1", "")).containsExactlyInAnyOrder("a", "b");
    assertThat(names("", "shop")).containsExactlyInAnyOrder("b", "c");
    assertThat(names("n1", "shop")).containsExactly("b");
    assertThat(names("n3", "")).isEmpty();
  }

  @Test
  void drain_of_a_node_that_never_came_is_refused() {
    Status refusal =
        refusal(() -> {
          var _ = control.fleet().drainNode(DrainNodeRequest.newBuilder().setNode("x").build());
        });
    assertThat(refusal.getCode()).isEqualTo(Status.Code.NOT_FOUND);
    assertThat(refusal.getDescription()).startsWith("node: no node \"x\" has registered");
  }

  private AppliedWorkload applyOne(Workload workload) {
    ApplyWorkloadsResponse response = control.fleet().applyWorkloads(apply("n1", workload));
    return response.getResults(0);
  }

  private String refusalOf(String node, Workload workload) {
    return String.valueOf(refusal(() -> control.apply(node, workload)).getDescription());
  }

  private List<String> names(String node, String stack) {
    return control
        .fleet()
        .listWorkloads(ListWorkloadsRequest.newBuilder().setNode(node).setStack(stack).build())
        .getWorkloadsList()
        .stream()
        .map(AssignedWorkload::getWorkload)
        .map(Workload::getName)
        .toList();
  }
}
