package dev.tallyman.agent.plan;

import static java.util.Objects.requireNonNull;

/** Whether and where a workload may run on this node. */
public sealed interface Placement {

  /** At this runtime. */
  record On(String runtime) implements Placement {
    public On {
      requireNonNull(runtime, "runtime");
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
