package dev.tallyman.compose.load.shape;

import java.net.Inet6Address;
import java.util.regex.Pattern;

/** Addresses as text; never asks a name server. */
final class Addresses {

  private static final String BYTE = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
  private static final Pattern IPV4 = Pattern.compile(BYTE + "(?:\\." + BYTE + "){3}");

  private Addresses() {}

  /** Whether the text is an IPv4 or IPv6 address. */
  static boolean isIp(String text) {
    return isIpv4(text) || isIpv6(text);
  }

  /** Whether the text is an IPv4 address. */
  static boolean isIpv4(String text) {
    return IPV4.matcher(text).matches();
  }

  /** Whether the text is an IPv6 address without brackets and zone. */
  static boolean isIpv6(String text) {
    if (text.indexOf(':') < 0 || text.indexOf('%') >= 0 || text.startsWith("[")) {
      return false;
    }
    try {
      return Inet6Address.ofLiteral(text) != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
