package dev.tallyman.agent.actuate;

import dev.tallyman.agent.plan.Action;

/**
 * Does what was decided. Each action runs by itself; for a uid there is at most one at a time,
 * which the caller sees to. The end of each action, cancelled ones too, is told by exactly one
 * {@link dev.tallyman.agent.inbox.Message.ActionEnded}.
 */
public interface Actuator {

  /**
   * Begins an action and returns at once.
   *
   * @param actionId tells its messages from those of former actions
   */
  void begin(long actionId, Action action);

  /**
   * Breaks the action of a uid off. It still ends by a message; one that has ended is left alone.
   */
  void cancel(String uid, long actionId);
}
