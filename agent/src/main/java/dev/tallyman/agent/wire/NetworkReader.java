package dev.tallyman.agent.wire;

import dev.tallyman.agent.wire.Addresses.Range;
import dev.tallyman.proto.v1.Network;
import dev.tallyman.proto.v1.Subnet;
import dev.tallyman.runtime.NetworkSpec;
import dev.tallyman.runtime.NetworkSpec.Trait;
import dev.tallyman.runtime.Ownership;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads a network of a stack. */
final class NetworkReader {

  /** What engines call the network that is none of their own, or no network at all. */
  private static final Set<String> RESERVED = Set.of("default", "host", "none");

  private static final Form NAME =
      Form.of(
          "[A-Za-z0-9][A-Za-z0-9_.-]{0,127}",
          "1 to 128 characters of A-Z, a-z, 0-9, '-', '_' and '.', the first a letter or digit");

  private NetworkReader() {}

  static NetworkSpec read(String field, Network message, FieldFaults faults) {
    String name = NAME.required(field + ".name", message.getName(), faults);
    if (RESERVED.contains(name)) {
      faults.add(field + ".name", name, "no word of the engine's own; the mode says that");
    }
    if (message.getExternal()) {
      return new NetworkSpec(
          name, Ownership.EXTERNAL, Optional.empty(), Map.of(), Set.of(), List.of(), Map.of());
    }
    Set<Trait> traits = EnumSet.noneOf(Trait.class);
    if (message.getInternal()) {
      traits.add(Trait.INTERNAL);
    }
    if (message.getAttachable()) {
      traits.add(Trait.ATTACHABLE);
    }
    if (message.getIpv6()) {
      traits.add(Trait.IPV6);
    }
    return new NetworkSpec(
        name,
        Ownership.STACK,
        Form.WORD.optional(field + ".driver", message.getDriver(), faults),
        Texts.pairs(field + ".driver_options", message.getDriverOptionsMap(), faults),
        traits,
        subnets(field + ".subnets", message.getSubnetsList(), faults),
        Identity.labels(field + ".labels", message.getLabelsMap(), faults));
  }

  /** Whether an address can be fixed in it. Of somebody else's network that is not known. */
  static boolean mayHold(NetworkSpec network, InetAddress address) {
    return switch (network.ownership()) {
      case EXTERNAL -> true;
      case STACK ->
          network.subnets().stream()
              .flatMap(subnet -> Addresses.range(subnet.subnet()).stream())
              .anyMatch(range -> range.contains(address));
    };
  }

  private static List<NetworkSpec.Subnet> subnets(
      String field, List<Subnet> messages, FieldFaults faults) {
    faults.addIfMore(field, messages.size(), "subnets", Bounds.PARTS);
    List<NetworkSpec.Subnet> subnets = new ArrayList<>(messages.size());
    for (int i = 0; i < messages.size(); i++) {
      subnets.add(subnet(field + "[" + i + "]", messages.get(i), faults));
    }
    return subnets;
  }

  private static NetworkSpec.Subnet subnet(String field, Subnet message, FieldFaults faults) {
    Optional<Range> range = Addresses.range(message.getSubnet());
    if (range.isEmpty()) {
      faults.add(field + ".subnet", message.getSubnet(), "an address range as 10.1.0.0/16");
    }
    String gateway = message.getGateway();
    if (!gateway.isEmpty()) {
      Optional<InetAddress> address = Addresses.parse(gateway);
      if (address.isEmpty() || range.filter(known -> !known.contains(address.get())).isPresent()) {
        faults.add(field + ".gateway", gateway, "an address in the subnet, or empty");
      }
    }
    String ipRange = message.getIpRange();
    if (!ipRange.isEmpty()) {
      Optional<Range> part = Addresses.range(ipRange);
      if (part.isEmpty() || range.filter(known -> !known.contains(part.get())).isPresent()) {
        faults.add(field + ".ip_range", ipRange, "an address range in the subnet, or empty");
      }
    }
    return new NetworkSpec.Subnet(message.getSubnet(), given(gateway), given(ipRange));
  }

  private static Optional<String> given(String text) {
    return Optional.of(text).filter(some -> !some.isEmpty());
  }
}
