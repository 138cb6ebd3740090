package dev.tallyman.agent.explore;

import dev.tallyman.agent.model.FeedState;
import dev.tallyman.agent.state.Remembered;
import java.util.Optional;

/**
 * What is in the state directory. Files are whole: what happens to torn ones is another matter.
 *
 * @param history empty if it was never written
 * @param desired empty if it was never written
 */
record Disk(Optional<Remembered> history, Optional<FeedState> desired) {

  static final Disk EMPTY = new Disk(Optional.empty(), Optional.empty());

  Disk with(Remembered newHistory) {
    return new Disk(Optional.of(newHistory), desired);
  }

  Disk with(FeedState newDesired) {
    return new Disk(history, Optional.of(newDesired));
  }
}
