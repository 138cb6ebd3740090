package dev.tallyman.agent.loop;

import dev.tallyman.agent.plan.Action;
import dev.tallyman.agent.plan.ActionFailure;
import java.time.Duration;
import java.util.Optional;

/**
 * Is told what the loop does, for metrics. Called by the loop's thread and by lanes; must return at
 * once and not throw.
 */
public interface LoopObserver {

  /** Wants to know nothing. */
  LoopObserver NONE = new LoopObserver() {};

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
}
