package dev.tallyman.transport;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a server listens: a unix socket or a TCP port. Its {@code toString} gives the text form
 * that {@link #parse} reads.
 */
public sealed interface Endpoint permits Endpoint.UnixSocket, Endpoint.HostPort {

  /**
   * Reads the text form: {@code unix:/run/tallyman/agent.sock}, {@code localhost:7400}, {@code
   * 10.0.0.7:7400} or {@code [::1]:7400}.
   *
   * @throws IllegalArgumentException naming the text and what is expected
   */
  static Endpoint parse(String text) {
    return EndpointText.parse(text);
  }

  /**
   * Says whether what is sent there cannot leave this host: a unix socket, a loopback address, or
   * the name {@code localhost}, which is never looked up but always means 127.0.0.1.
   */
  boolean isLocal();

  /**
   * A unix socket.
   *
   * @param path absolute path of the socket's file, short enough for the operating system (107
   *     bytes on Linux, 103 on macOS)
   */
  record UnixSocket(Path path) implements Endpoint {

    /**
     * @throws IllegalArgumentException if the path is relative or too long
     */
    public UnixSocket {
      requireNonNull(path, "path");
      if (!path.isAbsolute()) {
        throw new IllegalArgumentException(
            "unix socket: " + path + " (expected: an absolute path, as unix:/run/name.sock)");
      }
      int bytes = path.toString().getBytes(StandardCharsets.UTF_8).length;
      int bound = EndpointText.maxSocketPathBytes();
      if (bytes > bound) {
        throw new IllegalArgumentException(
            "unix socket: %s has %d bytes (expected: at most %d, a bound of the operating system; choose a shorter folder)"
                .formatted(path, bytes, bound));
      }
    }

    @Override
    public boolean isLocal() {
      return true;
    }

    @Override
    public String toString() {
      return EndpointText.UNIX_PREFIX + path;
    }
  }

  /**
   * A TCP port.
   *
   * @param host a host name or an address literal, IPv6 without brackets
   * @param port 1 to 65535; 0 lets a server choose a free one and is of no use to a client
   */
  record HostPort(String host, int port) implements Endpoint {

    /**
     * @throws IllegalArgumentException if host is neither a name nor an address, or port is out of
     *     bounds
     */
    public HostPort {
      requireNonNull(host, "host");
      if (!EndpointText.isHostName(host) && EndpointText.literal(host).isEmpty()) {
        throw new IllegalArgumentException(
            "host: \"" + host + "\" (expected: a host name or an address)");
      }
      if (port < 0 || port > 65535) {
        throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
      }
    }

    @Override
    public boolean isLocal() {
      return address().map(InetAddress::isLoopbackAddress).orElse(false);
    }

    /** The address, if it is known without asking a name service. */
    Optional<InetAddress> address() {
      return host.equalsIgnoreCase("localhost")
          ? EndpointText.literal("127.0.0.1")
          : EndpointText.literal(host);
    }

    @Override
    public String toString() {
      return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
  }
}
