package dev.tallyman.runtime.testkit;

import dev.tallyman.runtime.Labels;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What an {@link InMemoryEngine} has seen since it was made: counters, a journal, and whether what
 * must never happen has happened. Outages do not reset it. Any thread may ask at any time.
 */
public final class Audit {

  /**
   * Something that happened to a container.
   *
   * @param at when, by the engine's clock
   * @param what what happened, such as {@code start}
   * @param container name of the container
   * @param uid uid of its workload; empty if it is not ours
   */
  public record Entry(Instant at, String what, String container, String uid) {}

  private final EngineLock lock;
  private final EngineTime time;
  private final Map<Operation, Integer> calls = new EnumMap<>(Operation.class);
  private final Map<String, Integer> launches = new HashMap<>();
  private final Map<String, Integer> creations = new HashMap<>();
  private final Map<String, Integer> starts = new HashMap<>();
  private final Map<String, Integer> running = new HashMap<>();
  private final Map<String, Integer> mostRunning = new HashMap<>();
  private final List<Entry> journal = new ArrayList<>();
  private int foreignTouched;

  Audit(EngineLock lock, EngineTime time) {
    this.lock = lock;
    this.time = time;
  }

  /** How often an operation was asked for, with or without success. */
  public int calls(Operation operation) {
    return lock.get(() -> calls.getOrDefault(operation, 0));
  }

  /** How often {@code launch} was called for a workload. */
  public int launches(String uid) {
    return lock.get(() -> launches.getOrDefault(uid, 0));
  }

  /** How many containers were made for a workload. */
  public int creations(String uid) {
    return lock.get(() -> creations.getOrDefault(uid, 0));
  }

  /** How many processes were started for a workload. */
  public int starts(String uid) {
    return lock.get(() -> starts.getOrDefault(uid, 0));
  }

  /** The most processes of one workload that ever ran at the same time, on whatever node. */
  public int mostRunningAtOnce(String uid) {
    return lock.get(() -> mostRunning.getOrDefault(uid, 0));
  }

  /** How often a runtime changed a container that is not its node's. */
  public int foreignTouched() {
    return lock.get(() -> foreignTouched);
  }

  /** All that happened to containers, oldest first. */
  public List<Entry> journal() {
    return lock.get(() -> List.copyOf(journal));
  }

  /** Forgets the journal and keeps the counts: for loads that last. */
  public void forgetJournal() {
    lock.run(journal::clear);
  }

  /**
   * Checks what must hold at every moment: no workload ever ran twice at once, and no runtime
   * changed what is not its node's.
   *
   * @throws AssertionError if one of these was broken, with the journal
   */
  public void verify() {
    List<String> faults = new ArrayList<>();
    lock.get(() -> {
      mostRunning.forEach((uid, count) -> {
        if (count > 1) {
          faults.add("workload " + uid + " ran " + count + " times at once");
        }
      });
      if (foreignTouched > 0) {
        faults.add("foreign containers were changed " + foreignTouched + " times");
      }
      return faults;
    });
    if (!faults.isEmpty()) {
      StringBuilder text = new StringBuilder(String.join("; ", faults));
      journal().forEach(entry -> text.append("\n  ").append(entry));
      throw new AssertionError(text.toString());
    }
  }

  void called(Operation operation, String uid) {
    lock.get(() -> {
      calls.merge(operation, 1, Integer::sum);
      return operation == Operation.LAUNCH ? launches.merge(uid, 1, Integer::sum) : 0;
    });
  }

  void created(Container container) {
    note("create", container);
    container.uid().ifPresent(uid -> creations.merge(uid, 1, Integer::sum));
  }

  void started(Container container) {
    note("start", container);
    container
        .uid()
        .ifPresent(uid -> {
          starts.merge(uid, 1, Integer::sum);
          int now = running.merge(uid, 1, Integer::sum);
          mostRunning.merge(uid, now, Math::max);
        });
  }

  void ended(Container container, String how) {
    note(how, container);
    container.uid().ifPresent(uid -> running.merge(uid, -1, Integer::sum));
  }

  void note(String what, Container container) {
    journal.add(new Entry(time.instant(), what, container.name(), container.uid().orElse("")));
  }

  void touched(Container container, String node) {
    if (!container.belongsTo(node)) {
      note(
          "touched by node " + node + " though " + Labels.NODE + " is " + container.node(),
          container);
      foreignTouched++;
    }
  }
}
