package dev.tallyman.controlplane.fleet;

import dev.tallyman.controlplane.store.View;
import dev.tallyman.controlplane.store.WorkloadRow;
import dev.tallyman.proto.v1.WorkloadKey;
import io.grpc.Status;
import java.util.List;
import java.util.Optional;

/** Finds workloads by what people call them. */
final class WorkloadKeys {

  private WorkloadKeys() {}

  /**
   * Finds the workload of a key: by its uid if it has one, else by stack and name. Of those with
   * the same name on a node the one that should run is meant, and only if there is none, the last
   * one that is being taken down.
   *
   * @param path of the key in the request
   * @throws io.grpc.StatusRuntimeException NOT_FOUND; INVALID_ARGUMENT if the key says too little,
   *     or the name stands on several nodes
   */
  static WorkloadRow find(View view, String path, WorkloadKey key) {
    if (!key.getUid().isEmpty()) {
      return view.workload(key.getUid())
          .filter(row -> key.getNode().isEmpty() || row.node().equals(key.getNode()))
          .filter(row -> key.getName().isEmpty() || row.workload().getName().equals(key.getName()))
          .orElseThrow(
              () -> notFound(path + ".uid: no workload has " + Problems.quote(key.getUid())));
    }
    if (key.getName().isEmpty()) {
      throw Status.INVALID_ARGUMENT
          .withDescription(path + ": neither uid nor name (expected: one of them)")
          .asRuntimeException();
    }
    String stack = key.getStack().isEmpty() ? ApplyPlan.DEFAULT_STACK : key.getStack();
    List<WorkloadRow> named =
        view.namesakes(stack, key.getName()).stream()
            .filter(row -> key.getNode().isEmpty() || row.node().equals(key.getNode()))
            .toList();
    List<WorkloadRow> live = named.stream().filter(WorkloadRow::isLive).toList();
    if (live.size() > 1) {
      throw Status.INVALID_ARGUMENT
          .withDescription(
              "%s.node: \"\" (expected: one of %s; %s/%s stands on each of them)"
                  .formatted(
                      path,
                      String.join(", ", live.stream().map(WorkloadRow::node).toList()),
                      stack,
                      key.getName()))
          .asRuntimeException();
    }
    Optional<WorkloadRow> last = named.isEmpty() ? Optional.empty() : Optional.of(named.getLast());
    return live.stream()
        .findFirst()
        .or(() -> last)
        .orElseThrow(() ->
            notFound(
                "%s: no workload %s/%s%s"
                    .formatted(
                        path,
                        Problems.quote(stack),
                        Problems.quote(key.getName()),
                        key.getNode().isEmpty()
                            ? ""
                            : " on node " + Problems.quote(key.getNode()))));
  }

  private static RuntimeException notFound(String description) {
    return Status.NOT_FOUND.withDescription(description).asRuntimeException();
  }
}
