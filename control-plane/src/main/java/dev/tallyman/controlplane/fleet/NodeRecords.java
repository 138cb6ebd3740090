package dev.tallyman.controlplane.fleet;

import dev.tallyman.controlplane.node.LiveNodes;
import dev.tallyman.controlplane.store.NodeRow;
import dev.tallyman.proto.v1.ConditionStatus;
import dev.tallyman.proto.v1.NodeCondition;
import dev.tallyman.proto.v1.NodeInfo;
import dev.tallyman.proto.v1.NodeReadiness;
import dev.tallyman.proto.v1.NodeRecord;
import dev.tallyman.proto.v1.NodeState;
import dev.tallyman.proto.v1.RuntimeInfo;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Shows nodes as people get to see them. */
final class NodeRecords {

  private final LiveNodes live;

  NodeRecords(LiveNodes live) {
    this.live = live;
  }

  NodeRecord show(NodeRow row) {
    Optional<LiveNodes.Sighting> sighting = live.sighting(row.name());
    Instant seen = sighting.map(LiveNodes.Sighting::at).orElse(row.lastSeenAt());
    long revision =
        sighting.map(LiveNodes.Sighting::deliveredRevision).orElse(row.deliveredRevision());
    NodeRecord.Builder shown =
        NodeRecord.newBuilder()
            .setInfo(info(row))
            .setLastSeenAt(AssignedWorkloads.timestamp(seen))
            .setRegisteredAt(AssignedWorkloads.timestamp(row.registeredAt()))
            .addAllConditions(row.state().map(NodeState::getConditionsList).orElse(List.of()))
            .setRevision(revision)
            .setDrained(row.isDrained());
    if (!live.lasts(row.name())) {
      return shown
          .setReadiness(NodeReadiness.NODE_READINESS_UNKNOWN)
          .setMessage("lease expired; last heard of at " + seen)
          .build();
    }
    Optional<String> obstacle = obstacle(row);
    return shown
        .setReadiness(
            obstacle.isPresent()
                ? NodeReadiness.NODE_READINESS_NOT_READY
                : NodeReadiness.NODE_READINESS_READY)
        .setMessage(obstacle.orElse(""))
        .build();
  }

  /** The hello's, with the runtimes as the node last saw them. */
  private static NodeInfo info(NodeRow row) {
    return row.state()
        .filter(state -> state.getRuntimesCount() > 0)
        .map(state ->
            row.info().toBuilder().clearRuntimes().addAllRuntimes(state.getRuntimesList()).build())
        .orElse(row.info());
  }

  /** Why a node that lives cannot run workloads. Each of a node's conditions is good when true. */
  private static Optional<String> obstacle(NodeRow row) {
    for (NodeCondition condition :
        row.state().map(NodeState::getConditionsList).orElse(List.of())) {
      if (condition.getStatus() != ConditionStatus.CONDITION_STATUS_TRUE) {
        String why =
            condition.getMessage().isEmpty() ? condition.getReason() : condition.getMessage();
        return Optional.of(condition.getType() + ": " + why);
      }
    }
    if (info(row).getRuntimesList().stream().noneMatch(RuntimeInfo::getReachable)) {
      return Optional.of("no runtime of it is reachable");
    }
    return Optional.empty();
  }
}
