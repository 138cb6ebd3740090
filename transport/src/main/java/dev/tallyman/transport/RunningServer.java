package dev.tallyman.transport;

import io.grpc.Server;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A server that listens until it is closed. Safe for use by several threads. */
public final class RunningServer implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RunningServer.class);
  private static final Duration AFTER_FORCE = Duration.ofSeconds(2);

  private final ServerSpec spec;
  private final Server server;
  private final ExecutorService executor;
  private final Optional<SocketFile> file;
  private final AtomicBoolean closed = new AtomicBoolean();

  RunningServer(
      ServerSpec spec, Server server, ExecutorService executor, Optional<SocketFile> file) {
    this.spec = spec;
    this.server = server;
    this.executor = executor;
    this.file = file;
  }

  /** Where it listens: the endpoint that was asked for, with the port that was chosen for 0. */
  public Endpoint endpoint() {
    return switch (spec.endpoint()) {
      case Endpoint.UnixSocket socket -> socket;
      case Endpoint.HostPort hostPort -> new Endpoint.HostPort(hostPort.host(), server.getPort());
    };
  }

  /**
   * Takes no new calls, lets those under way end for the grace of the spec, cancels the rest, and
   * removes the socket's file. Blocks until done or interrupted: then the rest is cancelled at once
   * and the interrupt is kept. A second call does nothing.
   *
   * <p>Streams that a service keeps open on purpose count as calls under way: a service should end
   * them itself first.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    server.shutdown();
    boolean interrupted = false;
    try {
      if (!await(spec.grace())) {
        log.info("{}: calls still under way after {} are cancelled", endpoint(), spec.grace());
      }
    } catch (InterruptedException _) {
      interrupted = true;
    }
    server.shutdownNow();
    try {
      if (!interrupted && !await(AFTER_FORCE)) {
        log.warn("{}: calls do not end although they were cancelled; left behind", endpoint());
      }
    } catch (InterruptedException _) {
      interrupted = true;
    }
    executor.shutdown();
    file.ifPresent(SocketFile::close);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean await(Duration time) throws InterruptedException {
    return server.awaitTermination(time.toNanos(), TimeUnit.NANOSECONDS);
  }
}
