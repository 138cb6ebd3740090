package dev.tallyman.controlplane.fleet;

import dev.tallyman.controlplane.store.NodeRow;
import dev.tallyman.controlplane.store.Transaction;
import dev.tallyman.controlplane.store.WorkloadRow;
import dev.tallyman.proto.v1.ApplyOutcome;
import dev.tallyman.proto.v1.ApplyWorkloadsRequest;
import dev.tallyman.proto.v1.Assignment;
import dev.tallyman.proto.v1.UpdateOrder;
import dev.tallyman.proto.v1.Workload;
import io.grpc.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Applies the workloads of one request, all or none. The control plane alone gives generations; one
 * that comes with a workload says nothing.
 */
final class ApplyPlan {

  static final int MAX_ASSIGNMENTS = 1000;
  static final String DEFAULT_STACK = "default";

  private final ApplyWorkloadsRequest request;
  private final Supplier<UUID> ids;
  private final Instant now;

  ApplyPlan(ApplyWorkloadsRequest request, Supplier<UUID> ids, Instant now) {
    this.request = request;
    this.ids = ids;
    this.now = now;
  }

  /** A workload after it was applied. */
  record Applied(WorkloadRow row, ApplyOutcome outcome) {}

  /**
   * Finds what is wrong with the request as such.
   *
   * @throws io.grpc.StatusRuntimeException INVALID_ARGUMENT with all faults
   */
  void check() {
    Problems problems = new Problems();
    int count = request.getAssignmentsCount();
    if (count == 0 || count > MAX_ASSIGNMENTS) {
      problems.add("assignments", count, "1 to " + MAX_ASSIGNMENTS);
    }
    for (int i = 0; i < Math.min(count, MAX_ASSIGNMENTS); i++) {
      Assignment assignment = request.getAssignments(i);
      if (!assignment.getNode().isEmpty()
          && !WorkloadRules.NODE_NAME.matcher(assignment.getNode()).matches()) {
        problems.addText(path(i) + ".node", assignment.getNode(), WorkloadRules.NODE_NAME_EXPECTED);
      }
      WorkloadRules.check(path(i) + ".workload", assignment.getWorkload(), problems);
    }
    throwIfAny(problems, Status.INVALID_ARGUMENT);
  }

  /**
   * Writes the workloads of a request that was checked.
   *
   * @throws io.grpc.StatusRuntimeException INVALID_ARGUMENT, ALREADY_EXISTS with all faults
   */
  List<Applied> apply(Transaction transaction) {
    List<String> nodes = nodes(transaction);
    refuseDoubles(nodes);
    Problems conflicts = new Problems();
    List<Applied> applied = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      Workload workload = request.getAssignments(i).getWorkload();
      Workload wanted = workload.toBuilder().setStack(stack(workload)).build();
      Optional<WorkloadRow> present =
          transaction.liveWorkload(nodes.get(i), wanted.getStack(), wanted.getName());
      String path = path(i) + ".workload.uid";
      if (present.isPresent()) {
        change(transaction, path, wanted, present.get(), conflicts).ifPresent(applied::add);
      } else {
        create(transaction, path, wanted, nodes.get(i), conflicts).ifPresent(applied::add);
      }
    }
    throwIfAny(conflicts, Status.ALREADY_EXISTS);
    return applied;
  }

  private Optional<Applied> change(
      Transaction transaction,
      String path,
      Workload wanted,
      WorkloadRow present,
      Problems conflicts) {
    if (!wanted.getUid().isEmpty() && !wanted.getUid().equals(present.uid())) {
      conflicts.addText(
          path,
          wanted.getUid(),
          "%s, which %s/%s on node %s has, or none"
              .formatted(present.uid(), wanted.getStack(), wanted.getName(), present.node()));
      return Optional.empty();
    }
    Workload before = present.workload();
    Workload same =
        wanted.toBuilder().setUid(present.uid()).setGeneration(before.getGeneration()).build();
    if (same.equals(before)) {
      return Optional.of(new Applied(present, ApplyOutcome.APPLY_OUTCOME_UNCHANGED));
    }
    Workload next =
        startsBeside(wanted, before)
            ? wanted.toBuilder().setUid(ids.get().toString()).setGeneration(1).build()
            : same.toBuilder().setGeneration(before.getGeneration() + 1).build();
    if (!next.getUid().equals(present.uid())) {
      transaction.markDeleted(present.uid(), now);
    }
    return Optional.of(
        new Applied(
            transaction.put(present.node(), next, now), ApplyOutcome.APPLY_OUTCOME_CONFIGURED));
  }

  /** Whether the changed one runs beside the former one for a while, under a uid of its own. */
  private static boolean startsBeside(Workload wanted, Workload before) {
    return wanted.getUpdate().getOrder() == UpdateOrder.UPDATE_ORDER_START_FIRST
        && !(wanted.getSpec().equals(before.getSpec())
            && wanted.getLabelsMap().equals(before.getLabelsMap())
            && wanted.getDependenciesList().equals(before.getDependenciesList()));
  }

  private Optional<Applied> create(
      Transaction transaction, String path, Workload wanted, String node, Problems conflicts) {
    String uid = wanted.getUid().isEmpty() ? ids.get().toString() : wanted.getUid();
    Optional<WorkloadRow> owner = transaction.workload(uid);
    if (owner.isPresent()) {
      WorkloadRow other = owner.get();
      conflicts.addText(
          path,
          uid,
          "another one; %s/%s on node %s has it%s"
              .formatted(
                  other.workload().getStack(),
                  other.workload().getName(),
                  other.node(),
                  other.isLive() ? "" : " and is being taken down"));
      return Optional.empty();
    }
    if (transaction.isRetired(uid)) {
      conflicts.addText(path, uid, "another one, or none; a deleted workload had it");
      return Optional.empty();
    }
    Workload created = wanted.toBuilder().setUid(uid).setGeneration(1).build();
    return Optional.of(
        new Applied(transaction.put(node, created, now), ApplyOutcome.APPLY_OUTCOME_CREATED));
  }

  /** The node of each assignment; an empty one means the only node there is. */
  private List<String> nodes(Transaction transaction) {
    List<String> known =
        request.getAssignmentsList().stream().anyMatch(a -> a.getNode().isEmpty())
            ? transaction.nodes().stream().map(NodeRow::name).toList()
            : List.of();
    Problems problems = new Problems();
    List<String> nodes = new ArrayList<>();
    for (int i = 0; i < request.getAssignmentsCount(); i++) {
      String node = request.getAssignments(i).getNode();
      if (!node.isEmpty()) {
        nodes.add(node);
      } else if (known.size() == 1) {
        nodes.add(known.getFirst());
      } else {
        problems.addText(
            path(i) + ".node",
            node,
            known.isEmpty()
                ? "the name of a node; none has registered yet"
                : "the name of a node, one of "
                    + String.join(", ", known.subList(0, Math.min(10, known.size())))
                    + (known.size() > 10 ? ", ..." : ""));
      }
    }
    throwIfAny(problems, Status.INVALID_ARGUMENT);
    return nodes;
  }

  private void refuseDoubles(List<String> nodes) {
    Problems problems = new Problems();
    Map<List<String>, Integer> names = new HashMap<>();
    Map<String, Integer> uids = new HashMap<>();
    for (int i = 0; i < nodes.size(); i++) {
      Workload workload = request.getAssignments(i).getWorkload();
      Integer first =
          names.putIfAbsent(List.of(nodes.get(i), stack(workload), workload.getName()), i);
      if (first != null) {
        problems.addText(
            path(i) + ".workload.name",
            workload.getName(),
            "once for each node and stack; it is " + path(first) + " already");
      }
      Integer sameUid = workload.getUid().isEmpty() ? null : uids.putIfAbsent(workload.getUid(), i);
      if (sameUid != null) {
        problems.addText(
            path(i) + ".workload.uid",
            workload.getUid(),
            "once; it is " + path(sameUid) + " already");
      }
    }
    throwIfAny(problems, Status.INVALID_ARGUMENT);
  }

  private static String stack(Workload workload) {
    return workload.getStack().isEmpty() ? DEFAULT_STACK : workload.getStack();
  }

  private static String path(int index) {
    return "assignments[" + index + "]";
  }

  private static void throwIfAny(Problems problems, Status status) {
    if (!problems.isEmpty()) {
      throw status.withDescription(problems.describe()).asRuntimeException();
    }
  }
}
