package dev.tallyman.agent.plan;

import static java.util.Objects.requireNonNull;

import dev.tallyman.runtime.Instance;
import java.util.List;
import java.util.Set;

/**
 * What is known of a uid's instances.
 *
 * @param present where there is one; more than one only after a fault or a change of runtime
 * @param seen names of the runtimes that can be seen now; what any other one has is not known, also
 *     when nobody has found it yet
 */
public record Observed(List<Present> present, Set<String> seen) {

  /**
   * An instance at a runtime, as it was last seen; whether that is still so cannot be said when the
   * runtime is not seen.
   */
  public record Present(String runtime, Instance instance) {
    public Present {
      requireNonNull(runtime, "runtime");
      requireNonNull(instance, "instance");
    }
  }

  public Observed {
    present = List.copyOf(present);
    seen = Set.copyOf(seen);
  }
}
