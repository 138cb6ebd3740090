package dev.tallyman.agent.plan;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a decision for one uid must know of the other workloads of its stack.
 *
 * @param dependencies the workloads that it depends on
 * @param cycle the workloads that depend on each other in a circle with it, spelled out
 * @param dependants names of those that are to stop before it, and have not
 * @param predecessor whether one runs in whose place it comes
 * @param demand whether those that depend on it have work left
 */
public record Neighbours(
    List<DependencyView> dependencies,
    Optional<String> cycle,
    Set<String> dependants,
    Predecessor predecessor,
    Demand demand) {

  /** Whether one runs until this one has proven itself. */
  public enum Predecessor {
    NONE,
    RUNS
  }

  /** Whether those that depend on a workload have work left. */
  public enum Demand {
    /** Nobody depends on it. */
    NONE,
    /** All of them have ended, for good unless somebody does something. */
    OVER,
    /** One of them has not ended. */
    PRESENT
  }

  /** It stands alone. */
  public static final Neighbours NONE =
      new Neighbours(List.of(), Optional.empty(), Set.of(), Predecessor.NONE, Demand.NONE);

  public Neighbours {
    dependencies = List.copyOf(dependencies);
    requireNonNull(cycle, "cycle");
    requireNonNull(predecessor, "predecessor");
    requireNonNull(demand, "demand");
    dependants = Collections.unmodifiableSet(new TreeSet<>(dependants));
  }
}
