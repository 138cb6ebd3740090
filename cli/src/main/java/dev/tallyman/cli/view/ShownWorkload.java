package dev.tallyman.cli.view;

import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.Timestamp;
import dev.tallyman.proto.v1.AssignedWorkload;
import dev.tallyman.proto.v1.Health;
import dev.tallyman.proto.v1.NodeWorkload;
import dev.tallyman.proto.v1.Phase;
import dev.tallyman.proto.v1.Workload;
import dev.tallyman.proto.v1.WorkloadStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A workload with what became of it.
 *
 * @param source the message that it was made from
 * @param node the node's name
 * @param workload what should run; without a name when only an instance is left
 * @param status what became of it; without a phase when its node has not reported yet
 * @param since what its age is counted from; unset when that is not known
 * @param wish what its owner wants
 */
public record ShownWorkload(
    MessageOrBuilder source,
    String node,
    Workload workload,
    WorkloadStatus status,
    Timestamp since,
    Wish wish) {

  /** What the owner of a workload wants. */
  public enum Wish {
    KEPT,
    REMOVED
  }

  /** By stack, name and node. */
  public static final Comparator<ShownWorkload> ORDER =
      Comparator.comparing(ShownWorkload::stack)
          .thenComparing(ShownWorkload::name)
          .thenComparing(ShownWorkload::node)
          .thenComparing(ShownWorkload::uid);

  private static final List<String> COLUMNS =
      List.of("STACK", "NAME", "NODE", "PHASE", "HEALTH", "RESTARTS", "AGE", "REASON");
  private static final List<String> WIDE_COLUMNS =
      List.of("EXIT", "RUNTIME", "PORTS", "IMAGE", "UID", "MESSAGE");

  /** As a control plane knows it. Its age is that of the workload. */
  public static ShownWorkload fromControlPlane(AssignedWorkload assigned) {
    Workload shown = Secrets.without(assigned.getWorkload());
    return new ShownWorkload(
        assigned.toBuilder().setWorkload(shown).build(),
        assigned.getNode(),
        shown,
        assigned.getStatus(),
        assigned.getCreatedAt(),
        assigned.hasDeletedAt() ? Wish.REMOVED : Wish.KEPT);
  }

  /** As its agent knows it. Its age is that of its last run: an agent knows no older time. */
  public static ShownWorkload fromAgent(String node, NodeWorkload workload) {
    return new ShownWorkload(
        workload,
        node,
        workload.getWorkload(),
        workload.getStatus(),
        workload.getStatus().getStartedAt(),
        workload.hasWorkload() ? Wish.KEPT : Wish.REMOVED);
  }

  /** The names of the columns. */
  public static List<String> columns(Width width) {
    return switch (width) {
      case NORMAL -> COLUMNS;
      case WIDE -> {
        List<String> all = new ArrayList<>(COLUMNS);
        all.addAll(WIDE_COLUMNS);
        yield List.copyOf(all);
      }
    };
  }

  /** The cells of its row. */
  public List<String> cells(Width width, Instant now) {
    List<String> cells = new ArrayList<>();
    cells.add(stack());
    cells.add(name());
    cells.add(node);
    cells.add(phase());
    cells.add(health());
    cells.add(Integer.toUnsignedString(status.getRestartCount()));
    cells.add(Words.age(since, now));
    cells.add(reason());
    if (width == Width.WIDE) {
      cells.add(exitCode());
      cells.add(status.getRuntime());
      cells.add(Words.ports(status.getPortsList()));
      cells.add(image());
      cells.add(uid());
      cells.add(status.getMessage());
    }
    return cells;
  }

  /** The same, gone for good. */
  public ShownWorkload gone() {
    return new ShownWorkload(
        source,
        node,
        workload,
        status.toBuilder().setPhase(Phase.PHASE_GONE).setReason("Removed").build(),
        since,
        Wish.KEPT);
  }

  /** Never empty. */
  public String stack() {
    String stack = workload.getStack().isEmpty() ? status.getStack() : workload.getStack();
    return stack.isEmpty() ? "default" : stack;
  }

  /** Its name. */
  public String name() {
    return workload.getName().isEmpty() ? status.getName() : workload.getName();
  }

  /** Its identity. */
  public String uid() {
    return workload.getUid().isEmpty() ? status.getUid() : workload.getUid();
  }

  /** The image that it has, else the one that it should have. */
  String image() {
    return status.getImage().isEmpty() ? workload.getSpec().getImage() : status.getImage();
  }

  String phase() {
    return hasStatus() ? Words.camelCase(status.getPhase(), "PHASE") : "Pending";
  }

  /** {@code Healthy}; empty when it has no probes. */
  String health() {
    return status.getHealth() == Health.HEALTH_UNSPECIFIED
        ? ""
        : Words.camelCase(status.getHealth(), "HEALTH");
  }

  String reason() {
    if (wish == Wish.REMOVED) {
      return "Removing";
    }
    return hasStatus() ? status.getReason() : "NotReported";
  }

  String exitCode() {
    return status.hasExitCode() ? Integer.toString(status.getExitCode()) : "";
  }

  private boolean hasStatus() {
    return status.getPhase() != Phase.PHASE_UNSPECIFIED;
  }
}
