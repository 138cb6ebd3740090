package dev.tallyman.transport;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;

/**
 * What a server proves its name with. Both files are read once, when the server starts.
 *
 * @param certificateChain PEM file: the server's certificate first, then those between it and the
 *     authority
 * @param privateKey PEM file with the unencrypted PKCS#8 key; must not be readable by group or
 *     others
 */
public record TlsServer(Path certificateChain, Path privateKey) {

  public TlsServer {
    requireNonNull(certificateChain, "certificateChain");
    requireNonNull(privateKey, "privateKey");
  }
}
