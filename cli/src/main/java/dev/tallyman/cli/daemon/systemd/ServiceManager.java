package dev.tallyman.cli.daemon.systemd;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * systemd, if it started this process and wants to hear from it; else nobody. What cannot be told
 * is logged once and changes nothing: a daemon never fails because of who watches it. Safe for any
 * threads.
 */
public final class ServiceManager implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ServiceManager.class);

  private static final String SOCKET = "NOTIFY_SOCKET";
  private static final String WATCHDOG = "WATCHDOG_USEC";
  private static final String WATCHDOG_PID = "WATCHDOG_PID";

  private final ReentrantLock lock = new ReentrantLock();
  private final Optional<Duration> watchdog;
  private Optional<NotifySocket> socket;
  private String status = "";
  private boolean hasFailed;

  private ServiceManager(Optional<NotifySocket> socket, Optional<Duration> watchdog) {
    this.socket = socket;
    this.watchdog = watchdog;
  }

  /**
   * Who watches over the process with this environment.
   *
   * @param pid of the process; a watchdog may be meant for another one
   */
  public static ServiceManager of(Map<String, String> environment, long pid) {
    Optional<String> address =
        Optional.ofNullable(environment.get(SOCKET)).filter(text -> !text.isEmpty());
    try {
      Optional<NotifySocket> socket =
          address.isPresent() ? Optional.of(NotifySocket.open(address.get())) : Optional.empty();
      return new ServiceManager(
          socket, socket.isPresent() ? watchdog(environment, pid) : Optional.empty());
    } catch (IOException e) {
      log.warn("{}: {}; the service manager is not told how it goes", SOCKET, e.getMessage());
      return new ServiceManager(Optional.empty(), Optional.empty());
    }
  }

  private static Optional<Duration> watchdog(Map<String, String> environment, long pid) {
    boolean isForMe =
        Optional.ofNullable(environment.get(WATCHDOG_PID))
            .map(Long.toString(pid)::equals)
            .orElse(true);
    if (!isForMe) {
      return Optional.empty();
    }
    try {
      return Optional.ofNullable(environment.get(WATCHDOG))
          .map(Long::parseLong)
          .filter(micros -> micros > 0)
          .map(micros -> Duration.ofNanos(micros * 1_000));
    } catch (NumberFormatException e) {
      log.warn(
          "{}: {} (expected: a number of microseconds); no signs of life are sent",
          WATCHDOG,
          environment.get(WATCHDOG));
      return Optional.empty();
    }
  }

  /** Whether somebody listens. */
  public boolean isThere() {
    return socket.isPresent();
  }

  /** Without a sign of life for this long the process is killed; empty for no such rule. */
  public Optional<Duration> watchdog() {
    return watchdog;
  }

  /** The daemon serves. */
  public void ready() {
    tell("READY=1");
  }

  /** The daemon lives. */
  public void alive() {
    tell("WATCHDOG=1");
  }

  /** How it goes, in one line; the same line again is not sent. */
  public void status(String line) {
    lock.lock();
    try {
      String oneLine = line.replace('\n', ' ');
      if (!oneLine.equals(status)) {
        status = oneLine;
        send("STATUS=" + oneLine);
      }
    } finally {
      lock.unlock();
    }
  }

  /** The daemon ends, in an orderly way. */
  public void stopping() {
    tell("STOPPING=1");
  }

  /** The end takes longer; the service manager waits this long from now on. */
  public void extend(Duration time) {
    tell("EXTEND_TIMEOUT_USEC=" + time.toNanos() / 1_000);
  }

  private void tell(String message) {
    lock.lock();
    try {
      send(message);
    } finally {
      lock.unlock();
    }
  }

  private void send(String message) {
    if (socket.isEmpty()) {
      return;
    }
    try {
      socket.get().send(message);
      hasFailed = false;
    } catch (IOException e) {
      if (!hasFailed) {
        hasFailed = true;
        log.warn(
            "The service manager cannot be told {}: {}; it is told again later",
            message,
            e.getMessage());
      }
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      socket.ifPresent(NotifySocket::close);
      socket = Optional.empty();
    } finally {
      lock.unlock();
    }
  }
}
