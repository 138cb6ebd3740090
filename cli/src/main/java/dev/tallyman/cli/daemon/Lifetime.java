package dev.tallyman.cli.daemon;

import dev.tallyman.cli.daemon.systemd.ServiceManager;
import dev.tallyman.cli.daemon.systemd.Supervision;
import dev.tallyman.cli.process.ExitCodes;
import dev.tallyman.cli.process.Interrupts;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The time from a daemon's start to its end.
 *
 * <p>A first signal asks the daemon to stop, a second one ends the process at once. Where signals
 * cannot be taken over, the virtual machine runs its shutdown hooks for them and then ends with 128
 * + the signal's number, whatever the hooks do. An orderly end is no failure, though, and a service
 * manager shall not take it for one. So the hook wakes the main thread, waits until that has
 * stopped the daemon, and ends the process itself with what came of it.
 */
final class Lifetime {

  /**
   * Longer than any daemon is silent; a stuck one must not hold up the host's shutdown for ever.
   */
  private static final Duration SILENCE_LIMIT = Duration.ofSeconds(60);

  /** Several times what a daemon may be silent while it stops. */
  private static final Duration EXTENSION = Duration.ofSeconds(30);

  private static final Logger log = LoggerFactory.getLogger(Lifetime.class);

  /** Why a daemon is to end. */
  private enum Reason {
    SIGNAL,
    DEFECT
  }

  private final CompletableFuture<Reason> stopAsked = new CompletableFuture<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicInteger exitCode = new AtomicInteger(ExitCodes.FAILURE);
  private final AtomicInteger signals = new AtomicInteger();
  private final AtomicLong lastWord = new AtomicLong();
  private final String name;
  private final ServiceManager manager;
  private String progress = "";

  private Lifetime(String name, ServiceManager manager) {
    this.name = name;
    this.manager = manager;
  }

  /**
   * Starts a daemon, waits until a signal asks it to stop, and stops it; or until it meets a
   * defect. Failures to start are passed on.
   *
   * @param manager is told how it goes
   * @param start starts it; gets what to call on a defect
   * @return what the process ends with
   */
  static int run(String name, ServiceManager manager, Function<Runnable, Daemon.Running> start) {
    return new Lifetime(name, manager).runUntilStopped(start);
  }

  private int runUntilStopped(Function<Runnable, Daemon.Running> start) {
    Daemon.Running daemon = start.apply(() -> stopAsked.complete(Reason.DEFECT));
    Interrupts interrupts = Interrupts.listen(this::signalled);
    Runtime.getRuntime().addShutdownHook(new Thread(this::endProcess, "shutdown"));
    Optional<Supervision> supervision = supervise(daemon);
    log.info("{} is ready, pid {}", name, ProcessHandle.current().pid());
    try (interrupts) {
      switch (stopAsked.join()) {
        case SIGNAL -> {
          supervision.ifPresent(Supervision::close);
          stop(daemon);
        }
        // It is broken in a way that nobody foresaw, so it is not asked to stop: that could hang,
        // and the sooner its supervisor starts a new one the better.
        case DEFECT ->
            log.error("{} cannot go on and ends; the cause is above. Start it again", name);
      }
    } catch (RuntimeException e) {
      log.error("{} did not stop in an orderly way", name, e);
    } finally {
      ended.countDown();
    }
    return exitCode.get();
  }

  private Optional<Supervision> supervise(Daemon.Running daemon) {
    Optional<Pulse> pulse = daemon.pulse();
    if (pulse.isEmpty()) {
      manager.ready();
      manager
          .watchdog()
          .ifPresent(limit ->
              log.warn(
                  "{} sends no signs of life, and the service manager kills it after {} s without:"
                      + " take WatchdogSec out of its unit",
                  name,
                  limit.toSeconds()));
    }
    return pulse.map(beat -> Supervision.start(manager, beat));
  }

  private void stop(Daemon.Running daemon) {
    log.info("{} stops: a signal asked for it", name);
    manager.stopping();
    tell(name + " stops");
    daemon.stop(this::tell);
    exitCode.set(ExitCodes.OK);
    log.info("{} has stopped", name);
  }

  private void tell(String words) {
    lastWord.set(System.nanoTime());
    manager.extend(EXTENSION);
    manager.status(words);
    if (!progress.isEmpty() && !words.equals(progress)) {
      log.info("{}", words);
    }
    progress = words;
  }

  private void signalled() {
    if (signals.incrementAndGet() == 1) {
      lastWord.set(System.nanoTime());
      stopAsked.complete(Reason.SIGNAL);
      Thread.ofPlatform().name("shutdown watch").daemon(true).start(this::endProcess);
    } else {
      log.warn("{} ends at once: a second signal asked for it", name);
      Runtime.getRuntime().halt(ExitCodes.FAILURE);
    }
  }

  private void endProcess() {
    stopAsked.complete(Reason.SIGNAL);
    lastWord.compareAndSet(0, System.nanoTime());
    try {
      while (!ended.await(1, TimeUnit.SECONDS)) {
        if (System.nanoTime() - lastWord.get() > SILENCE_LIMIT.toNanos()) {
          log.error(
              "{} is stuck: nothing was heard of its end for {} s; ending it",
              name,
              SILENCE_LIMIT.toSeconds());
          break;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(exitCode.get());
  }
}
