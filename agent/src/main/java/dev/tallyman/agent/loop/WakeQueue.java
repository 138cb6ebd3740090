package dev.tallyman.agent.loop;

import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * When to decide again although nothing happened. An entry that has another time by now, or none,
 * is passed over when its old time comes, so that changing a time costs no search.
 */
final class WakeQueue {

  private record Wake(Instant at, Entry entry) {}

  private final PriorityQueue<Wake> wakes = new PriorityQueue<>(Comparator.comparing(Wake::at));

  /** Sets or takes back the time of an entry. */
  void set(Entry entry, Optional<Instant> at) {
    if (entry.wakeAt.equals(at)) {
      return;
    }
    entry.wakeAt = at;
    at.ifPresent(when -> wakes.add(new Wake(when, entry)));
  }

  /** The next entry whose time has come, if there is one. */
  Optional<Entry> poll(Instant now) {
    while (true) {
      Wake next = wakes.peek();
      if (next == null) {
        return Optional.empty();
      }
      if (isStale(next)) {
        wakes.remove();
      } else if (next.at().isAfter(now)) {
        return Optional.empty();
      } else {
        wakes.remove();
        next.entry().wakeAt = Optional.empty();
        return Optional.of(next.entry());
      }
    }
  }

  /** The earliest time of any entry. */
  Optional<Instant> next() {
    while (true) {
      Wake next = wakes.peek();
      if (next == null) {
        return Optional.empty();
      }
      if (!isStale(next)) {
        return Optional.of(next.at());
      }
      wakes.remove();
    }
  }

  private static boolean isStale(Wake wake) {
    return wake.entry().wakeAt.filter(wake.at()::equals).isEmpty();
  }
}
