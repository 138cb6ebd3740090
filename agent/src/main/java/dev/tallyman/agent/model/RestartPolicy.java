package dev.tallyman.agent.model;

import static java.util.Objects.requireNonNull;

import java.util.OptionalInt;

/**
 * What happens when a workload's process ends.
 *
 * @param mode whether it is started again
 * @param maxRestarts for {@link Mode#ON_FAILURE}, how many restarts before it is given up; empty
 *     for no bound
 * @param backoff the wait before restarts
 */
public record RestartPolicy(Mode mode, OptionalInt maxRestarts, Backoff backoff) {

  /** Whether a workload is started again. */
  public enum Mode {
    /** Never. */
    NO,
    /** Whatever its exit code. */
    ALWAYS,
    /** When its exit code is not 0, or not known. */
    ON_FAILURE,
    /** As {@link #ALWAYS}, but an operator's stop outlasts the agent. */
    UNLESS_STOPPED,
    /**
     * As {@link #ALWAYS}, while one of those that depend on it has work left. When all of them have
     * ended it is stopped, and runs again with them.
     */
    WHILE_NEEDED
  }

  /** {@link Mode#ALWAYS} with {@link Backoff#DEFAULT}. */
  public static final RestartPolicy DEFAULT =
      new RestartPolicy(Mode.ALWAYS, OptionalInt.empty(), Backoff.DEFAULT);

  public RestartPolicy {
    requireNonNull(mode, "mode");
    requireNonNull(maxRestarts, "maxRestarts");
    requireNonNull(backoff, "backoff");
    if (maxRestarts.isPresent() && (mode != Mode.ON_FAILURE || maxRestarts.getAsInt() < 1)) {
      throw new IllegalArgumentException(
          "maxRestarts: "
              + maxRestarts.getAsInt()
              + " with mode "
              + mode
              + " (expected: 1 or more, with ON_FAILURE)");
    }
  }
}
