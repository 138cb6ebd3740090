package dev.tallyman.agent.model;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How a changed spec takes the place of the former one.
 *
 * @param onFailure what happens when the new instance does not become healthy
 * @param deadline how long that may take
 */
public record UpdatePolicy(OnFailure onFailure, Duration deadline) {

  /** Keeps whatever the new spec brings. */
  public static final UpdatePolicy KEEP = new UpdatePolicy(OnFailure.KEEP, Duration.ofMinutes(5));

  /** What happens when the instance of a changed spec does not become healthy. */
  public enum OnFailure {
    /** It stays, and is restarted as its policy says. */
    KEEP,
    /** The last spec that was healthy is put back. */
    ROLL_BACK
  }

  public UpdatePolicy {
    requireNonNull(onFailure, "onFailure");
    requireNonNull(deadline, "deadline");
  }
}
