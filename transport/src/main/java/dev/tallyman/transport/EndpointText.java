package dev.tallyman.transport;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The rules of an endpoint's text form. */
final class EndpointText {

  static final String UNIX_PREFIX = "unix:";

  private static final String EXPECTED =
      "expected: unix:/path/to/socket, host:port or [IPv6 address]:port";
  private static final Pattern HOST_PORT =
      Pattern.compile(
          "(?:\\[(?<v6>[^\\[\\]/]*:[^\\[\\]/]*)]|(?<host>[^:\\[\\]/]+)):(?<port>[0-9]{1,5})");
  private static final Pattern HOST_NAME =
      Pattern.compile(
          "(?=.{1,253}$)[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
              + "(?:\\.[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*\\.?");

  private EndpointText() {}

  static Endpoint parse(String text) {
    requireNonNull(text, "text");
    if (text.startsWith(UNIX_PREFIX)) {
      return new Endpoint.UnixSocket(Path.of(text.substring(UNIX_PREFIX.length())));
    }
    Matcher parts = HOST_PORT.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException("endpoint: \"" + text + "\" (" + EXPECTED + ")");
    }
    String v6 = parts.group("v6");
    String host = v6 != null ? v6 : parts.group("host");
    try {
      return new Endpoint.HostPort(host, Integer.parseInt(parts.group("port")));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("endpoint: \"" + text + "\": " + e.getMessage(), e);
    }
  }

  static boolean isHostName(String host) {
    return HOST_NAME.matcher(host).matches();
  }

  static Optional<InetAddress> literal(String host) {
    try {
      return Optional.of(InetAddress.ofLiteral(host));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /** Size of sun_path less the closing NUL. */
  static int maxSocketPathBytes() {
    return System.getProperty("os.name", "").startsWith("Mac") ? 103 : 107;
  }
}
