package dev.tallyman.agent.loop;

import dev.tallyman.agent.model.FeedState;
import dev.tallyman.agent.state.Remembered;

/**
 * Writes what must outlive the agent. Both methods return at once and only the latest image of each
 * kind counts; desired state that was handed over before history is on disk before it. Success and
 * failure come back as messages.
 */
public interface Persistence {

  /**
   * Writes history, and answers with {@link dev.tallyman.agent.inbox.Message.HistorySaved} of this
   * sequence or of a later one.
   */
  void history(long sequence, Remembered image);

  /**
   * Writes the complete desired state of a feed, and answers with {@link
   * dev.tallyman.agent.inbox.Message.DesiredSaved} of this revision or of a later one.
   */
  void desired(FeedState image);
}
