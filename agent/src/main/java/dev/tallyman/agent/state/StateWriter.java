package dev.tallyman.agent.state;

import dev.tallyman.agent.inbox.Inbox;
import dev.tallyman.agent.inbox.Message;
import dev.tallyman.agent.model.FeedState;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what the loop hands over, on a thread of its own. The loop hands over what is different,
 * the writer keeps what that adds up to and writes it whole: what comes while the disk is slow is
 * in the next file, and nothing queues up.
 *
 * <p>What cannot be written is tried again after a pause, until it is written or replaced; each
 * failed try is told to the inbox. The thread is a platform thread: the disk may hold it for
 * seconds, and must not take a carrier away from the lanes.
 */
public final class StateWriter implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(StateWriter.class);

  private final Store store;
  private final Inbox inbox;
  private final Duration retryPause;
  private final Thread thread;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Images images = new Images();

  /** Up to where history was handed over. */
  private long sequence;

  /** Feeds of which the disk has something older. */
  private final Set<String> unsaved = new LinkedHashSet<>();

  private boolean closing;

  // The thread's own.
  private long savedSequence;
  private boolean failing;

  private record HistoryImage(long sequence, Remembered remembered) {}

  /** What is to be written in one round. */
  private record Round(List<FeedState> desired, Optional<HistoryImage> history, boolean last) {}

  /**
   * Starts writing.
   *
   * @param retryPause between a failure and the next try
   */
  public static StateWriter start(Store store, Inbox inbox, Duration retryPause) {
    StateWriter writer = new StateWriter(store, inbox, retryPause);
    writer.thread.start();
    return writer;
  }

  private StateWriter(Store store, Inbox inbox, Duration retryPause) {
    this.store = store;
    this.inbox = inbox;
    this.retryPause = retryPause;
    this.thread = Thread.ofPlatform().name("state-writer").daemon(true).unstarted(this::run);
  }

  /**
   * Hands over what is different in history. Returns at once; {@link Message.HistorySaved} with
   * this sequence, or a later one, follows when it is on disk.
   *
   * @param upTo rises from call to call
   */
  public void history(long upTo, HistoryChange change) {
    lock.lock();
    try {
      images.add(change);
      sequence = upTo;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Hands over what is different in the desired state of a feed. Returns at once; {@link
   * Message.DesiredSaved} of this revision or a later one follows when it is on disk.
   */
  public void desired(DesiredChange change) {
    lock.lock();
    try {
      images.add(change);
      unsaved.add(change.feed());
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Writes what waits, trying once, and ends. Waits for that, also when interrupted. */
  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    boolean goOn = true;
    while (goOn) {
      Round round = next();
      boolean wrote = true;
      for (FeedState image : round.desired()) {
        wrote &= writeDesired(image);
      }
      // Never ahead of desired state: what history forgot must not be wanted on disk any more.
      if (wrote && round.history().isPresent()) {
        wrote = writeHistory(round.history().get());
      }
      if (wrote && failing) {
        log.info("State is written again");
        // Also when it was a desired state that failed: nothing is unsaved any more.
        inbox.post(new Message.HistorySaved(savedSequence));
      }
      failing = !wrote;
      goOn = !round.last();
    }
    if (failing) {
      log.error("The agent ends with state that could not be written; it goes on from older state");
    }
  }

  private Round next() {
    lock.lock();
    try {
      awaitWork();
    } catch (InterruptedException _) {
      // Nobody has reason to; it means the same as closing.
      closing = true;
    }
    try {
      List<FeedState> desired = unsaved.stream().map(images::desired).toList();
      unsaved.clear();
      Optional<HistoryImage> history =
          sequence > savedSequence
              ? Optional.of(new HistoryImage(sequence, images.remembered()))
              : Optional.empty();
      return new Round(desired, history, closing);
    } finally {
      lock.unlock();
    }
  }

  private void awaitWork() throws InterruptedException {
    long pause = failing ? retryPause.toNanos() : 0;
    while (!closing && pause > 0) {
      pause = changed.awaitNanos(pause);
    }
    while (!closing && sequence == savedSequence && unsaved.isEmpty()) {
      changed.await();
    }
  }

  private boolean writeHistory(HistoryImage image) {
    if (!write("history", () -> store.saveRemembered(image.remembered()))) {
      return false;
    }
    savedSequence = image.sequence();
    inbox.post(new Message.HistorySaved(savedSequence));
    return true;
  }

  private boolean writeDesired(FeedState image) {
    if (!write("desired state of feed " + image.feed(), () -> store.saveDesired(image))) {
      lock.lock();
      try {
        unsaved.add(image.feed());
      } finally {
        lock.unlock();
      }
      return false;
    }
    inbox.post(new Message.DesiredSaved(image.feed(), image.revision()));
    return true;
  }

  private interface Saving {
    void save() throws StateException;
  }

  private boolean write(String what, Saving saving) {
    try {
      saving.save();
      return true;
    } catch (StateException e) {
      failed(what, e.why());
      return false;
    } catch (RuntimeException defect) {
      // This thread must not end: launches wait for it.
      log.error("A defect kept {} from being written", what, defect);
      failed(what, defect.toString());
      return false;
    }
  }

  private void failed(String what, String why) {
    if (!failing) {
      log.error(
          "State cannot be written: {}. {} It is tried again every {} s; until then what a crash"
              + " would forget is not begun",
          what,
          why,
          retryPause.toSeconds());
    }
    inbox.post(new Message.SaveFailed(what, why));
  }
}
