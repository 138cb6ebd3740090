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
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Promise;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Asks an instance once, in whatever way leads to it. Nothing here blocks; answers are given on the
 * event loop. Who cancels an answer ends what was begun for it.
 */
final class Checks {

  /** Commands that one engine is given at a time: each costs it processes of its own. */
  private static final int COMMANDS_AT_ONCE = 8;

  private static final int LONGEST_OUTPUT = 200;

  private final Function<String, Optional<ContainerRuntime>> runtimes;
  private final EventLoop loop;
  private final SocketChecks sockets;
  private final Routes routes = new Routes();
  private final Semaphore commands = new Semaphore(COMMANDS_AT_ONCE, true);

  /** Checks of instances at these runtimes. */
  Checks(EventLoop loop, Function<String, Optional<ContainerRuntime>> runtimes) {
    this.loop = loop;
    this.runtimes = runtimes;
    this.sockets = new SocketChecks(loop);
  }

  /** Asks once. That it failed is an outcome, too. */
  Promise<Outcome> ask(Prober.Subject subject, Probe.Check check, Duration timeout) {
    return switch (check) {
      case Probe.Exec exec -> inside(subject, exec.command(), timeout, "its command");
      case Probe.Tcp tcp ->
          switch (routes.to(subject, tcp.port())) {
            case Route.Socket route -> sockets.connect(route, timeout);
            case Route.Inside inside ->
                inside(subject, Route.tcpInside(inside.port()), timeout, "nc inside");
          };
      case Probe.Http request ->
          switch (routes.to(subject, request.port())) {
            case Route.Socket route -> sockets.get(route, request, timeout);
            case Route.Inside _ -> inside(subject, fetchInside(request), timeout, "wget inside");
          };
      case Probe.Grpc grpc ->
          switch (routes.to(subject, grpc.port())) {
            case Route.Socket route ->
                Aside.call(loop, name(subject), () -> health(route, grpc, timeout));
            case Route.Inside _ ->
                loop.<Outcome>newPromise()
                    .setSuccess(
                        Outcome.fails(
                            "port "
                                + grpc.port()
                                + " cannot be reached from the host; publish it, or use an exec"
                                + " probe"));
          };
    };
  }

  private Promise<Outcome> inside(
      Prober.Subject subject, List<String> command, Duration timeout, String what) {
    return Aside.call(loop, name(subject), () -> command(subject, command, timeout, what));
  }

  private static String name(Prober.Subject subject) {
    return "probe " + subject.uid();
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

  private static List<String> fetchInside(Probe.Http check) {
    Stream<String> headers =
        check.headers().entrySet().stream()
            .flatMap(h -> Stream.of("--header", h.getKey() + ": " + h.getValue()));
    String url = check.scheme().word() + "://127.0.0.1:" + check.port() + check.path();
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
      if (Thread.interrupted()) {
        throw new InterruptedException("a probe was ended");
      }
      return Outcome.fails("grpc by " + route.words() + ": " + e.getStatus().getCode());
    } finally {
      channel.shutdownNow();
    }
  }
}
