package dev.tallyman.agent.wire;

import dev.tallyman.proto.v1.Port;
import dev.tallyman.proto.v1.PortProtocol;
import dev.tallyman.runtime.PortBinding;
import dev.tallyman.runtime.PortBinding.Protocol;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the ports of one workload. */
final class PortsReader {

  private static final int LAST_PORT = 65535;
  private static final String LOOPBACK = "127.0.0.1";

  /** Java also takes addresses of fewer parts, which engines do not. */
  private static final Pattern FOUR_PARTS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

  private PortsReader() {}

  private record Listener(InetAddress address, int port, Protocol protocol) {}

  static List<PortBinding> read(List<Port> messages, FieldFaults faults) {
    if (messages.size() > Bounds.PORTS) {
      faults.addDescribed("spec.ports", messages.size() + " ports", "at most " + Bounds.PORTS);
    }
    List<PortBinding> ports = new ArrayList<>(messages.size());
    Map<Listener, Integer> listeners = new HashMap<>();
    for (int i = 0; i < messages.size(); i++) {
      String field = "spec.ports[" + i + "]";
      Port message = messages.get(i);
      int containerPort =
          port(field + ".container_port", message.getContainerPort(), 1, "1 to 65535", faults);
      int hostPort =
          port(field + ".host_port", message.getHostPort(), 0, "0 to 65535; 0: any", faults);
      String hostIp = message.getHostIp().isEmpty() ? LOOPBACK : message.getHostIp();
      Optional<InetAddress> address = address(hostIp);
      if (address.isEmpty()) {
        faults.add(field + ".host_ip", hostIp, "an IPv4 or IPv6 address, or empty");
      }
      Protocol protocol = protocol(field + ".protocol", message, faults);
      if (address.isPresent() && hostPort > 0) {
        Integer before = listeners.putIfAbsent(new Listener(address.get(), hostPort, protocol), i);
        if (before != null) {
          faults.add(
              field + ".host_port",
              hostPort,
              "a port of "
                  + hostIp
                  + " that spec.ports["
                  + before
                  + "] does not have already, for "
                  + protocol);
        }
      }
      ports.add(new PortBinding(containerPort, hostPort, hostIp, protocol));
    }
    return ports;
  }

  /** The port, or the highest one in place of what is none. */
  private static int port(
      String field, int value, int lowest, String expected, FieldFaults faults) {
    if (value < lowest || value > LAST_PORT) {
      faults.add(field, Integer.toUnsignedString(value), expected);
      return LAST_PORT;
    }
    return value;
  }

  private static Optional<InetAddress> address(String text) {
    boolean isIpv6 = text.indexOf(':') >= 0;
    // A zone ("fe80::1%eth0") is nothing that an engine listens on.
    if (isIpv6 ? text.indexOf('%') >= 0 : !FOUR_PARTS.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.ofLiteral(text));
    } catch (IllegalArgumentException notAnAddress) {
      return Optional.empty();
    }
  }

  private static Protocol protocol(String field, Port message, FieldFaults faults) {
    return switch (message.getProtocol()) {
      case PORT_PROTOCOL_UNSPECIFIED, PORT_PROTOCOL_TCP -> Protocol.TCP;
      case PORT_PROTOCOL_UDP -> Protocol.UDP;
      case UNRECOGNIZED -> {
        faults.add(field, message.getProtocolValue(), SpecReader.words(PortProtocol.values()));
        yield Protocol.TCP;
      }
    };
  }
}
