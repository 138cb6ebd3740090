package dev.tallyman.agent.loop;

import dev.tallyman.agent.actuate.Housekeeper;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * All entries, how they belong together, and which of them are to be planned. Only the loop's
 * thread touches it.
 */
final class Book {

  private final Map<String, Entry> entries = new HashMap<>();
  private final Deque<Entry> marked = new ArrayDeque<>();
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

  Stacks stacks() {
    return stacks;
  }

  /** The entry is to be planned. */
  void mark(Entry entry) {
    if (entry.marked == Entry.Marked.NO) {
      entry.marked = Entry.Marked.YES;
      marked.add(entry);
    }
  }

  /** These entries are to be planned. */
  void mark(Collection<Entry> some) {
    some.forEach(this::mark);
  }

  /** All entries are to be planned. */
  void markAll() {
    entries.values().forEach(this::mark);
  }

  boolean isMarked(Entry entry) {
    return entry.marked == Entry.Marked.YES;
  }

  /** The next one that is to be planned, the one that was marked first; it is not any more. */
  Optional<Entry> takeMarked() {
    Optional<Entry> next = Optional.ofNullable(marked.poll());
    next.ifPresent(entry -> entry.marked = Entry.Marked.NO);
    return next;
  }

  /** Something about an entry has changed that its neighbours may see. */
  void touched(Entry entry) {
    mark(entry);
    stacks
        .update(entry)
        .ifPresent(affected -> {
          mark(affected);
          Stacks.stackOf(entry).ifPresent(housekeeper::stackBegan);
        });
  }

  /** Nothing is left to remember of an entry. */
  void remove(Entry entry) {
    entries.remove(entry.uid);
    Optional<String> stack = Stacks.stackOf(entry);
    stacks.remove(entry);
    stack.filter(name -> !stacks.isKnown(name)).ifPresent(housekeeper::stackEnded);
  }
}
