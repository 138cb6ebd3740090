package dev.tallyman.compose.translate;

import dev.tallyman.config.fault.Suggestions;
import dev.tallyman.proto.v1.Network;
import dev.tallyman.proto.v1.Subnet;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The networks of a project. */
final class Networks {

  private final Map<String, Network> byKey = new LinkedHashMap<>();
  private final Findings findings;

  private Networks(Findings findings) {
    this.findings = findings;
  }

  /** Reads the networks of a project. */
  static Networks read(Fields top, Findings findings) {
    Networks networks = new Networks(findings);
    Map<String, Placed<Network>> byName = new HashMap<>();
    top.named("networks", ProjectKeys.NETWORK)
        .forEach((key, fields) -> {
          Network network = networks.network(key, fields);
          networks.byKey.put(key, network);
          Placed<Network> before =
              byName.putIfAbsent(
                  network.getName(), new Placed<>(network, fields.place(), fields.path()));
          if (before != null && !before.value().equals(network)) {
            findings.refuse(
                fields.self(),
                "describes %s in another way than %s at %s"
                    .formatted(network.getName(), before.path(), before.place()));
          }
        });
    return networks;
  }

  /** The network with that key; a fault where there is none. */
  Optional<Network> find(Placed<String> key) {
    Network network = byKey.get(key.value());
    if (network == null) {
      findings.refuse(
          key,
          "there is no network %s under networks:%s"
              .formatted(key.value(), Suggestions.didYouMean(key.value(), byKey.keySet())));
    }
    return Optional.ofNullable(network);
  }

  private Network network(String key, Fields fields) {
    Network.Builder network = Network.newBuilder();
    network.setName(
        Form.NETWORK_NAME.check(fields.text("name").orElse(fields.self().with(key)), findings));
    fields.text("driver").ifPresent(driver -> network.setDriver(Form.WORD.check(driver, findings)));
    network.putAllDriverOptions(fields.textMap("driver_opts"));
    network.putAllLabels(Labels.read(fields, findings));
    network.setInternal(on(fields, "internal"));
    network.setAttachable(on(fields, "attachable"));
    network.setIpv6(on(fields, "enable_ipv6"));
    fields
        .flag("enable_ipv4")
        .filter(flag -> !flag.value())
        .ifPresent(
            flag -> findings.refuse(flag, "not supported: networks without IPv4; remove it"));
    fields.section("ipam", ProjectKeys.IPAM).ifPresent(ipam -> ipam(ipam, network));
    boolean external = External.read(fields, findings);
    fields.close();
    if (!external) {
      return network.build();
    }
    Network nothingElse = Network.newBuilder().setName(network.getName()).setExternal(true).build();
    if (!network.setExternal(true).build().equals(nothingElse)) {
      findings.refuse(
          fields.self(),
          "external: true and other keys than name: contradict each other; the network is not made here");
    }
    return nothingElse;
  }

  private void ipam(Fields ipam, Network.Builder network) {
    ipam.text("driver")
        .filter(driver -> !driver.value().equals("default"))
        .ifPresent(driver -> findings.bad(driver, "default; other drivers are not supported"));
    List<Fields> ranges = ipam.sections("config", ProjectKeys.SUBNET);
    ranges.forEach(range -> network.addSubnets(subnet(range)));
    ipam.close();
  }

  private Subnet subnet(Fields range) {
    Subnet.Builder subnet = Subnet.newBuilder();
    Optional<Placed<String>> cidr = range.text("subnet");
    if (cidr.isEmpty()) {
      findings.refuse(range.self(), "subnet: missing (expected: a range like 172.28.0.0/16)");
    }
    Optional<AddressRange> whole = cidr.flatMap(text -> AddressRange.parse(text.value()));
    cidr.filter(_ -> whole.isEmpty())
        .ifPresent(text -> findings.bad(text, "a range like 172.28.0.0/16"));
    cidr.ifPresent(text -> subnet.setSubnet(text.value()));
    range
        .text("ip_range")
        .ifPresent(text -> {
          Optional<AddressRange> part = AddressRange.parse(text.value());
          if (part.isEmpty() || whole.filter(known -> !known.contains(part.get())).isPresent()) {
            findings.bad(text, "a range within the subnet, like 172.28.5.0/24");
          }
          subnet.setIpRange(text.value());
        });
    range
        .text("gateway")
        .ifPresent(text -> {
          Optional<InetAddress> address = AddressRange.address(text.value());
          if (address.isEmpty()
              || whole.filter(known -> !known.contains(address.get())).isPresent()) {
            findings.bad(text, "an address within the subnet");
          }
          subnet.setGateway(text.value());
        });
    range.close();
    return subnet.build();
  }

  private static boolean on(Fields fields, String key) {
    return fields.flag(key).map(Placed::value).orElse(false);
  }
}
