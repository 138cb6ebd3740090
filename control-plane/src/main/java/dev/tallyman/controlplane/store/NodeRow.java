package dev.tallyman.controlplane.store;

import dev.tallyman.proto.v1.NodeInfo;
import dev.tallyman.proto.v1.NodeState;
import java.time.Instant;
import java.util.Optional;

/**
 * A node as the store has it.
 *
 * @param info from its last hello
 * @param agentId identity of the agent that sent it
 * @param state what it last said of itself since then; empty until it does
 * @param registeredAt its first hello, to the millisecond
 * @param lastSeenAt its last renewal of the lease, to the millisecond; may be late by a quarter of
 *     the lease
 * @param deliveredRevision of desired state that it holds
 * @param command the last one for it; sent again on each connection
 */
public record NodeRow(
    NodeInfo info,
    String agentId,
    Optional<NodeState> state,
    Instant registeredAt,
    Instant lastSeenAt,
    long deliveredRevision,
    Optional<NodeCommand> command) {

  /** Name of the node. */
  public String name() {
    return info.getName();
  }

  /** Whether its workloads are to be stopped until it is resumed. */
  public boolean isDrained() {
    return command.map(c -> c.kind() == NodeCommand.Kind.DRAIN).orElse(false);
  }

  /** The same with this command. */
  public NodeRow withCommand(NodeCommand other) {
    return new NodeRow(
        info, agentId, state, registeredAt, lastSeenAt, deliveredRevision, Optional.of(other));
  }

  /** The same with what the node now says of itself. */
  public NodeRow withState(NodeState other) {
    return new NodeRow(
        info, agentId, Optional.of(other), registeredAt, lastSeenAt, deliveredRevision, command);
  }

  /** The same, seen later and holding that revision. */
  public NodeRow seen(Instant at, long delivered) {
    return new NodeRow(info, agentId, state, registeredAt, at, delivered, command);
  }
}
