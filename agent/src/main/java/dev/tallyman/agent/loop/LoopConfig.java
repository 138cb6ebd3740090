package dev.tallyman.agent.loop;

import static java.util.Objects.requireNonNull;

import dev.tallyman.agent.model.History;
import dev.tallyman.agent.plan.Placer;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the loop starts with.
 *
 * @param feeds names of the feeds that must have spoken before desired state counts as complete
 * @param cpuMillis allocatable thousandths of a core
 * @param memoryBytes allocatable bytes of memory
 * @param history what was remembered on disk
 * @param memory whether that is all there was
 * @param drainReason why the node is drained, if it was when the agent ended
 */
public record LoopConfig(
    Set<String> feeds,
    long cpuMillis,
    long memoryBytes,
    Map<String, History> history,
    Placer.Memory memory,
    Optional<String> drainReason) {
  public LoopConfig {
    feeds = Set.copyOf(feeds);
    history = Map.copyOf(history);
    requireNonNull(memory, "memory");
    requireNonNull(drainReason, "drainReason");
  }
}
