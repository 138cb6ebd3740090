package dev.tallyman.agent.telemetry;

import dev.tallyman.agent.plan.Action;
import dev.tallyman.agent.plan.ActionFailure;
import java.time.Duration;
import java.util.Optional;

/**
 * Is told what the agent does, for metrics. Called by any thread; must return at once and not
 * throw.
 */
public interface Telemetry {

  /** Wants to know nothing. */
  Telemetry NONE = new Telemetry() {};

  /** The loop has worked through some messages. */
  default void turned(int messages, int planned, Duration took) {}

  /** An action has ended. */
  default void acted(Action action, Optional<ActionFailure> failure, Duration took) {}

  /** A workload is restarted by policy. */
  default void restarting(String reason) {}

  /**
   * An action was begun because of something that was seen.
   *
   * @param sinceSeen time from when the look or event arrived at the agent to the begin
   */
  default void reacted(Duration sinceSeen) {}

  /** A runtime was listed. */
  default void listed(String runtime, int instances, Duration took) {}

  /** A pull has ended. */
  default void pulled(String runtime, Optional<ActionFailure> failure, Duration took) {}

  /** A connection of a feed was made. */
  default void feedConnected(String feed) {}

  /** A feed's connection, or an attempt at one, was lost. */
  default void feedLost(String feed) {}

  /**
   * A feed's server was heard to be at a revision.
   *
   * @param revision revision of the desired state there, believed or not
   */
  default void feedOffered(String feed, long revision) {}

  /** The node's lease was renewed: the control plane has answered. */
  default void leaseRenewed(String feed) {}

  /** Statuses were sent and acknowledged. */
  default void reported(int statuses) {}
}
