package dev.tallyman.runtime.apple.events;

import static java.util.Objects.requireNonNull;

import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.RuntimeListener;
import dev.tallyman.runtime.Subscription;
import dev.tallyman.runtime.apple.shim.Runs;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Finds changes by asking, because the engine tells none: often after a change, and ever more
 * seldom while all is quiet. A change of our own, and the end of a run, wake it at once; only what
 * others do waits for the next look.
 *
 * <p>One thread asks and tells, as long as somebody listens. The lock guards the subscribers and
 * when to ask next; nobody is told under it, but a subscriber is locked while it is told, so that
 * it hears nothing after its close.
 */
public final class Poller {

  /**
   * How often is asked.
   *
   * @param fast after a change
   * @param slow while all is quiet
   */
  public record Pace(Duration fast, Duration slow) {

    /** A quarter of a second, and 3 s: a look costs a process of some 20 ms. */
    public static final Pace DEFAULT = new Pace(Duration.ofMillis(250), Duration.ofSeconds(3));

    public Pace {
      if (!fast.isPositive() || slow.compareTo(fast) < 0) {
        throw new IllegalArgumentException(
            "pace: " + fast + " to " + slow + " (expected: more than zero, and slow not faster)");
      }
    }
  }

  /** How many quick looks follow a change. */
  private static final int QUICK_LOOKS = 8;

  /** How often is looked at the disk whether a run has ended; that costs nothing. */
  private static final Duration DISK = Duration.ofMillis(100);

  private final Supplier<List<Instance>> question;
  private final Runs runs;
  private final Pace pace;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition woken = lock.newCondition();
  private final Set<Listening> listening = new HashSet<>();
  private boolean asks;
  private boolean wake;

  /**
   * @param question all instances of the node, asked of the engine
   * @param runs whose ends wake
   */
  public Poller(Supplier<List<Instance>> question, Runs runs, Pace pace) {
    this.question = requireNonNull(question, "question");
    this.runs = requireNonNull(runs, "runs");
    this.pace = requireNonNull(pace, "pace");
  }

  /** One subscriber, and what it was told of. */
  private final class Listening implements Subscription {
    private final ReentrantLock telling = new ReentrantLock();
    private final RuntimeListener listener;
    private Map<String, Instance> known;
    private boolean over;

    Listening(RuntimeListener listener, Map<String, Instance> known) {
      this.listener = listener;
      this.known = known;
    }

    /** Whether anything was new. */
    boolean tell(Map<String, Instance> now) {
      telling.lock();
      try {
        Set<String> changed = new HashSet<>(known.keySet());
        changed.addAll(now.keySet());
        Map<String, Instance> before = known;
        changed.removeIf(uid -> now.containsKey(uid) && now.get(uid).equals(before.get(uid)));
        known = now;
        if (!over) {
          changed.forEach(listener::onChange);
        }
        return !changed.isEmpty();
      } finally {
        telling.unlock();
      }
    }

    void lose(RuntimeFailure cause) {
      telling.lock();
      try {
        if (!over) {
          over = true;
          listener.onLost(cause);
        }
      } finally {
        telling.unlock();
      }
    }

    @Override
    public void close() {
      telling.lock();
      try {
        over = true;
      } finally {
        telling.unlock();
      }
      forget(this);
    }
  }

  /** Subscribes; asks first, so that every later change is seen. */
  public Subscription watch(RuntimeListener listener) {
    Listening added = new Listening(listener, byUid(question.get()));
    lock.lock();
    try {
      listening.add(added);
      if (!asks) {
        asks = true;
        var _ = Thread.ofVirtual().name("apple-poller").start(this::poll);
      }
    } finally {
      lock.unlock();
    }
    return added;
  }

  /** Something was changed by us. */
  public void wake() {
    lock.lock();
    try {
      wake = true;
      woken.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Tells all subscribers that they hear no more. */
  public void lose(RuntimeFailure cause) {
    Set<Listening> lost;
    lock.lock();
    try {
      lost = Set.copyOf(listening);
      listening.clear();
      woken.signalAll();
    } finally {
      lock.unlock();
    }
    lost.forEach(each -> each.lose(cause));
  }

  private void forget(Listening gone) {
    lock.lock();
    try {
      listening.remove(gone);
      woken.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void poll() {
    int quick = QUICK_LOOKS;
    Duration pause = pace.fast();
    while (await(pause)) {
      try {
        Map<String, Instance> now = byUid(question.get());
        boolean changed = false;
        for (Listening each : listeners()) {
          changed |= each.tell(now);
        }
        quick = changed ? QUICK_LOOKS : quick - 1;
        pause = quick > 0 ? pace.fast() : slower(pause);
      } catch (RuntimeFailure failure) {
        lose(failure);
      }
    }
  }

  private Duration slower(Duration pause) {
    Duration twice = pause.multipliedBy(2);
    return twice.compareTo(pace.slow()) < 0 ? twice : pace.slow();
  }

  private Set<Listening> listeners() {
    lock.lock();
    try {
      return Set.copyOf(listening);
    } finally {
      lock.unlock();
    }
  }

  /** Waits until it is time to ask; false if nobody listens any more. */
  private boolean await(Duration pause) {
    Instant end = runs.lastEnd();
    long until = System.nanoTime() + pause.toNanos();
    lock.lock();
    try {
      while (!listening.isEmpty()
          && !wake
          && System.nanoTime() < until
          && runs.lastEnd().equals(end)) {
        var _ = woken.await(DISK.toNanos(), TimeUnit.NANOSECONDS);
      }
      wake = false;
      asks = !listening.isEmpty();
      return asks;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      asks = false;
      return false;
    } finally {
      lock.unlock();
    }
  }

  private static Map<String, Instance> byUid(List<Instance> instances) {
    Map<String, Instance> byUid = new HashMap<>();
    instances.forEach(instance -> byUid.put(instance.uid(), instance));
    return byUid;
  }
}
