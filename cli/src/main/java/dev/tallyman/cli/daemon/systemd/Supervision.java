package dev.tallyman.cli.daemon.systemd;

import dev.tallyman.cli.daemon.Pulse;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that tells the service manager that the daemon is ready, lives, and how it goes. It
 * says nothing that the daemon's {@link Pulse} has not just shown, so that a stuck daemon is killed
 * and started again.
 */
public final class Supervision implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Supervision.class);

  private static final Duration STATUS_EVERY = Duration.ofSeconds(5);

  /** Two signs of life may get lost. */
  private static final int SIGNS_PER_DEADLINE = 3;

  private final ServiceManager manager;
  private final Pulse pulse;
  private final Duration pause;
  private final Thread thread;
  private boolean isReady;
  private boolean isStuck;

  private Supervision(ServiceManager manager, Pulse pulse) {
    this.manager = manager;
    this.pulse = pulse;
    Duration deadline =
        manager.watchdog().map(time -> time.dividedBy(SIGNS_PER_DEADLINE)).orElse(STATUS_EVERY);
    this.pause = deadline.compareTo(STATUS_EVERY) < 0 ? deadline : STATUS_EVERY;
    this.thread = Thread.ofPlatform().name("supervision").daemon(true).unstarted(this::run);
  }

  /** Starts it; without a service manager it does nothing. */
  public static Supervision start(ServiceManager manager, Pulse pulse) {
    Supervision supervision = new Supervision(manager, pulse);
    if (manager.isThere()) {
      supervision.thread.start();
    }
    return supervision;
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        look();
        Thread.sleep(pause);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException defect) {
      log.error(
          "The service manager is not told any more that this process lives, and may kill it",
          defect);
    }
  }

  private void look() {
    if (!pulse.beats()) {
      if (!isStuck && !Thread.currentThread().isInterrupted()) {
        isStuck = true;
        log.error(
            "It does not turn any more, so the service manager is told of no life: {}",
            pulse.whereItHangs());
      }
      return;
    }
    if (isStuck) {
      isStuck = false;
      log.warn("It turns again");
    }
    manager.status(pulse.status());
    if (!isReady) {
      isReady = true;
      manager.ready();
    }
    if (manager.watchdog().isPresent()) {
      manager.alive();
    }
  }

  /** Ends it: nothing more is said by it. */
  @Override
  public void close() {
    thread.interrupt();
    boolean interrupted = false;
    while (thread.isAlive()) {
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
