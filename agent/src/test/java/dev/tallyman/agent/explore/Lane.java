package dev.tallyman.agent.explore;

import dev.tallyman.agent.plan.Action;
import dev.tallyman.runtime.RuntimeFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An action that is under way: what was asked of the engine for it so far, and what the engine
 * said. The real {@link dev.tallyman.agent.actuate.Performer} is run from its beginning for each
 * further request, with these answers, so that it can be left in the middle without a thread.
 */
final class Lane {

  /** What the engine said to one request. */
  sealed interface Answer {
    /** It was done. */
    record Done(Optional<ModelContainer> result) implements Answer {}

    /** It failed. */
    record Failed(RuntimeFailure failure) implements Answer {}
  }

  final long actionId;
  final Action action;
  final List<Answer> answers = new ArrayList<>();

  /** The agent wants it broken off. */
  boolean cancelled;

  /** The tick after the last answer but the one of the look that follows a failure. */
  long tick;

  Lane(long actionId, Action action) {
    this.actionId = actionId;
    this.action = action;
  }

  /** Whether a request of it has failed: what follows is the look at what is there now. */
  boolean hasFailed() {
    return answers.stream().anyMatch(Answer.Failed.class::isInstance);
  }
}
