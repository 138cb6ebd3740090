package dev.tallyman.agent.loop;

import dev.tallyman.agent.model.FeedState;
import dev.tallyman.agent.model.FeedView;
import dev.tallyman.agent.plan.Situation.Knowledge;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Where each feed stands. What feeds want of each uid is in the entries. */
final class Feeds {

  /** The store and the revision that a feed is at. */
  private record Head(String storeId, long revision) {}

  private final Set<String> expected;
  private final Map<String, Head> heads = new HashMap<>();

  /** Feeds that were heard since the agent started. */
  private final Set<String> live = new HashSet<>();

  /** Feeds of which the disk has something older. */
  private final Set<String> unsaved = new HashSet<>();

  private final Map<String, FeedView> views = new LinkedHashMap<>();

  /** Feeds of which none has been heard. */
  Feeds(Set<String> expected) {
    this.expected = expected;
  }

  boolean isKnown(String feed) {
    return heads.containsKey(feed);
  }

  /** A feed stood there when that was last written down. */
  void remembered(FeedState state) {
    heads.put(state.feed(), new Head(state.storeId(), state.revision()));
  }

  /**
   * A feed has said what it wants now.
   *
   * @return whether it stands elsewhere than before
   */
  boolean heard(String feed, String storeId, long revision) {
    Head head = new Head(storeId, revision);
    live.add(feed);
    boolean changed = !head.equals(heads.put(feed, head));
    if (changed) {
      unsaved.add(feed);
    }
    return changed;
  }

  /** What is kept of a feed's wishes has changed without its word. */
  void changedByUs(String feed) {
    unsaved.add(feed);
  }

  /** What a feed wanted at a revision is on disk. */
  void saved(String feed, long revision) {
    if (revision(feed) == revision) {
      unsaved.remove(feed);
    }
  }

  /** Whether what a feed wants now is on disk. */
  boolean isSaved(String feed) {
    return !unsaved.contains(feed);
  }

  /** What the absence of a workload means that any feed may have wanted. */
  Knowledge knowledge() {
    if (expected.isEmpty() || !heads.keySet().containsAll(expected)) {
      return Knowledge.NONE;
    }
    return live.containsAll(expected) ? Knowledge.COMPLETE : Knowledge.REMEMBERED;
  }

  /** What the absence of a workload means that this feed wanted. */
  Knowledge knowledge(String feed) {
    if (!expected.contains(feed) || !heads.containsKey(feed)) {
      return Knowledge.NONE;
    }
    return live.contains(feed) ? Knowledge.COMPLETE : Knowledge.REMEMBERED;
  }

  /** Which feeds have been heard, so that a change can be seen. */
  Set<String> heard() {
    return Set.copyOf(live);
  }

  /**
   * How a feed is now.
   *
   * @return whether what it offers is refused from now on
   */
  boolean changed(FeedView view) {
    Optional<FeedView> before = Optional.ofNullable(views.put(view.name(), view));
    return view.refusedStoreId().isPresent() && before.flatMap(FeedView::refusedStoreId).isEmpty();
  }

  /** The store that a feed is at; empty if nothing is known of it. */
  Optional<String> store(String feed) {
    return Optional.ofNullable(heads.get(feed)).map(Head::storeId);
  }

  /** The revision that a feed is at; 0 if nothing is known of it. */
  long revision(String feed) {
    return Optional.ofNullable(heads.get(feed)).map(Head::revision).orElse(0L);
  }

  List<FeedView> views() {
    return List.copyOf(views.values());
  }
}
