package dev.tallyman.transport;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How a client checks the server's certificate.
 *
 * @param trustedCa PEM file with the certificates of the authorities to trust; empty: those of the
 *     Java runtime
 * @param serverName name that the certificate must carry; empty: the endpoint's host
 */
public record TlsClient(Optional<Path> trustedCa, Optional<String> serverName) {

  public TlsClient {
    requireNonNull(trustedCa, "trustedCa");
    requireNonNull(serverName, "serverName");
  }

  /** Trusts the authorities in the file, and the endpoint's own host name. */
  public static TlsClient trusting(Path ca) {
    return new TlsClient(Optional.of(ca), Optional.empty());
  }

  /** Trusts the authorities that the Java runtime trusts. */
  public static TlsClient trustingRuntime() {
    return new TlsClient(Optional.empty(), Optional.empty());
  }
}
