package dev.tallyman.compose.translate;

import dev.tallyman.proto.v1.Port;
import dev.tallyman.proto.v1.PortProtocol;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Published ports. Compose listens on all addresses where none is given, and so does this; only the
 * contract's own default is the loopback.
 *
 * <p>A range of host ports for one container port gives each replica its own, in their order.
 */
final class PortsTranslator {

  private static final int LAST_PORT = 65_535;
  private static final String ALL_ADDRESSES = "0.0.0.0";
  private static final Pattern RANGE = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?");

  private record Listener(int port, PortProtocol protocol, boolean ipv6) {}

  private record Taken(String address, Placed<?> by) {}

  private final Map<Listener, List<Taken>> taken = new HashMap<>();
  private final Findings findings;

  /** A translator for all services of one stack, which share the ports of the host. */
  PortsTranslator(Findings findings) {
    this.findings = findings;
  }

  /** The ports of each replica, in the order of the replicas. */
  List<List<Port>> translate(Service service) {
    List<Fields> entries = service.fields().sections("ports", ServiceKeys.PORT);
    int replicas = service.replicas().value();
    List<List<Port>> ports = new ArrayList<>();
    for (int i = 0; i < replicas; i++) {
      ports.add(new ArrayList<>());
    }
    entries.forEach(entry -> entry(entry, service, ports));
    if (!entries.isEmpty()) {
      refuseWithoutNetwork(service, entries.getFirst());
    }
    return ports;
  }

  private void refuseWithoutNetwork(Service service, Fields first) {
    service
        .networkMode()
        .filter(mode -> !mode.value().equals("bridge") && !mode.value().equals("default"))
        .ifPresent(mode ->
            findings.refuse(
                first.self(),
                "no port can be published with network_mode: %s at %s; %s"
                    .formatted(
                        mode.value(),
                        mode.place(),
                        mode.value().equals("host")
                            ? "each of its ports is the host's already: remove ports:"
                            : "publish it where the network is, or remove ports:")));
  }

  private void entry(Fields entry, Service service, List<List<Port>> ports) {
    Optional<Placed<Long>> target = entry.number("target", 1, LAST_PORT);
    if (target.isEmpty() && !entry.has("target")) {
      findings.refuse(entry.self(), "target: missing (expected: the port of the container)");
    }
    // Port 0 is any free one, as if nothing were written.
    Optional<Placed<String>> published =
        entry.text("published").filter(port -> !port.value().equals("0"));
    Optional<PortProtocol> protocol = protocol(entry);
    Placed<String> address = entry.text("host_ip").orElse(entry.self().with(ALL_ADDRESSES));
    Optional<InetAddress> parsed = address(address);
    entry
        .text("mode")
        .ifPresent(mode -> Extension.oneOf(mode, List.of("host", "ingress"), findings));
    entry.close();
    if (target.isEmpty() || protocol.isEmpty() || parsed.isEmpty()) {
      return;
    }
    Port.Builder port =
        Port.newBuilder()
            .setContainerPort(target.get().value().intValue())
            .setHostIp(address.value())
            .setProtocol(protocol.get());
    if (published.isEmpty()) {
      ports.forEach(replica -> replica.add(port.build()));
      return;
    }
    range(published.get())
        .ifPresent(range -> publish(published.get(), range, service, port, ports));
  }

  private record Range(int first, int last) {
    int size() {
      return last - first + 1;
    }
  }

  private void publish(
      Placed<String> published,
      Range range,
      Service service,
      Port.Builder port,
      List<List<Port>> ports) {
    if (range.size() < ports.size()) {
      findings.refuse(
          published,
          "%s for %d replicas (%s); leave published: out, so that the engine chooses, or give a range"
              .formatted(published.value(), ports.size(), service.replicas().place()));
      return;
    }
    if (range.size() > ports.size() && !ports.isEmpty()) {
      findings.warn(
          published.place(),
          published.path(),
          "%s: only %d of these ports is used, the first for each replica"
              .formatted(published.value(), ports.size()));
    }
    for (int i = 0; i < ports.size(); i++) {
      Port each = port.setHostPort(range.first() + i).build();
      claim(each, published);
      ports.get(i).add(each);
    }
  }

  private void claim(Port port, Placed<String> published) {
    Listener listener =
        new Listener(port.getHostPort(), port.getProtocol(), port.getHostIp().indexOf(':') >= 0);
    List<Taken> others = taken.computeIfAbsent(listener, _ -> new ArrayList<>());
    others.stream()
        .filter(other -> overlaps(other.address(), port.getHostIp()))
        .findFirst()
        .ifPresent(other ->
            findings.refuse(
                published,
                "port %d of the host is published by %s at %s already"
                    .formatted(port.getHostPort(), other.by().path(), other.by().place())));
    others.add(new Taken(port.getHostIp(), published));
  }

  private static boolean overlaps(String one, String other) {
    return isAll(one)
        || isAll(other)
        || InetAddress.ofLiteral(one).equals(InetAddress.ofLiteral(other));
  }

  private static boolean isAll(String address) {
    return InetAddress.ofLiteral(address).isAnyLocalAddress();
  }

  private Optional<Range> range(Placed<String> published) {
    Matcher matcher = RANGE.matcher(published.value());
    if (matcher.matches()) {
      int first = Integer.parseInt(matcher.group(1));
      int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
      if (first >= 1 && last >= first && last <= LAST_PORT) {
        return Optional.of(new Range(first, last));
      }
    }
    findings.bad(published, "a port of 1 to 65535, or a range such as 8000-8010");
    return Optional.empty();
  }

  private Optional<PortProtocol> protocol(Fields entry) {
    Optional<Placed<String>> word = entry.text("protocol");
    return switch (word.map(Placed::value).orElse("tcp")) {
      case "tcp" -> Optional.of(PortProtocol.PORT_PROTOCOL_TCP);
      case "udp" -> Optional.of(PortProtocol.PORT_PROTOCOL_UDP);
      default -> {
        word.ifPresent(other -> findings.bad(other, "tcp or udp; no other is supported"));
        yield Optional.empty();
      }
    };
  }

  private Optional<InetAddress> address(Placed<String> text) {
    Optional<InetAddress> address = AddressRange.address(text.value());
    if (address.isEmpty()) {
      findings.bad(text, "an IPv4 or IPv6 address of the host");
    }
    return address;
  }
}
