package dev.tallyman.agent.state;

import static java.util.Objects.requireNonNull;

import dev.tallyman.agent.model.History;
import dev.tallyman.agent.plan.Placer.Memory;
import java.util.Map;
import java.util.Optional;

/**
 * What the agent remembers apart from what feeds want.
 *
 * @param history by uid; must not change any more
 * @param drainReason why the node is drained; empty while it serves
 * @param memory whether what is not in the history is known to run nowhere
 */
public record Remembered(
    Map<String, History> history, Optional<String> drainReason, Memory memory) {
  public Remembered {
    requireNonNull(history, "history");
    requireNonNull(drainReason, "drainReason");
    requireNonNull(memory, "memory");
  }
}
