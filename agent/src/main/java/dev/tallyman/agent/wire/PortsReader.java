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

/** Reads the ports of one workload. */
final class PortsReader {

  private static final String LOOPBACK = "127.0.0.1";

  private PortsReader() {}

  private record Listener(InetAddress address, int port, Protocol protocol) {}

  static List<PortBinding> read(List<Port> messages, FieldFaults faults) {
    faults.addIfMore("spec.ports", messages.size(), "ports", Bounds.PORTS);
    List<PortBinding> ports = new ArrayList<>(messages.size());
    Map<Listener, Integer> listeners = new HashMap<>();
    for (int i = 0; i < messages.size(); i++) {
      String field = "spec.ports[" + i + "]";
      Port message = messages.get(i);
      int containerPort =
          Numbers.port(field + ".container_port", message.getContainerPort(), faults);
      int hostPort = Numbers.portOrAny(field + ".host_port", message.getHostPort(), faults);
      String hostIp = message.getHostIp().isEmpty() ? LOOPBACK : message.getHostIp();
      Optional<InetAddress> address = Addresses.parse(hostIp);
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

  private static Protocol protocol(String field, Port message, FieldFaults faults) {
    return switch (message.getProtocol()) {
      case PORT_PROTOCOL_UNSPECIFIED, PORT_PROTOCOL_TCP -> Protocol.TCP;
      case PORT_PROTOCOL_UDP -> Protocol.UDP;
      case UNRECOGNIZED -> {
        faults.add(field, message.getProtocolValue(), Texts.words(PortProtocol.values()));
        yield Protocol.TCP;
      }
    };
  }
}
