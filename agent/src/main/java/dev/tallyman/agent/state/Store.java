package dev.tallyman.agent.state;

import dev.tallyman.agent.model.FeedState;

/**
 * Keeps what must outlive the agent. What was saved is there after any crash of the agent or the
 * host; what was being saved when it came is either the old or the new value, never a mixture.
 *
 * <p>All methods block on the disk. For one thread at a time.
 */
public interface Store extends AutoCloseable {

  /**
   * The desired state of a feed as it was last saved.
   *
   * @param feed 1 to 63 characters of a-z, 0-9 and '-'
   * @throws StateException if it cannot be read, which is not the same as absent
   */
  Loaded<FeedState> loadDesired(String feed) throws StateException;

  /**
   * Saves the desired state of its feed in place of the former one.
   *
   * @throws StateException if it cannot be written; then the former one is still there
   */
  void saveDesired(FeedState state) throws StateException;

  /**
   * What was last remembered.
   *
   * @throws StateException if it cannot be read, which is not the same as absent
   */
  Loaded<Remembered> loadRemembered() throws StateException;

  /**
   * Saves what is to be remembered in place of what was.
   *
   * @throws StateException if it cannot be written; then the former one is still there
   */
  void saveRemembered(Remembered remembered) throws StateException;

  /**
   * The identity of this agent: made when it is first asked for, and the same ever after, unless
   * its file was lost or set aside.
   *
   * @throws StateException if it cannot be read, or not be made
   */
  String agentId() throws StateException;

  /** Lets another agent use what is kept. */
  @Override
  void close();
}
