package dev.tallyman.controlplane;

import static java.util.Objects.requireNonNull;

import dev.tallyman.transport.Endpoint;
import dev.tallyman.transport.TlsServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a control plane needs to know. {@link ControlPlaneSettings} reads it.
 *
 * @param listen where nodes and people find it, at least one; unix sockets and TCP ports
 * @param storeFolder where it keeps its data; is created with mode 0700 if there is none
 * @param tls certificate and key for the TCP ports; required if one of them is not local
 * @param tokensFile known tokens, see {@link dev.tallyman.controlplane.auth.Tokens}; calls over TCP
 *     then need one. Required if a port is not local. Over unix sockets nobody needs a token, as
 *     only this user and root can connect
 * @param leaseDuration how long a node counts as alive after it was heard of; {@link #MIN_LEASE} to
 *     {@link #MAX_LEASE}
 * @param version of the program, as nodes are told
 */
public record ControlPlaneConfig(
    List<Endpoint> listen,
    Path storeFolder,
    Optional<TlsServer> tls,
    Optional<Path> tokensFile,
    Duration leaseDuration,
    String version) {

  /** Time of a lease unless another is configured: 40 s. */
  public static final Duration DEFAULT_LEASE = Duration.ofSeconds(40);

  /** Shortest lease. */
  public static final Duration MIN_LEASE = Duration.ofSeconds(4);

  /** Longest lease. */
  public static final Duration MAX_LEASE = Duration.ofMinutes(10);

  /**
   * @throws IllegalArgumentException if there is nothing to listen on, the lease is out of bounds,
   *     or a port that is not local comes without TLS or tokens
   */
  public ControlPlaneConfig {
    listen = List.copyOf(listen);
    requireNonNull(storeFolder, "storeFolder");
    requireNonNull(tls, "tls");
    requireNonNull(tokensFile, "tokensFile");
    requireNonNull(version, "version");
    if (listen.isEmpty()) {
      throw new IllegalArgumentException("listen: nothing (expected: at least one endpoint)");
    }
    if (leaseDuration.compareTo(MIN_LEASE) < 0 || leaseDuration.compareTo(MAX_LEASE) > 0) {
      throw new IllegalArgumentException(
          "leaseDuration: %s (expected: %s to %s)".formatted(leaseDuration, MIN_LEASE, MAX_LEASE));
    }
    for (Endpoint endpoint : listen) {
      Optional<String> lack = lack(endpoint, tls, tokensFile);
      if (lack.isPresent()) {
        throw new IllegalArgumentException("listen: " + lack.get());
      }
    }
  }

  /** What an endpoint needs and has not. */
  static Optional<String> lack(
      Endpoint endpoint, Optional<TlsServer> tls, Optional<Path> tokensFile) {
    if (endpoint.isLocal() || (tls.isPresent() && tokensFile.isPresent())) {
      return Optional.empty();
    }
    return Optional.of(
        endpoint
            + " (expected: a unix socket or loopback address, unless there are a TLS certificate, its key and a tokens file)");
  }
}
