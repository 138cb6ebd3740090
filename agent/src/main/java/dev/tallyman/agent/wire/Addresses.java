package dev.tallyman.agent.wire;

import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads addresses of IP. */
final class Addresses {

  /** Java also takes addresses of fewer parts, and with leading zeros, which engines do not. */
  private static final Pattern FOUR_PARTS =
      Pattern.compile("(0|[1-9]\\d{0,2})(\\.(0|[1-9]\\d{0,2})){3}");

  private static final Pattern CIDR = Pattern.compile("([0-9a-fA-F:.]+)/(\\d{1,3})");

  private Addresses() {}

  /** Which kind of address. */
  enum Family {
    IPV4,
    IPV6;

    static Family of(String text) {
      return text.indexOf(':') >= 0 ? IPV6 : IPV4;
    }
  }

  /**
   * An address range.
   *
   * @param base an address in it
   * @param prefix leading bits that all its addresses share
   */
  record Range(InetAddress base, int prefix) {

    Family family() {
      return base.getAddress().length == Integer.BYTES ? Family.IPV4 : Family.IPV6;
    }

    boolean contains(InetAddress address) {
      byte[] ours = base.getAddress();
      byte[] theirs = address.getAddress();
      if (ours.length != theirs.length) {
        return false;
      }
      for (int bit = 0; bit < prefix; bit++) {
        int mask = 0x80 >> bit % Byte.SIZE;
        if (((ours[bit / Byte.SIZE] ^ theirs[bit / Byte.SIZE]) & mask) != 0) {
          return false;
        }
      }
      return true;
    }

    boolean contains(Range other) {
      return other.prefix >= prefix && contains(other.base);
    }
  }

  /** The address of either family, without a zone. */
  static Optional<InetAddress> parse(String text) {
    // A zone ("fe80::1%eth0") is nothing that an engine listens on.
    boolean hasForm =
        switch (Family.of(text)) {
          case IPV4 -> FOUR_PARTS.matcher(text).matches();
          case IPV6 -> text.indexOf('%') < 0;
        };
    if (!hasForm) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.ofLiteral(text));
    } catch (IllegalArgumentException notAnAddress) {
      return Optional.empty();
    }
  }

  /** The address, if it is one of this family. */
  static Optional<InetAddress> parse(String text, Family family) {
    return Family.of(text) == family ? parse(text) : Optional.empty();
  }

  /** The range in CIDR form. */
  static Optional<Range> range(String text) {
    Matcher matcher = CIDR.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int prefix = Integer.parseInt(matcher.group(2));
    return parse(matcher.group(1))
        .filter(base -> prefix <= base.getAddress().length * Byte.SIZE)
        .map(base -> new Range(base, prefix));
  }
}
