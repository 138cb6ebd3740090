package dev.tallyman.transport;

import static java.util.Objects.requireNonNull;

import io.grpc.BindableService;
import io.grpc.ServerInterceptor;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a server offers, and where.
 *
 * @param endpoint where it listens. Port 0 chooses a free one
 * @param services at least one
 * @param interceptors what each call goes through, the first one outermost
 * @param tls certificate and key; required unless the endpoint is local, and not for unix sockets
 * @param grace how long calls may go on when the server is closed
 */
public record ServerSpec(
    Endpoint endpoint,
    List<BindableService> services,
    List<ServerInterceptor> interceptors,
    Optional<TlsServer> tls,
    Duration grace) {

  /** The grace of {@link #of}: 5 s. */
  public static final Duration DEFAULT_GRACE = Duration.ofSeconds(5);

  /**
   * @throws IllegalArgumentException if there is no service or grace is negative
   */
  public ServerSpec {
    requireNonNull(endpoint, "endpoint");
    services = List.copyOf(services);
    interceptors = List.copyOf(interceptors);
    requireNonNull(tls, "tls");
    if (services.isEmpty()) {
      throw new IllegalArgumentException("services: none (expected: at least 1)");
    }
    if (grace.isNegative()) {
      throw new IllegalArgumentException("grace: " + grace + " (expected: 0 s or more)");
    }
  }

  /** The services without interceptors and TLS. */
  public static ServerSpec of(Endpoint endpoint, BindableService... services) {
    return new ServerSpec(endpoint, List.of(services), List.of(), Optional.empty(), DEFAULT_GRACE);
  }

  /** The same with these interceptors, the first one outermost. */
  public ServerSpec withInterceptors(List<ServerInterceptor> others) {
    return new ServerSpec(endpoint, services, others, tls, grace);
  }

  /** The same with TLS. */
  public ServerSpec withTls(TlsServer server) {
    return new ServerSpec(endpoint, services, interceptors, Optional.of(server), grace);
  }

  /** The same with another grace. */
  public ServerSpec withGrace(Duration other) {
    return new ServerSpec(endpoint, services, interceptors, tls, other);
  }
}
