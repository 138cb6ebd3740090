package dev.tallyman.agent.feed;

import java.util.Optional;

/** The way up: whoever has something to report waits here for a line. Safe for any threads. */
public interface Uplink {

  /**
   * Waits for an open line that the caller has not had.
   *
   * @param last the line that the caller had before; empty for none
   * @return a line that was open when this returned
   * @throws InterruptedException if the thread was interrupted while it waited
   */
  Line await(Optional<Line> last) throws InterruptedException;
}
