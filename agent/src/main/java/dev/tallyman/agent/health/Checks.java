package dev.tallyman.agent.health;

import dev.tallyman.agent.model.Probe;
import dev.tallyman.runtime.ContainerRuntime;
import dev.tallyman.runtime.ExecRequest;
import dev.tallyman.runtime.ExecResult;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.transport.InstanceChannels;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;

/** Asks an instance once. Safe for any threads, which it blocks until the timeout at most. */
final class Checks implements AutoCloseable {

  /** Commands that one engine is given at a time: each costs it processes of its own. */
  private static final int COMMANDS_AT_ONCE = 8;

  private static final int LONGEST_OUTPUT = 200;

  private final Function<String, Optional<ContainerRuntime>> runtimes;
  private final InstanceHttp http = new InstanceHttp();
  private final Routes routes = new Routes();
  private final Semaphore commands = new Semaphore(COMMANDS_AT_ONCE, true);

  /** Checks of instances at these runtimes. */
  Checks(Function<String, Optional<ContainerRuntime>> runtimes) {
    this.runtimes = runtimes;
  }

  /**
   * Asks once.
   *
   * @throws InterruptedException if the thread was interrupted
   */
  Outcome ask(Prober.Subject subject, Probe.Check check, Duration timeout)
      throws InterruptedException {
    return switch (check) {
      case Probe.Exec exec -> command(subject, exec.command(), timeout, "its command");
      case Probe.Tcp tcp ->
          switch (routes.to(subject, tcp.port())) {
            case Route.Socket route -> connect(route, timeout);
            case Route.Inside inside ->
                command(subject, Route.tcpInside(inside.port()), timeout, "nc inside");
          };
      case Probe.Http request ->
          switch (routes.to(subject, request.port())) {
            case Route.Socket route -> get(route, request, timeout);
            case Route.Inside _ -> command(subject, fetchInside(request), timeout, "wget inside");
          };
      case Probe.Grpc grpc ->
          switch (routes.to(subject, grpc.port())) {
            case Route.Socket route -> health(route, grpc, timeout);
            case Route.Inside _ ->
                Outcome.fails(
                    "port "
                        + grpc.port()
                        + " cannot be reached from the host; publish it, or use an exec probe");
          };
    };
  }

  private Outcome command(
      Prober.Subject subject, List<String> command, Duration timeout, String what)
      throws InterruptedException {
    Optional<ContainerRuntime> runtime = runtimes.apply(subject.runtime());
    if (runtime.isEmpty()) {
      return Outcome.fails("runtime " + subject.runtime() + " is not connected");
    }
    commands.acquire();
    try {
      ExecResult result = runtime.get().exec(subject.uid(), new ExecRequest(command, timeout));
      return result.exitCode() == 0
          ? Outcome.works("asked by " + what)
          : Outcome.fails(what + " ended with code " + result.exitCode() + said(result.output()));
    } catch (RuntimeFailure.Cancelled cancelled) {
      throw new InterruptedException(cancelled.getMessage());
    } catch (RuntimeFailure.TimedOut _) {
      return Outcome.fails(what + " did not end within " + timeout.toMillis() + " ms");
    } catch (RuntimeFailure failure) {
      return Outcome.fails(what + " could not be run: " + failure.getMessage());
    } finally {
      commands.release();
    }
  }

  private static String said(String output) {
    String line = output.strip().replaceAll("\\s+", " ");
    if (line.isEmpty()) {
      return "";
    }
    return ": " + (line.length() > LONGEST_OUTPUT ? line.substring(0, LONGEST_OUTPUT) : line);
  }

  private static Outcome connect(Route.Socket route, Duration timeout) throws InterruptedException {
    try (Socket socket = new Socket()) {
      socket.connect(route.address(), millis(timeout));
      return Outcome.works("asked by " + route.words());
    } catch (IOException e) {
      throwIfInterrupted();
      return Outcome.fails("no connection by " + route.words() + ": " + e.getMessage());
    }
  }

  private Outcome get(Route.Socket route, Probe.Http check, Duration timeout)
      throws InterruptedException {
    String scheme = scheme(check);
    try {
      int status = http.status(route.address(), check, timeout);
      return status >= 200 && status < 400
          ? Outcome.works("asked by " + route.words())
          : Outcome.fails(
              scheme + " " + check.path() + " by " + route.words() + ": status " + status);
    } catch (IOException e) {
      throwIfInterrupted();
      return Outcome.fails(
          scheme + " " + check.path() + " by " + route.words() + ": " + e.getMessage());
    }
  }

  /** An interrupt closes the socket; that is no word of the instance. */
  private static void throwIfInterrupted() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("a probe was ended");
    }
  }

  private static String scheme(Probe.Http check) {
    return switch (check.scheme()) {
      case HTTP -> "http";
      case HTTPS -> "https";
    };
  }

  private static List<String> fetchInside(Probe.Http check) {
    String scheme = scheme(check);
    Stream<String> headers =
        check.headers().entrySet().stream()
            .flatMap(h -> Stream.of("--header", h.getKey() + ": " + h.getValue()));
    String url = scheme + "://127.0.0.1:" + check.port() + check.path();
    return Stream.of(Stream.of("wget", "-q", "-O", "/dev/null"), headers, Stream.of(url))
        .flatMap(part -> part)
        .toList();
  }

  private static Outcome health(Route.Socket route, Probe.Grpc check, Duration timeout)
      throws InterruptedException {
    ManagedChannel channel = InstanceChannels.open(route.address());
    try {
      ServingStatus status =
          HealthGrpc.newBlockingStub(channel)
              .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS)
              .check(HealthCheckRequest.newBuilder().setService(check.service()).build())
              .getStatus();
      return status == ServingStatus.SERVING
          ? Outcome.works("asked by " + route.words())
          : Outcome.fails("grpc by " + route.words() + ": " + status);
    } catch (StatusRuntimeException e) {
      throwIfInterrupted();
      return Outcome.fails("grpc by " + route.words() + ": " + e.getStatus().getCode());
    } finally {
      channel.shutdownNow();
    }
  }

  @Override
  public void close() {
    http.close();
  }

  private static int millis(Duration timeout) {
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, timeout.toMillis()));
  }
}
