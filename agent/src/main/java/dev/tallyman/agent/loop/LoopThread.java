package dev.tallyman.agent.loop;

import dev.tallyman.agent.inbox.Inbox;
import dev.tallyman.agent.inbox.Message;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that drives the {@link Reconciler}: waits for messages or for the next wake-up, and
 * takes a turn.
 *
 * <p>A defect that escapes a turn ends the thread and is told to the owner, who ends the process: a
 * supervisor starts it again, and it goes on from what is on disk and at the runtimes.
 */
public final class LoopThread implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(LoopThread.class);

  /** Without anything to do the loop still turns, so that it can be seen to live. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

  private final Inbox inbox;
  private final Reconciler reconciler;
  private final InstantSource clock;
  private final Runnable onDefect;
  private final AtomicLong turns = new AtomicLong();
  private final Thread thread;
  private volatile boolean closing;

  /**
   * Starts the loop.
   *
   * @param clock the reconciler's own
   * @param onDefect called when the loop ended by a defect
   */
  public static LoopThread start(
      Inbox inbox, Reconciler reconciler, InstantSource clock, Runnable onDefect) {
    LoopThread loop = new LoopThread(inbox, reconciler, clock, onDefect);
    loop.thread.start();
    return loop;
  }

  private LoopThread(Inbox inbox, Reconciler reconciler, InstantSource clock, Runnable onDefect) {
    this.inbox = inbox;
    this.reconciler = reconciler;
    this.clock = clock;
    this.onDefect = onDefect;
    this.thread = Thread.ofPlatform().name("reconciler").daemon(true).unstarted(this::run);
  }

  /** How many turns it has taken; a loop that lives takes one at least every ten seconds. */
  public long turns() {
    return turns.get();
  }

  /** Where in the program the thread is; empty when it has ended. */
  public StackTraceElement[] stack() {
    return thread.getStackTrace();
  }

  private void run() {
    try {
      Optional<Instant> wake = Optional.of(clock.instant());
      while (!closing) {
        List<Message> messages = inbox.take(waitUntil(wake));
        wake = reconciler.turn(messages);
        turns.incrementAndGet();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException defect) {
      log.error("The reconciler met a defect and ends; workloads run on unattended", defect);
      onDefect.run();
    }
  }

  private Duration waitUntil(Optional<Instant> wake) {
    Duration wait = wake.map(at -> Duration.between(clock.instant(), at)).orElse(LONGEST_WAIT);
    if (wait.isNegative()) {
      return Duration.ZERO;
    }
    return wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
  }

  /** Ends the loop after the turn that it is in, and waits for that. Actions under way go on. */
  @Override
  public void close() {
    closing = true;
    inbox.post(new Message.Tick());
    boolean interrupted = false;
    while (thread.isAlive() && !Thread.currentThread().equals(thread)) {
      try {
        thread.join();
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
