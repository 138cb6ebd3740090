package dev.tallyman.runtime.testkit;

import static java.util.Objects.requireNonNull;

import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.RuntimeFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A fault that an {@link InMemoryEngine} has been told to show. It is in force from the moment it
 * was scripted until it has struck as often as it was told to, or was cancelled.
 *
 * <pre>{@code
 * engine.on(Operation.START).times(2).fail(() -> new RuntimeFailure.Internal("no", null));
 * engine.on(Operation.CREATE).ofUid("u1").afterEffect().fail(() -> new RuntimeFailure.TimedOut("?"));
 * Fault hung = engine.on(Operation.LIST).times(1).hang();
 * hung.release();
 * }</pre>
 *
 * <p>Where several match a call, each strikes, in the order in which they were scripted, until one
 * fails.
 */
public final class Fault {

  /** What it does to a call. */
  sealed interface Effect {
    record Fails(Supplier<? extends RuntimeFailure> failure) implements Effect {}

    record Hangs() implements Effect {}

    record Delays(Duration by) implements Effect {}

    record TakesEffectLate(Duration after) implements Effect {}

    record Misses(String uid) implements Effect {}

    record Repeats(String uid) implements Effect {}
  }

  private final Operation operation;
  private final Optional<String> uid;
  private final boolean afterEffect;
  private final Effect effect;
  private final Book book;
  private int skip;
  private int remaining;
  private int hits;
  private boolean released;

  private Fault(Script script, Effect effect) {
    operation = script.operation;
    uid = script.uid;
    skip = script.skip;
    remaining = script.times;
    afterEffect = script.afterEffect;
    book = script.book;
    this.effect = effect;
  }

  /** How often it has struck. */
  public int hits() {
    return book.lock.get(() -> hits);
  }

  /** Lets calls go on that hang by it, and does not strike again. */
  public void release() {
    book.lock.run(() -> {
      released = true;
      remaining = 0;
      book.changed.run();
    });
  }

  /** Makes sure that it does not strike again. Calls that hang by it go on hanging. */
  public void cancel() {
    book.lock.run(() -> remaining = 0);
  }

  Effect effect() {
    return effect;
  }

  boolean isAfterEffect() {
    return afterEffect;
  }

  /** Called with the lock held. */
  boolean isReleased() {
    return released;
  }

  /** Whether it strikes this call; if so, that counts as one hit. Called with the lock held. */
  private boolean strikes(Operation called, String subject) {
    if (called != operation || uid.filter(wanted -> !wanted.equals(subject)).isPresent()) {
      return false;
    }
    if (remaining == 0) {
      return false;
    }
    if (skip > 0) {
      skip--;
      return false;
    }
    remaining--;
    hits++;
    return true;
  }

  /** The faults of an engine. */
  static final class Book {

    private final EngineLock lock;
    private final Runnable changed;
    private final List<Fault> faults = new ArrayList<>();

    /**
     * An empty book.
     *
     * @param lock the engine's lock
     * @param changed lets all who wait look again; called with the lock held
     */
    Book(EngineLock lock, Runnable changed) {
      this.lock = lock;
      this.changed = changed;
    }

    void clear() {
      lock.run(() -> {
        faults.forEach(Fault::release);
        faults.clear();
      });
    }

    /** The faults that strike a call. Called with the lock held. */
    List<Fault> striking(Operation operation, String subject) {
      return faults.stream().filter(fault -> fault.strikes(operation, subject)).toList();
    }

    private Fault add(Fault fault) {
      lock.run(() -> faults.add(fault));
      return fault;
    }
  }

  /** A fault in the making. One of its last words puts it in force. */
  public static final class Script {

    private final Operation operation;
    private final Book book;
    private Optional<String> uid = Optional.empty();
    private int skip;
    private int times = Integer.MAX_VALUE;
    private boolean afterEffect;

    Script(Operation operation, Book book) {
      this.operation = operation;
      this.book = book;
    }

    /** Only calls about this workload; for images, the image. Without this, all calls. */
    public Script ofUid(String subject) {
      uid = Optional.of(subject);
      return this;
    }

    /** Spares this many calls first. */
    public Script skipping(int calls) {
      skip = calls;
      return this;
    }

    /** Strikes this many calls; without this, all. */
    public Script times(int calls) {
      if (calls < 1) {
        throw new IllegalArgumentException("times: " + calls + " (expected: >= 1)");
      }
      times = calls;
      return this;
    }

    /** Strikes when the engine has done it, on the way back. */
    public Script afterEffect() {
      afterEffect = true;
      return this;
    }

    /** The call fails. */
    public Fault fail(Supplier<? extends RuntimeFailure> failure) {
      return inForce(new Effect.Fails(requireNonNull(failure, "failure")));
    }

    /** The call does not end until the fault is released or the call's deadline is over. */
    public Fault hang() {
      return inForce(new Effect.Hangs());
    }

    /** The call takes longer by this. */
    public Fault delay(Duration by) {
      return inForce(new Effect.Delays(requireNonNull(by, "by")));
    }

    /**
     * The call gets no answer until its deadline, and the engine does it nevertheless.
     *
     * @param after when the engine does it, from the call on
     */
    public Fault takeEffectLate(Duration after) {
      if (operation == Operation.LAUNCH) {
        throw new IllegalArgumentException(
            "operation: LAUNCH (expected: one of its requests, such as CREATE)");
      }
      return inForce(new Effect.TakesEffectLate(requireNonNull(after, "after")));
    }

    /** The list lacks this workload's instance. */
    public Fault miss(String missed) {
      requireList();
      return inForce(new Effect.Misses(missed));
    }

    /** The list has this workload's instance twice. */
    public Fault repeat(String repeated) {
      requireList();
      return inForce(new Effect.Repeats(repeated));
    }

    private void requireList() {
      if (operation != Operation.LIST) {
        throw new IllegalArgumentException("operation: " + operation + " (expected: LIST)");
      }
    }

    private Fault inForce(Effect effect) {
      return book.add(new Fault(this, effect));
    }
  }

  /** Applies the faults that falsify a list. */
  static List<Instance> distort(List<Instance> list, List<Fault> striking) {
    List<Instance> seen = new ArrayList<>(list);
    for (Fault fault : striking) {
      switch (fault.effect) {
        case Effect.Misses(String missed) ->
            seen.removeIf(instance -> instance.uid().equals(missed));
        case Effect.Repeats(String repeated) ->
            list.stream().filter(instance -> instance.uid().equals(repeated)).forEach(seen::add);
        case Effect.Fails _, Effect.Hangs _, Effect.Delays _, Effect.TakesEffectLate _ -> {
          // these strike the call, not its answer
        }
      }
    }
    return seen;
  }
}
