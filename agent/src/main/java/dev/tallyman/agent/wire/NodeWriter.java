package dev.tallyman.agent.wire;

import dev.tallyman.agent.model.FeedView;
import dev.tallyman.agent.model.NodeCondition;
import dev.tallyman.agent.model.NodeFacts;
import dev.tallyman.agent.plan.RuntimeView;
import dev.tallyman.proto.v1.ConditionStatus;
import dev.tallyman.proto.v1.NodeInfo;
import dev.tallyman.proto.v1.NodeResources;
import dev.tallyman.proto.v1.NodeState;
import dev.tallyman.proto.v1.RuntimeInfo;
import dev.tallyman.runtime.Capability;
import java.util.List;

/** Turns what the agent knows of its node into messages. */
public final class NodeWriter {

  private NodeWriter() {}

  /** The node with its runtimes. */
  public static NodeInfo info(NodeFacts facts, List<RuntimeView> runtimes) {
    NodeInfo.Builder message =
        NodeInfo.newBuilder()
            .setName(facts.name())
            .putAllLabels(facts.labels())
            .setCapacity(resources(facts.capacity()))
            .setAllocatable(resources(facts.allocatable()))
            .addAllAddresses(facts.addresses())
            .setOs(facts.os())
            .setArchitecture(facts.architecture())
            .setHostname(facts.hostname())
            .setAgentVersion(facts.agentVersion());
    runtimes.forEach(runtime -> message.addRuntimes(runtime(runtime)));
    return message.build();
  }

  /** What changes of a node. */
  public static NodeState state(List<NodeCondition> conditions, List<RuntimeView> runtimes) {
    NodeState.Builder message = NodeState.newBuilder();
    conditions.forEach(condition -> message.addConditions(condition(condition)));
    runtimes.forEach(runtime -> message.addRuntimes(runtime(runtime)));
    return message.build();
  }

  /** A runtime: as it is, or, when it cannot be seen, as it last was. */
  public static RuntimeInfo runtime(RuntimeView view) {
    RuntimeInfo.Builder message =
        RuntimeInfo.newBuilder()
            .setName(view.name())
            .setReachable(view.isSeen())
            .setMessage(view.message());
    view.info()
        .ifPresent(info ->
            message
                .setKind(info.kind())
                .setVersion(info.version())
                .setApiVersion(info.apiVersion())
                .addAllCapabilities(
                    info.capabilities().stream().map(Capability::word).sorted().toList()));
    return message.build();
  }

  /** A condition. */
  public static dev.tallyman.proto.v1.NodeCondition condition(NodeCondition condition) {
    return dev.tallyman.proto.v1.NodeCondition.newBuilder()
        .setType(condition.type().word())
        .setStatus(
            switch (condition.status()) {
              case TRUE -> ConditionStatus.CONDITION_STATUS_TRUE;
              case FALSE -> ConditionStatus.CONDITION_STATUS_FALSE;
              case UNKNOWN -> ConditionStatus.CONDITION_STATUS_UNKNOWN;
            })
        .setReason(condition.reason())
        .setMessage(condition.message())
        .setSince(Times.write(condition.since()))
        .build();
  }

  /** A feed. */
  public static dev.tallyman.proto.v1.FeedView feed(FeedView view) {
    dev.tallyman.proto.v1.FeedView.Builder message =
        dev.tallyman.proto.v1.FeedView.newBuilder()
            .setName(view.name())
            .setSource(view.source())
            .setConnected(view.link() == FeedView.Link.CONNECTED)
            .setMessage(view.message())
            .setStoreId(view.storeId())
            .setRevision(view.revision());
    view.refusedStoreId().ifPresent(message::setRefusedStoreId);
    return message.build();
  }

  private static NodeResources resources(NodeFacts.Amounts amounts) {
    return NodeResources.newBuilder()
        .setCpuMillis(amounts.cpuMillis())
        .setMemoryBytes(amounts.memoryBytes())
        .build();
  }
}
