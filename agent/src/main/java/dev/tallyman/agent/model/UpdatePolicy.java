package dev.tallyman.agent.model;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How a changed spec takes the place of the former one.
 *
 * @param order which of the two instances comes first
 * @param onFailure what happens when the new instance does not become healthy
 * @param deadline how long that may take
 */
public record UpdatePolicy(Order order, OnFailure onFailure, Duration deadline) {

  /** Keeps whatever the new spec brings. */
  public static final UpdatePolicy KEEP =
      new UpdatePolicy(Order.STOP_FIRST, OnFailure.KEEP, Duration.ofMinutes(5));

  /** Which comes first: the end of the former instance or the begin of the new one. */
  public enum Order {
    /** The former one ends, then the new one begins, under the same uid. */
    STOP_FIRST,
    /** The new one, which has another uid, proves itself while the former one runs. */
    START_FIRST
  }

  /** What happens when the instance of a changed spec does not become healthy. */
  public enum OnFailure {
    /** It stays, and is restarted as its policy says. */
    KEEP,
    /** The last spec that was healthy is put back. */
    ROLL_BACK
  }

  public UpdatePolicy {
    requireNonNull(order, "order");
    requireNonNull(onFailure, "onFailure");
    requireNonNull(deadline, "deadline");
  }
}
