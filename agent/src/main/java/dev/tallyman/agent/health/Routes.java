package dev.tallyman.agent.health;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.tallyman.runtime.PortBinding;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Finds the way to a port of an instance. An address is used only when this host has a leg in its
 * subnet: what an engine in a virtual machine or in a rootless namespace calls an address may be
 * somebody else's on this host's network. Safe for any threads.
 */
final class Routes {

  private static final String THIS_HOST = "";

  /** Reading a host's legs takes longer than a probe, the more instances there are. */
  private static final Duration LEGS_HOLD = Duration.ofSeconds(1);

  private final LoadingCache<String, List<InterfaceAddress>> legs =
      Caffeine.newBuilder().expireAfterWrite(LEGS_HOLD).build(Routes::legsOf);

  /** The way to a port of an instance. */
  Route to(Prober.Subject subject, int port) {
    if (subject.place() == Prober.Place.HOST) {
      return socket("127.0.0.1", port, "port " + port + " of the host");
    }
    Optional<String> near =
        subject.addresses().values().stream().sorted().filter(this::isNear).findFirst();
    if (near.isPresent()) {
      return socket(near.get(), port, "its address " + near.get() + ", port " + port);
    }
    return subject.ports().stream()
        .filter(p -> p.containerPort() == port && p.hostPort() > 0)
        .filter(p -> p.protocol() == PortBinding.Protocol.TCP)
        .findFirst()
        .<Route>map(
            p -> socket(local(p.hostIp()), p.hostPort(), "its published port " + p.hostPort()))
        .orElseGet(() -> new Route.Inside(port));
  }

  private static Route socket(String address, int port, String words) {
    return new Route.Socket(new InetSocketAddress(InetAddress.ofLiteral(address), port), words);
  }

  /** Whoever listens on all addresses listens on the loopback as well. */
  private static String local(String hostIp) {
    return switch (hostIp) {
      case "", "0.0.0.0" -> "127.0.0.1";
      case "::" -> "::1";
      default -> hostIp;
    };
  }

  private boolean isNear(String address) {
    try {
      byte[] wanted = InetAddress.ofLiteral(address).getAddress();
      return legs.get(THIS_HOST).stream().anyMatch(leg -> sharesPrefix(leg, wanted));
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  private static List<InterfaceAddress> legsOf(String thisHost) {
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(i -> i.getInterfaceAddresses().stream())
          .toList();
    } catch (SocketException _) {
      return List.of();
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
}
