package dev.tallyman.agent.api;

import dev.tallyman.agent.loop.StatusBoard;
import dev.tallyman.agent.model.WorkloadStatus;
import dev.tallyman.proto.v1.NodeWorkloadKey;
import java.util.List;
import java.util.Optional;

/** Finds the workload that a caller means. */
final class WorkloadFinder {

  private static final String DEFAULT_STACK = "default";

  private final StatusBoard board;

  WorkloadFinder(StatusBoard board) {
    this.board = board;
  }

  /**
   * The uid of the workload.
   *
   * @throws io.grpc.StatusRuntimeException INVALID_ARGUMENT if the key names nothing, or different
   *     things; NOT_FOUND; FAILED_PRECONDITION if it is the name of several
   */
  String find(NodeWorkloadKey key) {
    if (!key.getUid().isEmpty()) {
      return byUid(key);
    }
    if (key.getName().isEmpty()) {
      throw Refusals.invalid("key", "names no workload", "a uid, or a name and its stack");
    }
    List<String> uids =
        board.all().stream()
            .filter(entry -> entry.desired().isPresent())
            .map(StatusBoard.Entry::status)
            .filter(status -> status.stack().equals(stack(key)))
            .filter(status -> status.name().equals(key.getName()))
            .map(WorkloadStatus::uid)
            .toList();
    if (uids.isEmpty()) {
      throw Refusals.notFound(
          "workload", stack(key) + "/" + key.getName(), "one that this node should run");
    }
    if (uids.size() > 1) {
      throw Refusals.notNow(
          "workload: "
              + stack(key)
              + "/"
              + key.getName()
              + " is the name of "
              + uids.size()
              + " (expected: a uid, one of "
              + String.join(", ", uids)
              + ")");
    }
    return uids.getFirst();
  }

  private String byUid(NodeWorkloadKey key) {
    Optional<WorkloadStatus> known = board.find(key.getUid()).map(StatusBoard.Entry::status);
    if (known.isEmpty()) {
      throw Refusals.notFound("uid", key.getUid(), "that of a workload of this node");
    }
    WorkloadStatus status = known.get();
    boolean isOther =
        !key.getName().isEmpty()
            && !(status.name().equals(key.getName()) && status.stack().equals(stack(key)));
    if (isOther) {
      throw Refusals.invalid(
          "key",
          "uid " + key.getUid() + " with " + stack(key) + "/" + key.getName(),
          "the name that goes with the uid, " + status.stack() + "/" + status.name());
    }
    return key.getUid();
  }

  private static String stack(NodeWorkloadKey key) {
    return key.getStack().isEmpty() ? DEFAULT_STACK : key.getStack();
  }
}
