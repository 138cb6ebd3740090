package dev.tallyman.agent.state;

import dev.tallyman.agent.model.Desired;
import dev.tallyman.agent.model.FeedState;
import dev.tallyman.agent.model.History;
import dev.tallyman.agent.plan.Placer.Memory;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What all changes that were handed over add up to. For one thread at a time. */
public final class Images {

  /** In the order of the uids, so that the same is always written in the same way. */
  private record Feed(String storeId, long revision, SortedMap<String, Desired> desired) {}

  private final Map<String, Feed> feeds = new HashMap<>();
  private final Map<String, History> histories = new HashMap<>();
  private Optional<String> drainReason = Optional.empty();
  private Memory memory = Memory.NONE;

  /** Adds what is different in the desired state of a feed. */
  public void add(DesiredChange change) {
    SortedMap<String, Desired> desired =
        Optional.ofNullable(feeds.get(change.feed())).map(Feed::desired).orElseGet(TreeMap::new);
    change.changes().forEach((uid, now) -> put(desired, uid, now));
    feeds.put(change.feed(), new Feed(change.storeId(), change.revision(), desired));
  }

  /** Adds what is different in what is remembered. */
  public void add(HistoryChange change) {
    change.changes().forEach((uid, now) -> put(histories, uid, now));
    drainReason = change.drainReason();
    memory = change.memory();
  }

  private static <V> void put(Map<String, V> all, String uid, Optional<V> now) {
    now.ifPresentOrElse(value -> all.put(uid, value), () -> all.remove(uid));
  }

  /** The complete desired state of a feed, of which there was a change. */
  public FeedState desired(String feed) {
    Feed now = Optional.ofNullable(feeds.get(feed)).orElseThrow();
    return new FeedState(feed, now.storeId(), now.revision(), List.copyOf(now.desired().values()));
  }

  /** All that is remembered. */
  public Remembered remembered() {
    return new Remembered(
        Collections.unmodifiableMap(new HashMap<>(histories)), drainReason, memory);
  }
}
