package dev.tallyman.agent.plan;

import dev.tallyman.agent.model.History;
import dev.tallyman.agent.model.Workload;
import dev.tallyman.runtime.Capability;
import dev.tallyman.runtime.RuntimeInfo;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Says at which runtime a workload may run: the one that it names, else the one where it was, else
 * the one that has the workloads with which it shares networks, else the first in the node's order
 * that can do what it needs.
 *
 * <p>After a loss of memory a workload may still run at a runtime that has not been seen; then
 * nothing is placed before all have been.
 */
public final class Placer {

  /** Whether the agent remembers where it placed what. */
  public enum Memory {
    /** What is placed is in the history. */
    INTACT,
    /**
     * History is lost, or this is the first start; and since then it has not been seen at which
     * runtime each workload is.
     */
    NONE
  }

  private Placer() {}

  /**
   * Where the workload may run.
   *
   * @param siblings the runtime that has the workloads with which it shares networks
   * @param runtimes the node's runtimes in the order in which they are preferred
   */
  public static Placement place(
      Workload workload,
      Optional<History> history,
      Optional<String> siblings,
      List<RuntimeView> runtimes,
      Memory memory) {
    if (runtimes.isEmpty()) {
      return new Placement.NotYet("NoRuntime", "This node has found no container engine yet.");
    }
    Optional<String> wish = wish(workload, history, siblings);
    if (wish.isEmpty() && memory == Memory.NONE) {
      Optional<RuntimeView> unseen = runtimes.stream().filter(r -> !r.isSeen()).findFirst();
      if (unseen.isPresent()) {
        return new Placement.NotYet(
            "RuntimeNotSeen",
            "It may run at runtime "
                + unseen.get().name()
                + " already, which has not answered since the agent lost its memory or first"
                + " started.");
      }
    }
    return wish.isPresent() ? at(wish.get(), workload, runtimes) : anywhere(workload, runtimes);
  }

  private static Optional<String> wish(
      Workload workload, Optional<History> history, Optional<String> siblings) {
    if (workload.runtime().isPresent()) {
      return workload.runtime();
    }
    boolean placed = history.isPresent() && history.get().runtime().isPresent();
    return placed ? history.get().runtime() : siblings;
  }

  private static Optional<RuntimeView> find(String name, List<RuntimeView> runtimes) {
    for (RuntimeView runtime : runtimes) {
      if (runtime.name().equals(name)) {
        return Optional.of(runtime);
      }
    }
    return Optional.empty();
  }

  private static Placement at(String name, Workload workload, List<RuntimeView> runtimes) {
    Optional<RuntimeView> named = find(name, runtimes);
    if (named.isEmpty()) {
      String known = runtimes.stream().map(RuntimeView::name).collect(Collectors.joining(", "));
      return workload.runtime().isPresent()
          ? new Placement.Refused(
              "RuntimeUnknown",
              "runtime: \"" + name + "\" (expected: one of this node's, which are " + known + ").")
          : anywhere(workload, runtimes);
    }
    if (!named.get().isSeen()) {
      return new Placement.NotYet("RuntimeUnavailable", "Runtime " + name + " does not answer.");
    }
    return on(workload, named.get()).orElseGet(() -> lacking(workload, List.of(named.get())));
  }

  private static Placement anywhere(Workload workload, List<RuntimeView> runtimes) {
    List<RuntimeView> seen = runtimes.stream().filter(RuntimeView::isSeen).toList();
    if (seen.isEmpty()) {
      return new Placement.NotYet(
          "RuntimeUnavailable",
          "No runtime of this node answers: "
              + runtimes.stream().map(RuntimeView::name).collect(Collectors.joining(", "))
              + ".");
    }
    return seen.stream()
        .filter(r -> missing(workload, r).isEmpty())
        .findFirst()
        .<Placement>map(r -> new Placement.On(r.name()))
        .or(() -> seen.stream().flatMap(r -> on(workload, r).stream()).findFirst())
        .orElseGet(() -> lacking(workload, seen));
  }

  /** At this runtime, if it can do all that the workload cannot do without. */
  private static Optional<Placement> on(Workload workload, RuntimeView runtime) {
    Set<Capability> missing = missing(workload, runtime);
    boolean can =
        switch (workload.enforcement()) {
          case STRICT -> missing.isEmpty();
          case WARN -> missing.stream().allMatch(Capability::isDispensable);
        };
    return can ? Optional.of(new Placement.On(runtime.name(), missing)) : Optional.empty();
  }

  private static Placement lacking(Workload workload, Collection<RuntimeView> runtimes) {
    return new Placement.Refused(
        "MissingCapability",
        runtimes.stream()
            .map(r ->
                "runtime "
                    + r.name()
                    + " lacks "
                    + missing(workload, r).stream()
                        .map(Capability::word)
                        .collect(Collectors.joining(", ")))
            .collect(Collectors.joining("; ", "", ".")));
  }

  private static Set<Capability> missing(Workload workload, RuntimeView runtime) {
    Set<Capability> needs = workload.needs();
    Set<Capability> offered = runtime.info().map(RuntimeInfo::capabilities).orElse(Set.of());
    if (offered.containsAll(needs)) {
      return Set.of();
    }
    EnumSet<Capability> missing = EnumSet.copyOf(needs);
    missing.removeAll(offered);
    return missing;
  }
}
