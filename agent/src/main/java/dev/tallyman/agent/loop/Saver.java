package dev.tallyman.agent.loop;

import dev.tallyman.agent.model.FeedState;
import dev.tallyman.agent.model.History;
import dev.tallyman.agent.state.Remembered;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Decides when what the loop remembers is handed over to be written: at once when something waits
 * for it, else a little later, so that many changes cost one file.
 */
final class Saver {

  private static final Duration HISTORY_GAP = Duration.ofMillis(100);
  private static final Duration DESIRED_GAP = Duration.ofMillis(500);

  private final Persistence persistence;

  private long changed;
  private long handedOver;
  private long saved;
  private Instant nextHistory = Instant.MIN;
  private Instant nextDesired = Instant.MIN;
  private final Set<String> changedFeeds = new HashSet<>();
  private boolean urgent;

  /** Why the last attempt did not succeed. */
  private Optional<String> failure = Optional.empty();

  Saver(Persistence persistence) {
    this.persistence = persistence;
  }

  /** Remembers something of an entry, or that there is nothing to remember. */
  void remember(Entry entry, Optional<History> history) {
    if (!entry.history().equals(history)) {
      entry.remember(history);
      historyChanged();
    }
  }

  /** History has changed. */
  void historyChanged() {
    changed++;
  }

  /** The desired state of a feed has changed. */
  void desiredChanged(String feed) {
    changedFeeds.add(feed);
  }

  /** Somebody waits until the desired state of a feed as it is now has been written. */
  void hurryDesired() {
    nextDesired = Instant.MIN;
  }

  /**
   * Something waits until history as it is now has been written.
   *
   * @return the sequence to wait for
   */
  long hurry() {
    urgent = true;
    return changed;
  }

  /** History was written up to here. */
  void saved(long sequence) {
    saved = Math.max(saved, sequence);
    failure = Optional.empty();
  }

  /** Something could not be written. */
  void failed(String why) {
    failure = Optional.of(why);
  }

  /** Why nothing can be written; empty if that is not known to be so. */
  Optional<String> failure() {
    return failure;
  }

  /** Whether history was written up to here. */
  boolean isSaved(long sequence) {
    return saved >= sequence;
  }

  /**
   * Hands over what is due: desired state before history. So history on disk is never ahead of what
   * was wanted, and a job whose end was forgotten with its removal is not wanted there any more.
   */
  void handOver(Instant now, Supplier<Remembered> remembered, Function<String, FeedState> desired) {
    boolean historyDue = changed > handedOver && (urgent || !now.isBefore(nextHistory));
    if (!changedFeeds.isEmpty() && (historyDue || !now.isBefore(nextDesired))) {
      changedFeeds.forEach(feed -> persistence.desired(desired.apply(feed)));
      changedFeeds.clear();
      nextDesired = now.plus(DESIRED_GAP);
    }
    if (historyDue) {
      persistence.history(changed, remembered.get());
      handedOver = changed;
      nextHistory = now.plus(HISTORY_GAP);
      urgent = false;
    }
  }

  /** When something is due to be handed over. */
  Optional<Instant> nextDue() {
    Optional<Instant> history = changed > handedOver ? Optional.of(nextHistory) : Optional.empty();
    Optional<Instant> desired =
        changedFeeds.isEmpty() ? Optional.empty() : Optional.of(nextDesired);
    return history.isPresent() && desired.isPresent()
        ? Optional.of(history.get().isBefore(desired.get()) ? history.get() : desired.get())
        : history.or(() -> desired);
  }
}
