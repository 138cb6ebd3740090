package dev.tallyman.agent.loop;

import dev.tallyman.agent.state.DesiredChange;
import dev.tallyman.agent.state.HistoryChange;

/**
 * Writes what must outlive the agent. Both methods return at once and are handed what is different
 * from what they were handed before, beginning with nothing; desired state that was handed over
 * before history is on disk before it. Success and failure come back as messages.
 */
public interface Persistence {

  /**
   * Writes history, and answers with {@link dev.tallyman.agent.inbox.Message.HistorySaved} of this
   * sequence or of a later one.
   */
  void history(long sequence, HistoryChange change);

  /**
   * Writes the desired state of a feed, and answers with {@link
   * dev.tallyman.agent.inbox.Message.DesiredSaved} of this revision or of a later one.
   */
  void desired(DesiredChange change);
}
