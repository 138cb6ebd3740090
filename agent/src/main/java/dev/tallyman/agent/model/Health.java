package dev.tallyman.agent.model;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * What probes say of one run of an instance.
 *
 * @param instanceId the runtime's identifier of the instance
 * @param startedAt begin of the run
 * @param state what they say
 * @param message why, and how it is probed; for people
 */
public record Health(String instanceId, Instant startedAt, State state, String message) {

  /** What probes say. */
  public enum State {
    /** There are none: whatever runs can be used. */
    NOT_PROBED,
    /** Not known yet. */
    STARTING,
    HEALTHY,
    UNHEALTHY,
    /** It must be restarted: its liveness or startup probe has failed. */
    DEAD
  }

  public Health {
    requireNonNull(instanceId, "instanceId");
    requireNonNull(startedAt, "startedAt");
    requireNonNull(state, "state");
    requireNonNull(message, "message");
  }

  /** Whether the instance can be used. */
  public boolean isUsable() {
    return switch (state) {
      case NOT_PROBED, HEALTHY -> true;
      case STARTING, UNHEALTHY, DEAD -> false;
    };
  }
}
