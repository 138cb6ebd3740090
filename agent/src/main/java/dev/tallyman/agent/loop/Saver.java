package dev.tallyman.agent.loop;

import dev.tallyman.agent.model.History;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Knows what of the things that the loop remembers was not handed over to be written, and decides
 * when it is: at once when something waits for it, else a little later, so that many changes cost
 * one file.
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
  private boolean urgent;

  /** Uids of which something else is remembered than was handed over. */
  private Set<String> changedHistories = new HashSet<>();

  /** Uids that a feed wants otherwise, or not any more, than was handed over. */
  private final Map<String, Set<String>> changedDesired = new HashMap<>();

  private final Set<String> changedFeeds = new HashSet<>();

  /** Why the last attempt did not succeed. */
  private Optional<String> failure = Optional.empty();

  Saver(Persistence persistence) {
    this.persistence = persistence;
  }

  /** Remembers something of an entry, or that there is nothing to remember. */
  void remember(Entry entry, Optional<History> history) {
    if (!entry.history().equals(history)) {
      entry.remember(history);
      note(entry);
      historyChanged();
    }
  }

  /**
   * What is remembered of an entry is not what was handed over, but that will do until something
   * more changes.
   */
  void note(Entry entry) {
    changedHistories.add(entry.uid);
  }

  /** History has changed. */
  void historyChanged() {
    changed++;
  }

  /** A feed wants something else of an entry, or nothing any more. */
  void desiredChanged(String feed, Entry entry) {
    changedDesired.computeIfAbsent(feed, _ -> new HashSet<>()).add(entry.uid);
  }

  /** The desired state of a feed as it is now is to be written. */
  void feedChanged(String feed) {
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
  void handOver(Instant now, Unwritten unwritten) {
    boolean historyDue = changed > handedOver && (urgent || !now.isBefore(nextHistory));
    if (!changedFeeds.isEmpty() && (historyDue || !now.isBefore(nextDesired))) {
      for (String feed : changedFeeds) {
        Set<String> uids = Optional.ofNullable(changedDesired.remove(feed)).orElse(Set.of());
        persistence.desired(unwritten.desired(feed, uids));
      }
      changedFeeds.clear();
      nextDesired = now.plus(DESIRED_GAP);
    }
    if (historyDue) {
      persistence.history(changed, unwritten.history(changedHistories));
      // A set that was large once would stay so, and be gone through whole each time.
      changedHistories = new HashSet<>();
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
