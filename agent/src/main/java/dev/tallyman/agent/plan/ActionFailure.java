package dev.tallyman.agent.plan;

import static java.util.Objects.requireNonNull;

/**
 * Why an action did not succeed.
 *
 * @param kind what can be done about it
 * @param message the runtime's sentence
 */
public record ActionFailure(Kind kind, String message) {

  /** What can be done about a failure. The words are the reasons in statuses. */
  public enum Kind {
    /** The runtime is away: try when it is back. */
    RUNTIME_UNAVAILABLE("RuntimeUnavailable"),
    /** The runtime did not answer in time. */
    TIMED_OUT("TimedOut"),
    /** We broke it off ourselves. */
    CANCELLED("Cancelled"),
    IMAGE_NOT_FOUND("ImageNotFound"),
    PULL_DENIED("ImagePullDenied"),
    PULL_FAILED("ImagePullFailed"),
    PORT_IN_USE("PortInUse"),
    NAME_TAKEN("NameTaken"),
    /** The runtime refuses the spec, or the image has no such command. */
    CANNOT_START("CannotStart"),
    UNSUPPORTED("Unsupported"),
    /** The instance was gone before it could be started. */
    INSTANCE_NOT_FOUND("InstanceNotFound"),
    INTERNAL("RuntimeError");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** The reason in statuses. */
    public String word() {
      return word;
    }
  }

  public ActionFailure {
    requireNonNull(kind, "kind");
    requireNonNull(message, "message");
  }
}
