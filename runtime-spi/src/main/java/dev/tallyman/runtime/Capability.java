package dev.tallyman.runtime;

/**
 * Something that a runtime can do for a workload, as read from the engine. A workload whose needs
 * ({@link InstanceSpec#needs()}) are not among a runtime's capabilities is not run there.
 */
public enum Capability {
  /** Runs instances in namespaces of the host's kernel. */
  ISOLATION_CONTAINER("isolation/container"),
  /** Has a registered OCI runtime with a kernel in user space, and can prove that it was used. */
  ISOLATION_SANDBOX("isolation/sandbox"),
  /** Runs instances in virtual machines, and can prove it. */
  ISOLATION_MICROVM("isolation/microvm"),
  /** Bounds an instance's share of the processors. */
  LIMIT_CPU("limit/cpu"),
  /** Bounds an instance's memory. */
  LIMIT_MEMORY("limit/memory"),
  /** Bounds the number of an instance's processes. */
  LIMIT_PIDS("limit/pids"),
  /** Listens on ports of the host for an instance. */
  PORTS("ports"),
  /** Ends an instance with a signal other than SIGTERM. */
  STOP_SIGNAL("stop-signal"),
  /** Runs an instance as a given user. */
  USER("user");

  private final String word;

  Capability(String word) {
    this.word = word;
  }

  /** The word that stands in statuses, metrics and on the wire. */
  public String word() {
    return word;
  }

  /** The capability that an isolation asks for. */
  public static Capability of(Isolation isolation) {
    return switch (isolation) {
      case CONTAINER -> ISOLATION_CONTAINER;
      case SANDBOX -> ISOLATION_SANDBOX;
      case MICROVM -> ISOLATION_MICROVM;
    };
  }
}
