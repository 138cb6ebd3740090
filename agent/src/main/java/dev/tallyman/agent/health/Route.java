package dev.tallyman.agent.health;

import dev.tallyman.runtime.PortBinding;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The way on which a port of an instance is reached. An address is used only when this host has a
 * leg in its subnet: what an engine in a virtual machine or in a rootless namespace calls an
 * address may be somebody else's on this host's network.
 */
sealed interface Route {

  /** A connection from the host. */
  record Socket(InetSocketAddress address, String words) implements Route {}

  /** Only from inside, by a command. */
  record Inside(int port) implements Route {}

  /** The way to a port of an instance. */
  static Route to(Prober.Subject subject, int port) {
    if (subject.place() == Prober.Place.HOST) {
      return socket("127.0.0.1", port, "port " + port + " of the host");
    }
    Optional<String> near =
        subject.addresses().values().stream().sorted().filter(Route::isNear).findFirst();
    if (near.isPresent()) {
      return socket(near.get(), port, "its address " + near.get() + ", port " + port);
    }
    return subject.ports().stream()
        .filter(p -> p.containerPort() == port && p.hostPort() > 0)
        .filter(p -> p.protocol() == PortBinding.Protocol.TCP)
        .findFirst()
        .<Route>map(
            p -> socket(local(p.hostIp()), p.hostPort(), "its published port " + p.hostPort()))
        .orElseGet(() -> new Inside(port));
  }

  private static Route socket(String address, int port, String words) {
    return new Socket(new InetSocketAddress(InetAddress.ofLiteral(address), port), words);
  }

  /** Whoever listens on all addresses listens on the loopback as well. */
  private static String local(String hostIp) {
    return switch (hostIp) {
      case "", "0.0.0.0" -> "127.0.0.1";
      case "::" -> "::1";
      default -> hostIp;
    };
  }

  private static boolean isNear(String address) {
    try {
      byte[] wanted = InetAddress.ofLiteral(address).getAddress();
      return NetworkInterface.networkInterfaces()
          .flatMap(i -> i.getInterfaceAddresses().stream())
          .anyMatch(leg -> sharesPrefix(leg, wanted));
    } catch (IllegalArgumentException | SocketException _) {
      return false;
    }
  }

  private static boolean sharesPrefix(InterfaceAddress leg, byte[] wanted) {
    byte[] own = leg.getAddress().getAddress();
    int bits = leg.getNetworkPrefixLength();
    if (own.length != wanted.length || bits <= 0) {
      return false;
    }
    int whole = bits / 8;
    int rest = bits % 8;
    int mask = rest == 0 ? 0 : 0xFF << (8 - rest);
    return Arrays.equals(own, 0, whole, wanted, 0, whole)
        && (rest == 0 || (own[whole] & mask) == (wanted[whole] & mask));
  }

  /** The command that asks from inside; it needs a shell and one of these programs there. */
  static List<String> tcpInside(int port) {
    return List.of("/bin/sh", "-c", "nc -z 127.0.0.1 " + port + " </dev/null");
  }
}
