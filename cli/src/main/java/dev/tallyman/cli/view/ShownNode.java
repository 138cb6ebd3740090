package dev.tallyman.cli.view;

import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.Timestamp;
import dev.tallyman.proto.v1.ConditionStatus;
import dev.tallyman.proto.v1.FeedView;
import dev.tallyman.proto.v1.NodeCondition;
import dev.tallyman.proto.v1.NodeInfo;
import dev.tallyman.proto.v1.NodeRecord;
import dev.tallyman.proto.v1.NodeView;
import dev.tallyman.proto.v1.RuntimeInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A node with how it is.
 *
 * @param source the message that it was made from
 * @param info what it is
 * @param readiness one or two words: {@code Ready}, {@code Ready,Drained}
 * @param message why it is so; may be empty
 * @param conditions what it says of itself
 * @param feeds where it gets its workloads from; empty when a control plane was asked
 * @param since when it was registered, or its agent started
 * @param lastSeen when it was last heard of; unset when it was asked itself
 */
public record ShownNode(
    MessageOrBuilder source,
    NodeInfo info,
    String readiness,
    String message,
    List<NodeCondition> conditions,
    List<FeedView> feeds,
    Timestamp since,
    Timestamp lastSeen) {

  /** By name. */
  public static final Comparator<ShownNode> ORDER = Comparator.comparing(ShownNode::name);

  private static final List<String> COLUMNS =
      List.of("NAME", "STATUS", "CPU", "MEMORY", "RUNTIMES", "VERSION", "SEEN", "AGE");
  private static final List<String> WIDE_COLUMNS = List.of("OS", "ADDRESSES", "LABELS", "MESSAGE");

  /** As a control plane knows it. */
  public static ShownNode fromControlPlane(NodeRecord node) {
    String readiness = Words.camelCase(node.getReadiness(), "NODE_READINESS");
    return new ShownNode(
        node,
        node.getInfo(),
        node.getDrained() ? readiness + ",Drained" : readiness,
        node.getMessage(),
        node.getConditionsList(),
        List.of(),
        node.getRegisteredAt(),
        node.getLastSeenAt());
  }

  /** As its agent knows it: ready unless one of its conditions is not true. */
  public static ShownNode fromAgent(NodeView node) {
    List<NodeCondition> bad =
        node.getConditionsList().stream()
            .filter(condition -> condition.getStatus() != ConditionStatus.CONDITION_STATUS_TRUE)
            .toList();
    return new ShownNode(
        node,
        node.getInfo(),
        bad.isEmpty() ? "Ready" : "NotReady",
        bad.stream().map(NodeCondition::getMessage).collect(Collectors.joining("; ")),
        node.getConditionsList(),
        node.getFeedsList(),
        node.getStartedAt(),
        Timestamp.getDefaultInstance());
  }

  /** The names of the columns. */
  public static List<String> columns(Width width) {
    List<String> all = new ArrayList<>(COLUMNS);
    if (width == Width.WIDE) {
      all.addAll(WIDE_COLUMNS);
    }
    return List.copyOf(all);
  }

  /** The cells of its row. */
  public List<String> cells(Width width, Instant now) {
    List<String> cells = new ArrayList<>();
    cells.add(name());
    cells.add(readiness);
    cells.add(Words.cpu(info.getAllocatable().getCpuMillis()));
    cells.add(Words.memory(info.getAllocatable().getMemoryBytes()));
    cells.add(
        info.getRuntimesList().stream().map(ShownNode::runtime).collect(Collectors.joining(",")));
    cells.add(info.getAgentVersion());
    cells.add(Words.age(lastSeen, now));
    cells.add(Words.age(since, now));
    if (width == Width.WIDE) {
      cells.add(info.getOs() + "/" + info.getArchitecture());
      cells.add(String.join(",", info.getAddressesList()));
      cells.add(Words.labels(info.getLabelsMap()));
      cells.add(message);
    }
    return cells;
  }

  /** The node's name. */
  public String name() {
    return info.getName();
  }

  private static String runtime(RuntimeInfo runtime) {
    return runtime.getName() + (runtime.getReachable() ? "" : "(unreachable)");
  }
}
