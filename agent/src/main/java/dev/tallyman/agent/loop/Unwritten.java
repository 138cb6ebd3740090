package dev.tallyman.agent.loop;

import dev.tallyman.agent.model.Desired;
import dev.tallyman.agent.model.History;
import dev.tallyman.agent.state.DesiredChange;
import dev.tallyman.agent.state.HistoryChange;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Reads off what the loop knows now what is to be written. Only the loop's thread touches it. */
record Unwritten(Book book, Feeds feeds, Duty duty, Admission admission) {

  /** What a feed wants of these uids. */
  DesiredChange desired(String feed, Set<String> uids) {
    Map<String, Optional<Desired>> changes =
        each(uids, entry -> entry.feed().equals(feed) ? entry.desired() : Optional.empty());
    return new DesiredChange(feed, feeds.store(feed).orElseThrow(), feeds.revision(feed), changes);
  }

  /** What is remembered of these uids, and what has no uid. */
  HistoryChange history(Set<String> uids) {
    Map<String, Optional<History>> changes = each(uids, Entry::history);
    return new HistoryChange(changes, duty.drainReason(), admission.memory());
  }

  private <V> Map<String, Optional<V>> each(Set<String> uids, Function<Entry, Optional<V>> what) {
    Map<String, Optional<V>> found = HashMap.newHashMap(uids.size());
    uids.forEach(uid -> found.put(uid, book.find(uid).flatMap(what)));
    return found;
  }
}
