package dev.tallyman.agent.state;

import dev.tallyman.agent.inbox.Inbox;
import dev.tallyman.agent.inbox.Message;
import dev.tallyman.agent.model.FeedState;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what the loop hands over, on a thread of its own. Only the latest image of each thing
 * counts: what comes while the disk is slow replaces what waits, so that at most one of each is
 * held.
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
  private Optional<HistoryImage> history = Optional.empty();
  private final Map<String, FeedState> desired = new LinkedHashMap<>();
  private boolean closing;

  // The thread's own.
  private long savedSequence;
  private boolean failing;

  private record HistoryImage(long sequence, Remembered remembered) {}

  /** What is to be written in one round. */
  private record Round(
      Optional<HistoryImage> history, Map<String, FeedState> desired, boolean last) {}

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
   * Hands history over. Returns at once; {@link Message.HistorySaved} with this sequence, or a
   * later one, follows when it is on disk.
   *
   * @param sequence rises from call to call
   * @param image must not change any more
   */
  public void history(long sequence, Remembered image) {
    lock.lock();
    try {
      history = Optional.of(new HistoryImage(sequence, image));
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Hands the complete desired state of a feed over. Returns at once; {@link Message.DesiredSaved}
   * of this revision or a later one follows when it is on disk.
   */
  public void desired(FeedState image) {
    lock.lock();
    try {
      desired.put(image.feed(), image);
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
      for (FeedState image : round.desired().values()) {
        wrote &= writeDesired(image);
      }
      // Never ahead of desired state: what history forgot must not be wanted on disk any more.
      wrote = wrote ? round.history().map(this::writeHistory).orElse(true) : keep(round.history());
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
      Round round = new Round(history, new LinkedHashMap<>(desired), closing);
      history = Optional.empty();
      desired.clear();
      return round;
    } finally {
      lock.unlock();
    }
  }

  private void awaitWork() throws InterruptedException {
    long pause = failing ? retryPause.toNanos() : 0;
    while (!closing && pause > 0) {
      pause = changed.awaitNanos(pause);
    }
    while (!closing && history.isEmpty() && desired.isEmpty()) {
      changed.await();
    }
  }

  private boolean writeHistory(HistoryImage image) {
    if (!write("history", () -> store.saveRemembered(image.remembered()))) {
      return keep(Optional.of(image));
    }
    savedSequence = image.sequence();
    inbox.post(new Message.HistorySaved(savedSequence));
    return true;
  }

  /** Writes it in a later round, unless something newer comes; says that it was not written. */
  private boolean keep(Optional<HistoryImage> image) {
    lock.lock();
    try {
      history = history.or(() -> image);
    } finally {
      lock.unlock();
    }
    return false;
  }

  private boolean writeDesired(FeedState image) {
    if (!write("desired state of feed " + image.feed(), () -> store.saveDesired(image))) {
      lock.lock();
      try {
        desired.putIfAbsent(image.feed(), image);
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
