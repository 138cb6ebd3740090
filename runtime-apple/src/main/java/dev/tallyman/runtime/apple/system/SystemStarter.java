package dev.tallyman.runtime.apple.system;

import static java.util.Objects.requireNonNull;

import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.apple.cli.Cli;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts Apple's system service when nobody answers, if the configuration allows it: nothing else
 * does so after a reboot or a crash. Whoever found out is told that the runtime is unavailable, and
 * comes again.
 */
public final class SystemStarter {

  private static final Logger log = LoggerFactory.getLogger(SystemStarter.class);

  /** A kernel may have to be fetched. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final Duration BETWEEN_TRIES = Duration.ofSeconds(20);

  private final Cli cli;
  private final Permission permission;
  private final InstantSource clock;
  private final AtomicBoolean busy = new AtomicBoolean();
  private volatile Instant lastTry = Instant.MIN;
  private volatile boolean closed;

  /** Whether an agent may start the system service. */
  public enum Permission {
    MAY_START,
    MAY_NOT_START
  }

  public SystemStarter(Cli cli, Permission permission, InstantSource clock) {
    this.cli = requireNonNull(cli, "cli");
    this.permission = requireNonNull(permission, "permission");
    this.clock = requireNonNull(clock, "clock");
  }

  /** Nobody answered. Returns at once. */
  public void isDown() {
    switch (permission) {
      case MAY_NOT_START -> {
        // whoever asked says so
      }
      case MAY_START -> startSoon();
    }
  }

  /** Starts it no more. */
  public void close() {
    closed = true;
  }

  private void startSoon() {
    if (closed || clock.instant().isBefore(earliest()) || !busy.compareAndSet(false, true)) {
      return;
    }
    lastTry = clock.instant();
    var _ = Thread.ofVirtual().name("apple-system-start").start(this::start);
  }

  private Instant earliest() {
    return lastTry.equals(Instant.MIN) ? Instant.MIN : lastTry.plus(BETWEEN_TRIES);
  }

  private void start() {
    try {
      log.warn("The system service of Apple's container does not answer; starting it");
      cli.startSystem(PATIENCE);
      log.info("The system service of Apple's container was started");
    } catch (RuntimeFailure failure) {
      if (!closed) {
        log.error(
            "The system service of Apple's container could not be started, and is tried again in"
                + " {} s at the earliest; its instances are out of reach until then. {}",
            BETWEEN_TRIES.toSeconds(),
            failure.getMessage());
      }
    } finally {
      busy.set(false);
    }
  }
}
