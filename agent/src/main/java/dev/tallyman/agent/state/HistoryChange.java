package dev.tallyman.agent.state;

import static java.util.Objects.requireNonNull;

import dev.tallyman.agent.model.History;
import dev.tallyman.agent.plan.Placer.Memory;
import java.util.Map;
import java.util.Optional;

/**
 * What is different in what is remembered from what was handed over before. The first one has all
 * that is remembered.
 *
 * @param changes by uid; empty for what is forgotten
 * @param drainReason why the node is drained; empty while it serves
 * @param memory whether what is not in the history is known to run nowhere
 */
public record HistoryChange(
    Map<String, Optional<History>> changes, Optional<String> drainReason, Memory memory) {
  public HistoryChange {
    changes = Map.copyOf(changes);
    requireNonNull(drainReason, "drainReason");
    requireNonNull(memory, "memory");
  }
}
