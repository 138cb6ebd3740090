package dev.tallyman.cli.daemon;

import dev.tallyman.cli.process.ExitCodes;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The time from a daemon's start to its end.
 *
 * <p>SIGTERM and SIGINT make the virtual machine run its shutdown hooks and then end with 128 + the
 * signal's number, whatever the hooks do. An orderly end is no failure, though, and a service
 * manager shall not take it for one. So the hook wakes the main thread, waits until that has closed
 * the daemon, and ends the process itself with what came of it.
 */
final class Lifetime {

  /** Longer than any daemon needs; a stuck one must not hold up the host's shutdown for ever. */
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(60);

  private static final Logger log = LoggerFactory.getLogger(Lifetime.class);

  /** Why a daemon is to end. */
  private enum Reason {
    SIGNAL,
    DEFECT
  }

  private final CompletableFuture<Reason> stopAsked = new CompletableFuture<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicInteger exitCode = new AtomicInteger(ExitCodes.FAILURE);
  private final String name;

  private Lifetime(String name) {
    this.name = name;
  }

  /**
   * Starts a daemon, waits until a signal asks it to stop, and closes it; or until it meets a
   * defect. Failures to start are passed on.
   *
   * @param start starts it; gets what to call on a defect
   * @return what the process ends with
   */
  static int run(String name, Function<Runnable, Daemon.Running> start) {
    return new Lifetime(name).runUntilStopped(start);
  }

  private int runUntilStopped(Function<Runnable, Daemon.Running> start) {
    Daemon.Running daemon = start.apply(() -> stopAsked.complete(Reason.DEFECT));
    Runtime.getRuntime().addShutdownHook(new Thread(this::endProcess, "shutdown"));
    log.info("{} is ready, pid {}", name, ProcessHandle.current().pid());
    try {
      switch (stopAsked.join()) {
        case SIGNAL -> {
          log.info("{} stops: a signal asked for it", name);
          daemon.close();
          exitCode.set(ExitCodes.OK);
          log.info("{} has stopped", name);
        }
        // It is broken in a way that nobody foresaw, so it is not asked to close: that could hang,
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

  private void endProcess() {
    stopAsked.complete(Reason.SIGNAL);
    try {
      if (!ended.await(CLOSE_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        log.error(
            "{} is stuck: it did not stop within {} s; ending it", name, CLOSE_LIMIT.toSeconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(exitCode.get());
  }
}
