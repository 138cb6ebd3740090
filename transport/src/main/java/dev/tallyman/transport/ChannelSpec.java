package dev.tallyman.transport;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Whom to talk to, and how.
 *
 * @param endpoint the server
 * @param tls how to check the server; empty: plaintext, which only local endpoints may have. Unix
 *     sockets take none
 * @param tokenFile file with the bearer token that goes with each call. It is read again for each
 *     call, so that a token can be replaced while the program runs
 */
public record ChannelSpec(Endpoint endpoint, Optional<TlsClient> tls, Optional<Path> tokenFile) {

  public ChannelSpec {
    requireNonNull(endpoint, "endpoint");
    requireNonNull(tls, "tls");
    requireNonNull(tokenFile, "tokenFile");
  }

  /** The endpoint without TLS and without token. */
  public static ChannelSpec plain(Endpoint endpoint) {
    return new ChannelSpec(endpoint, Optional.empty(), Optional.empty());
  }
}
