package dev.tallyman.runtime.testkit;

import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A thread of a simulation in {@link VirtualTime}: it runs only while it has the turn, which it
 * gets from the driver and gives back when it waits or ends.
 *
 * <p>Its fields are handed over together with the turn; only what is volatile is read without it.
 */
final class VirtualProcess {

  private final Thread thread;
  private final Supplier<@Nullable Thread> driver;
  private volatile boolean hasTurn;
  private volatile boolean sawInterrupt;
  private volatile @Nullable Throwable failure;

  /** Counts its waits, so that what ends one cannot end the next. */
  private int waits;

  VirtualProcess(String name, Runnable body, Supplier<@Nullable Thread> driver) {
    thread = Thread.ofVirtual().name(name).unstarted(() -> run(body));
    this.driver = driver;
  }

  Thread thread() {
    return thread;
  }

  boolean hasTurn() {
    return hasTurn;
  }

  @Nullable Throwable failure() {
    return failure;
  }

  /** Whether its latest wait is this one. */
  boolean isInWait(int number) {
    return waits == number;
  }

  /** Begins a wait, and says its number. */
  int beginWait() {
    return ++waits;
  }

  /** Whether it was interrupted and has not yet been told. Called by the driver. */
  boolean isInterrupted() {
    return thread.isInterrupted() || sawInterrupt;
  }

  /** Lets it run. Called by the driver. */
  void takeTurn() {
    hasTurn = true;
    LockSupport.unpark(thread);
  }

  /** Waits until it has the turn. Called on its own thread. */
  void awaitTurn() {
    while (!hasTurn) {
      // The flag is raised before the thread's own is cleared, so that the driver never sees
      // neither; were it not cleared, park would return at once for ever.
      if (Thread.currentThread().isInterrupted()) {
        sawInterrupt = true;
        var _ = Thread.interrupted();
      }
      LockSupport.park(this);
    }
    if (sawInterrupt) {
      sawInterrupt = false;
      Thread.currentThread().interrupt();
    }
  }

  /** Lets the driver go on. Called on its own thread. */
  void giveTurnBack() {
    Thread receiver = driver.get();
    hasTurn = false;
    LockSupport.unpark(receiver);
  }

  /** What to say when it does not give the turn back. */
  IllegalStateException stuck() {
    IllegalStateException e =
        new IllegalStateException(
            "process '"
                + thread.getName()
                + "' kept the turn for too long, in state "
                + thread.getState()
                + ": it must wait for virtual time only, and its thread must be started");
    e.addSuppressed(new StackOf(thread));
    return e;
  }

  private void run(Runnable body) {
    awaitTurn();
    try {
      body.run();
    } catch (Throwable e) {
      failure = e;
    } finally {
      giveTurnBack();
    }
  }

  /** Carries the stack of another thread. */
  private static final class StackOf extends Exception {
    StackOf(Thread thread) {
      super("stack of '" + thread.getName() + "'", null, false, true);
      setStackTrace(thread.getStackTrace());
    }
  }
}
