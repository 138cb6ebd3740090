package dev.tallyman.agent.plan;

import static java.util.Objects.requireNonNull;

import dev.tallyman.runtime.Capability;
import java.util.Set;

/** Whether and where a workload may run on this node. */
public sealed interface Placement {

  /**
   * At this runtime.
   *
   * @param lacking what it asks for, the runtime cannot do, and it can do without
   */
  record On(String runtime, Set<Capability> lacking) implements Placement {
    public On {
      requireNonNull(runtime, "runtime");
      lacking = Set.copyOf(lacking);
    }

    /** At a runtime that can do all that it asks for. */
    public On(String runtime) {
      this(runtime, Set.of());
    }
  }

  /** Nowhere, as the workload and the node are. */
  record Refused(String reason, String message) implements Placement {
    public Refused {
      requireNonNull(reason, "reason");
      requireNonNull(message, "message");
    }
  }

  /** That cannot be said before a runtime was seen. */
  record NotYet(String reason, String message) implements Placement {
    public NotYet {
      requireNonNull(reason, "reason");
      requireNonNull(message, "message");
    }
  }
}
