package dev.tallyman.compose.translate;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A range of IP addresses.
 *
 * @param base an address in it
 * @param bits how many of its first bits all have in common
 */
record AddressRange(InetAddress base, int bits) {

  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
  private static final Pattern RANGE = Pattern.compile("([0-9A-Fa-f.:]+)/(\\d{1,3})");

  /** An address of IPv4 or IPv6, without a zone; nothing is looked up. */
  static Optional<InetAddress> address(String text) {
    boolean ipv6 = text.indexOf(':') >= 0 && text.indexOf('%') < 0;
    // Java also takes addresses of fewer parts, which engines do not.
    if (!ipv6 && !IPV4.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.ofLiteral(text));
    } catch (IllegalArgumentException notAnAddress) {
      return Optional.empty();
    }
  }

  /** A range in CIDR form. */
  static Optional<AddressRange> parse(String text) {
    Matcher matcher = RANGE.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int bits = Integer.parseInt(matcher.group(2));
    return address(matcher.group(1))
        .filter(address -> bits <= address.getAddress().length * Byte.SIZE)
        .map(address -> new AddressRange(address, bits));
  }

  boolean contains(InetAddress address) {
    int length = base.getAddress().length;
    if (address.getAddress().length != length) {
      return false;
    }
    int rest = length * Byte.SIZE - bits;
    return new BigInteger(1, base.getAddress())
        .shiftRight(rest)
        .equals(new BigInteger(1, address.getAddress()).shiftRight(rest));
  }

  boolean contains(AddressRange other) {
    return other.bits >= bits && contains(other.base);
  }
}
