package dev.tallyman.agent.plan;

import static java.util.Objects.requireNonNull;

import dev.tallyman.runtime.Instance;
import java.util.List;
import java.util.Set;

/**
 * What is known of a uid's instances.
 *
 * @param present where there is one; more than one only after a fault or a change of runtime
 * @param blind names of the node's runtimes that cannot be seen now: what they have is not known
 */
public record Observed(List<Present> present, Set<String> blind) {

  /** No instance at any runtime, and all can be seen. */
  public static final Observed NOTHING = new Observed(List.of(), Set.of());

  /**
   * An instance at a runtime, as it was last seen; whether that is still so cannot be said when the
   * runtime is blind.
   */
  public record Present(String runtime, Instance instance) {
    public Present {
      requireNonNull(runtime, "runtime");
      requireNonNull(instance, "instance");
    }
  }

  public Observed {
    present = List.copyOf(present);
    blind = Set.copyOf(blind);
  }
}
