package dev.tallyman.agent.loop;

import dev.tallyman.agent.model.Desired;
import dev.tallyman.agent.model.Phase;
import dev.tallyman.agent.model.WorkloadStatus;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The latest status of every uid that the agent knows. The Reconciler writes; any thread reads, or
 * watches at its own pace: a slow watcher gets the latest status of each uid and never holds
 * anybody up.
 */
public final class StatusBoard {

  /**
   * One uid.
   *
   * @param desired what is wanted; empty for an instance that is on its way out
   * @param status what became of it; its phase is {@link Phase#GONE} in the last entry of a uid
   */
  public record Entry(Optional<Desired> desired, WorkloadStatus status) {}

  /** A watcher's own queue. To be closed, or it stays filled for ever. */
  public final class Watch implements AutoCloseable {
    private final LatestByKey<String, Entry> queue = new LatestByKey<>();

    /**
     * Entries that changed since the last call, at most one for each uid, waiting for the first
     * one.
     *
     * @param max how many at most
     * @param timeout longest wait
     * @return empty when nothing changed in time
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    public List<Entry> next(int max, Duration timeout) throws InterruptedException {
      return queue.take(max, timeout);
    }

    @Override
    public void close() {
      watches.remove(this);
    }
  }

  private final Map<String, Entry> entries = new ConcurrentHashMap<>();
  private final List<Watch> watches = new CopyOnWriteArrayList<>();

  /** All uids that are not gone, as they are now. */
  public Collection<Entry> all() {
    return List.copyOf(entries.values());
  }

  /** One uid, unless it is gone. */
  public Optional<Entry> find(String uid) {
    return Optional.ofNullable(entries.get(uid));
  }

  /** Number of uids in each phase; every phase is there. */
  public Map<Phase, Integer> countByPhase() {
    Map<Phase, Integer> counts = new EnumMap<>(Phase.class);
    for (Phase phase : Phase.values()) {
      counts.put(phase, 0);
    }
    entries.values().forEach(entry -> counts.merge(entry.status().phase(), 1, Integer::sum));
    return counts;
  }

  /** Starts watching: first all that is there now, then each change. */
  public Watch watch() {
    Watch watch = new Watch();
    watches.add(watch);
    // Registered first, so that nothing is missed; what is published meanwhile is newer than what
    // is read here, and must not be replaced by it.
    entries.forEach(watch.queue::putIfAbsent);
    return watch;
  }

  void publish(Entry entry) {
    String uid = entry.status().uid();
    if (entry.status().phase() == Phase.GONE) {
      entries.remove(uid);
    } else {
      entries.put(uid, entry);
    }
    watches.forEach(watch -> watch.queue.put(uid, entry));
  }
}
