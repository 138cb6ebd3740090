package dev.tallyman.agent.loop;

import dev.tallyman.agent.actuate.Housekeeper;
import dev.tallyman.agent.model.History;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All entries, how they belong together, and which of them are to be planned. Only the loop's
 * thread touches it.
 */
final class Book {

  private final Map<String, Entry> entries = new HashMap<>();
  private final Set<Entry> dirty = new LinkedHashSet<>();
  private final Stacks stacks = new Stacks();
  private final Housekeeper housekeeper;

  /** An empty book, of whose stacks the housekeeper is told. */
  Book(Housekeeper housekeeper) {
    this.housekeeper = housekeeper;
  }

  /** Adds an entry that the agent remembers from its former life. */
  void remember(Entry entry) {
    entries.put(entry.uid, entry);
  }

  /** The entry of a uid, made when there is none. */
  Entry entry(String uid) {
    return entries.computeIfAbsent(uid, Entry::new);
  }

  Optional<Entry> find(String uid) {
    return Optional.ofNullable(entries.get(uid));
  }

  /** All entries; they may change, but none may be added or removed while they are looked at. */
  Collection<Entry> all() {
    return Collections.unmodifiableCollection(entries.values());
  }

  Map<String, Entry> byUid() {
    return Collections.unmodifiableMap(entries);
  }

  /** What is remembered of all entries, by uid. */
  Map<String, History> histories() {
    Map<String, History> histories = HashMap.newHashMap(entries.size());
    entries.forEach((uid, entry) -> entry.history.ifPresent(h -> histories.put(uid, h)));
    return histories;
  }

  Stacks stacks() {
    return stacks;
  }

  /** The entry is to be planned. */
  void mark(Entry entry) {
    dirty.add(entry);
  }

  /** These entries are to be planned. */
  void mark(Collection<Entry> some) {
    dirty.addAll(some);
  }

  /** All entries are to be planned. */
  void markAll() {
    dirty.addAll(entries.values());
  }

  boolean isMarked(Entry entry) {
    return dirty.contains(entry);
  }

  /** Those that are to be planned, once each; they are not any more. */
  List<Entry> takeMarked() {
    List<Entry> marked = new ArrayList<>(dirty);
    dirty.clear();
    return marked;
  }

  /** Something about an entry has changed that its neighbours may see. */
  void touched(Entry entry) {
    dirty.add(entry);
    stacks
        .update(entry)
        .ifPresent(affected -> {
          dirty.addAll(affected);
          stacks.stackOf(entry).ifPresent(housekeeper::stackBegan);
        });
  }

  /** Nothing is left to remember of an entry. */
  void remove(Entry entry) {
    entries.remove(entry.uid);
    Optional<String> stack = stacks.stackOf(entry);
    stacks.remove(entry);
    stack.filter(name -> !stacks.isKnown(name)).ifPresent(housekeeper::stackEnded);
  }
}
