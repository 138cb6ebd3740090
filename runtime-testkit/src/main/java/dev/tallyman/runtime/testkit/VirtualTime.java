package dev.tallyman.runtime.testkit;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Simulated time: it stands still until a test moves it, and then everything that falls due happens
 * in order, at its instant, one thing at a time. No test waits for real, and each run is the same.
 *
 * <h2>How a simulation runs</h2>
 *
 * <p>The <em>driver</em> is the test's own thread: it calls {@link #advance} or {@link #runUntil}.
 * The driver runs due tasks itself ({@link #schedule}). Code that has to wait in the middle, such
 * as a call of a runtime that takes a while, runs as a <em>process</em> ({@link #spawn}, {@link
 * #threadFactory}): a virtual thread that is given the turn, keeps it until it waits for this time
 * or ends, and is given it again when its wait is over. Whoever has the turn is the only one that
 * runs, so that neither the engine nor the test sees any concurrency that is not in the script.
 *
 * <pre>{@code
 * VirtualTime time = new VirtualTime();
 * engine.on(Operation.START).delay(Duration.ofSeconds(3));
 * time.spawn("lane", () -> inbox.add(runtime.launch(spec)));   // begins at this instant
 * time.advance(Duration.ofSeconds(2));                         // still starting
 * time.advance(Duration.ofSeconds(1));                         // its outcome is in the inbox
 * }</pre>
 *
 * <p>When the driver itself waits, outside of a task, the wait is over at once for the test: time
 * is advanced by it. A task that waits is a mistake and is told so. A process must not block on
 * anything but this time; one that keeps the turn for 30 seconds of real time is reported with its
 * stack.
 *
 * <h2>Interrupts</h2>
 *
 * <p>A process that waits and is interrupted is given the turn before the next task, at the same
 * instant.
 *
 * <p>Not for use by threads other than the driver and the processes; such a use is refused while
 * somebody has the turn.
 */
public final class VirtualTime implements EngineTime {

  /** More tasks than this without time moving is a loop. */
  private static final int MAX_TASKS_AT_ONE_INSTANT = 1_000_000;

  private static final long MAX_TURN_NANOS = Duration.ofSeconds(30).toNanos();

  private final Instant epoch;
  private final PriorityQueue<Task> tasks = new PriorityQueue<>();
  private final Set<VirtualProcess> waiting = new LinkedHashSet<>();

  /** Nanoseconds since the epoch. */
  private volatile long now;

  private volatile Duration clockOffset = Duration.ZERO;
  private long lastSequence;
  private int tasksAtThisInstant;

  /** Who has the turn; null while nothing is being run. */
  private volatile @Nullable Thread turn;

  private volatile @Nullable Thread driver;
  private volatile @Nullable VirtualProcess running;
  private boolean inTask;

  /** Time that begins with the year 2030. */
  public VirtualTime() {
    this(Instant.parse("2030-01-01T00:00:00Z"));
  }

  /** Time that begins at an instant. */
  public VirtualTime(Instant epoch) {
    this.epoch = requireNonNull(epoch, "epoch");
  }

  @Override
  public Instant instant() {
    return epoch.plusNanos(now).plus(clockOffset);
  }

  @Override
  public long nanoTime() {
    return now;
  }

  /** Makes the wall clock jump, forwards or backwards. What was scheduled keeps its distance. */
  public void jumpClock(Duration by) {
    clockOffset = clockOffset.plus(by);
  }

  @Override
  public Scheduled schedule(Duration delay, Runnable task) {
    return enqueue(delay, requireNonNull(task, "task"));
  }

  /**
   * Starts a process. It begins at the present instant, when those before it have had their turn.
   * What it throws is thrown at the driver.
   *
   * @param name name of its thread
   * @return its thread, which may be interrupted, and never needs to be joined
   */
  public Thread spawn(String name, Runnable body) {
    VirtualProcess process = new VirtualProcess(name, body, () -> driver);
    enqueue(Duration.ZERO, () -> handTurnTo(process));
    process.thread().start();
    return process.thread();
  }

  /**
   * Makes processes of the threads of an executor, such as {@code
   * Executors.newThreadPerTaskExecutor(time.threadFactory())}. Each thread must be started.
   */
  public ThreadFactory threadFactory() {
    return body -> {
      VirtualProcess process = new VirtualProcess("process", body, () -> driver);
      enqueue(Duration.ZERO, () -> handTurnTo(process));
      return process.thread();
    };
  }

  @Override
  public Gate gate() {
    return new VirtualGate();
  }

  /** Runs everything that falls due within a duration, and ends exactly that much later. */
  public void advance(Duration by) {
    long end = Math.addExact(now, by.toNanos());
    drive(() -> {
      while (runNext(end)) {
        // each call runs one task
      }
      moveTo(end);
    });
  }

  /** Runs everything that is due at the present instant. */
  public void runDue() {
    advance(Duration.ZERO);
  }

  /**
   * Runs what falls due, one by one, until a condition holds.
   *
   * @param what what is waited for, for the error
   * @throws AssertionError if it does not hold within the given time
   */
  public void runUntil(String what, BooleanSupplier condition, Duration atMost) {
    long end = Math.addExact(now, atMost.toNanos());
    drive(() -> {
      while (!condition.getAsBoolean()) {
        if (!runNext(end)) {
          moveTo(end);
          throw new AssertionError("not within " + atMost + " of virtual time: " + what);
        }
      }
    });
  }

  /** When the next task or the end of a wait falls due, by the wall clock. */
  public Optional<Instant> nextAt() {
    dropCancelled();
    return Optional.ofNullable(tasks.peek())
        .map(task -> epoch.plusNanos(task.at).plus(clockOffset));
  }

  private Task enqueue(Duration delay, Runnable action) {
    requireTurn();
    if (delay.isNegative()) {
      throw new IllegalArgumentException("delay: " + delay + " (expected: zero or more)");
    }
    Task task = new Task(saturatedSum(now, delay), ++lastSequence, action);
    tasks.add(task);
    return task;
  }

  private static long saturatedSum(long nanos, Duration duration) {
    try {
      return Math.addExact(nanos, duration.toNanos());
    } catch (ArithmeticException _) {
      return Long.MAX_VALUE;
    }
  }

  private void drive(Runnable body) {
    if (turn != null) {
      throw new IllegalStateException(
          "virtual time is being driven already: only the driver moves it, not a task or process");
    }
    driver = Thread.currentThread();
    turn = driver;
    try {
      body.run();
    } finally {
      turn = null;
      driver = null;
    }
  }

  /** Runs the next task if it is due by then. */
  private boolean runNext(long end) {
    for (VirtualProcess process : List.copyOf(waiting)) {
      if (process.isInterrupted()) {
        handTurnTo(process);
        return true;
      }
    }
    dropCancelled();
    Task task = tasks.peek();
    if (task == null || task.at > end) {
      return false;
    }
    tasks.remove();
    moveTo(task.at);
    if (++tasksAtThisInstant > MAX_TASKS_AT_ONE_INSTANT) {
      throw new IllegalStateException("endless loop at " + instant() + ", now at " + task.action);
    }
    inTask = true;
    try {
      task.action.run();
    } finally {
      inTask = false;
    }
    return true;
  }

  private void moveTo(long instant) {
    if (instant > now) {
      now = instant;
      tasksAtThisInstant = 0;
    }
  }

  private void dropCancelled() {
    for (Task first = tasks.peek(); first != null && first.cancelled; first = tasks.peek()) {
      tasks.remove();
    }
  }

  /** Lets a process run until it waits or ends. */
  private void handTurnTo(VirtualProcess process) {
    Thread self = Thread.currentThread();
    waiting.remove(process);
    turn = process.thread();
    running = process;
    process.takeTurn();
    long begin = System.nanoTime();
    boolean interrupted = false;
    while (process.hasTurn()) {
      LockSupport.parkNanos(this, MAX_TURN_NANOS);
      interrupted |= Thread.interrupted();
      if (process.hasTurn() && System.nanoTime() - begin > MAX_TURN_NANOS) {
        throw process.stuck();
      }
    }
    running = null;
    turn = self;
    if (interrupted) {
      self.interrupt();
    }
    Throwable failure = process.failure();
    if (failure != null) {
      throw new AssertionError("process '" + process.thread().getName() + "' failed", failure);
    }
  }

  private void requireTurn() {
    Thread holder = turn;
    if (holder != null && !holder.equals(Thread.currentThread())) {
      throw new IllegalStateException(
          "thread '"
              + Thread.currentThread().getName()
              + "' uses virtual time while '"
              + holder.getName()
              + "' has the turn: start it with spawn()");
    }
  }

  /** Something that happens at an instant; those of one instant in the order of their making. */
  private static final class Task implements Scheduled, Comparable<Task> {
    final long at;
    final long sequence;
    final Runnable action;
    boolean cancelled;

    Task(long at, long sequence, Runnable action) {
      this.at = at;
      this.sequence = sequence;
      this.action = action;
    }

    @Override
    public void cancel() {
      cancelled = true;
    }

    @Override
    public int compareTo(Task other) {
      int byTime = Long.compare(at, other.at);
      return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
    }
  }

  private final class VirtualGate implements Gate {
    private boolean open;
    private final List<Task> wakeUps = new ArrayList<>();
    private final List<Runnable> passers = new ArrayList<>();

    @Override
    public void open() {
      requireTurn();
      if (open) {
        return;
      }
      open = true;
      wakeUps.forEach(Task::cancel);
      passers.forEach(Runnable::run);
      wakeUps.clear();
      passers.clear();
    }

    @Override
    public boolean await(Duration atMost) throws InterruptedException {
      requireTurn();
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      if (open || atMost.isZero() || atMost.isNegative()) {
        return open;
      }
      VirtualProcess process = running;
      if (process != null) {
        awaitAsProcess(process, atMost);
      } else {
        awaitAsDriver(atMost);
      }
      return open;
    }

    private void awaitAsProcess(VirtualProcess process, Duration atMost)
        throws InterruptedException {
      int wait = process.beginWait();
      Runnable resume =
          () -> {
            if (process.isInWait(wait) && waiting.contains(process)) {
              handTurnTo(process);
            }
          };
      Task wakeUp = enqueue(atMost, resume);
      Runnable passer = () -> schedule(Duration.ZERO, resume);
      wakeUps.add(wakeUp);
      passers.add(passer);
      waiting.add(process);
      process.giveTurnBack();
      process.awaitTurn();
      wakeUp.cancel();
      wakeUps.remove(wakeUp);
      passers.remove(passer);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }

    private void awaitAsDriver(Duration atMost) throws InterruptedException {
      if (inTask) {
        throw new IllegalStateException(
            "a task waits for " + atMost + " of virtual time: run it as a process, with spawn()");
      }
      long end = saturatedSum(now, atMost);
      drive(() -> {
        while (!open) {
          if (!runNext(end)) {
            moveTo(end);
            return;
          }
        }
      });
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }
}
