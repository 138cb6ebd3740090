package dev.tallyman.compose.translate;

import dev.tallyman.config.fault.Suggestions;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import dev.tallyman.proto.v1.HostEntry;
import dev.tallyman.proto.v1.Network;
import dev.tallyman.proto.v1.NetworkAttachment;
import dev.tallyman.proto.v1.NetworkMode;
import dev.tallyman.proto.v1.Networking;
import dev.tallyman.proto.v1.WorkloadSpec;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which network a service has, how it is reached there, and whom it asks for names. */
final class NetworkingTranslator {

  private static final String SERVICE = "service:";

  /** An attachment before it is put into order. */
  private record Candidate(String key, long gateway, long priority, NetworkAttachment built) {}

  private final Model model;
  private final Service service;
  private final Fields fields;
  private final Findings findings;
  private final Networking.Builder networking = Networking.newBuilder();

  private NetworkingTranslator(Model model, Service service) {
    this.model = model;
    this.service = service;
    this.fields = service.fields();
    this.findings = model.findings();
  }

  static void translate(Model model, Service service, WorkloadSpec.Builder spec) {
    NetworkingTranslator translator = new NetworkingTranslator(model, service);
    Optional<Placed<String>> mode = service.networkMode();
    List<Candidate> attachments = translator.attachments();
    if (service.policy().value().cutsNetwork()) {
      translator.networking.setMode(NetworkMode.NETWORK_MODE_NONE);
    } else if (mode.isPresent()) {
      translator.mode(mode.get());
    } else {
      translator.attached(attachments);
    }
    translator.names();
    spec.setNetworking(translator.networking);
  }

  private void mode(Placed<String> mode) {
    if (service.namesNetworks()) {
      findings.refuse(
          mode,
          "%s and networks: contradict each other; leave one of them out".formatted(mode.value()));
    }
    switch (mode.value()) {
      case "none" -> networking.setMode(NetworkMode.NETWORK_MODE_NONE);
      case "host" -> networking.setMode(NetworkMode.NETWORK_MODE_HOST);
      case "bridge", "default" -> networking.setMode(NetworkMode.NETWORK_MODE_ENGINE);
      default ->
          sharedWith(mode)
              .ifPresent(other ->
                  networking.setMode(NetworkMode.NETWORK_MODE_WORKLOAD).setWorkload(other));
    }
    fields
        .text("mac_address")
        .ifPresent(mac ->
            findings.refuse(mac, "no address can be set with network_mode: " + mode.value()));
    if (mode.value().startsWith(SERVICE)) {
      for (String key : List.of("hostname", "dns", "extra_hosts")) {
        fields
            .value(key)
            .filter(value -> Yaml.says(value.value()))
            .ifPresent(value ->
                findings.refuse(
                    value, "is that of the other service with " + mode.value() + "; remove it"));
      }
    }
  }

  /** The workload that {@code service:name} stands for. */
  private Optional<String> sharedWith(Placed<String> mode) {
    if (!mode.value().startsWith(SERVICE)) {
      findings.bad(
          mode,
          mode.value().startsWith("container:")
              ? "service: and a service of this project; containers of others are not supported"
              : "none, host, bridge or service:name; join other networks with networks:");
      return Optional.empty();
    }
    return workload(mode, model, service);
  }

  /** The one workload of the service in {@code service:name}; a fault where there is none. */
  static Optional<String> workload(Placed<String> reference, Model model, Service from) {
    String key = reference.value().substring(SERVICE.length());
    Service other = model.services().get(key);
    if (other == null) {
      model
          .findings()
          .refuse(
              reference,
              "there is no service %s%s"
                  .formatted(key, Suggestions.didYouMean(key, model.services().keySet())));
      return Optional.empty();
    }
    if (key.equals(from.key())) {
      model.findings().refuse(reference, "names the service itself (expected: another one)");
      return Optional.empty();
    }
    if (other.replicas().value() != 1) {
      model
          .findings()
          .refuse(
              reference,
              "%s has %d replicas at %s (expected: one, whose namespace can be shared)"
                  .formatted(key, other.replicas().value(), other.replicas().place()));
      return Optional.empty();
    }
    return Optional.of(other.name());
  }

  private void attached(List<Candidate> attachments) {
    if (attachments.isEmpty()) {
      networking.setMode(NetworkMode.NETWORK_MODE_ENGINE);
      return;
    }
    networking.setMode(NetworkMode.NETWORK_MODE_ATTACHED);
    // The first one is the default route; the rest of the order is only for the eye.
    attachments.sort(
        Comparator.comparingLong(Candidate::gateway)
            .thenComparingLong(Candidate::priority)
            .reversed()
            .thenComparing(Candidate::key));
    Set<String> joined = new HashSet<>();
    for (Candidate attachment : attachments) {
      String name = attachment.built().getNetwork().getName();
      networking.addNetworks(attachment.built());
      if (!joined.add(name) && !name.isEmpty()) {
        findings.refuse(
            fields.self(), "joins the network %s twice, under two keys".formatted(name));
      }
    }
    fields
        .text("mac_address")
        .filter(this::single)
        .ifPresent(mac -> {
          String first = networking.getNetworks(0).getMacAddress();
          if (!first.isEmpty() && !first.equals(mac.value())) {
            findings.refuse(mac, "the first network has " + first + " already");
          }
          networking.getNetworksBuilder(0).setMacAddress(Form.MAC.check(mac, findings));
        });
  }

  private List<Candidate> attachments() {
    List<Candidate> attachments = new ArrayList<>();
    Map<String, Fields> named = fields.named("networks", ServiceKeys.ATTACHMENT);
    named.forEach((key, attachment) -> {
      NetworkAttachment.Builder built = NetworkAttachment.newBuilder();
      Optional<Network> network = model.networks().find(attachment.self().with(key));
      network.ifPresent(built::setNetwork);
      built.addAllAliases(aliases(attachment));
      network.ifPresent(known -> {
        address(attachment, "ipv4_address", Inet4Address.class, known)
            .ifPresent(built::setIpv4Address);
        address(attachment, "ipv6_address", Inet6Address.class, known)
            .ifPresent(built::setIpv6Address);
      });
      attachment
          .text("mac_address")
          .filter(this::single)
          .ifPresent(mac -> built.setMacAddress(Form.MAC.check(mac, findings)));
      long gateway = priority(attachment, "gw_priority");
      long priority = priority(attachment, "priority");
      attachment.close();
      attachments.add(new Candidate(key, gateway, priority, built.build()));
    });
    return attachments;
  }

  private static long priority(Fields attachment, String key) {
    return attachment
        .number(key, Integer.MIN_VALUE, Integer.MAX_VALUE)
        .map(Placed::value)
        .orElse(0L);
  }

  private Set<String> aliases(Fields attachment) {
    Set<String> aliases = new LinkedHashSet<>();
    aliases.add(service.key());
    aliases.add(service.name());
    fields.text("container_name").ifPresent(name -> aliases.add(name.value()));
    attachment
        .texts("aliases")
        .forEach(alias -> aliases.add(Form.HOST_NAME.check(alias, findings)));
    return aliases;
  }

  /** A fixed address; engines give one only out of ranges that were asked for. */
  private Optional<String> address(
      Fields attachment, String key, Class<? extends InetAddress> family, Network network) {
    Optional<Placed<String>> text = attachment.text(key).filter(this::single);
    text.ifPresent(written -> {
      Optional<InetAddress> address =
          AddressRange.address(written.value()).filter(family::isInstance);
      if (address.isEmpty()) {
        findings.bad(written, family == Inet4Address.class ? "an IPv4 address" : "an IPv6 address");
      } else if (!network.getExternal()
          && network.getSubnetsList().stream()
              .flatMap(subnet -> AddressRange.parse(subnet.getSubnet()).stream())
              .noneMatch(range -> range.contains(address.get()))) {
        findings.bad(
            written,
            "an address in a subnet that ipam: of the network names; engines fix no other");
      }
    });
    return text.map(Placed::value);
  }

  private boolean single(Placed<String> address) {
    if (service.replicas().value() <= 1) {
      return true;
    }
    findings.refuse(
        address,
        "%s for %d replicas at %s; leave it out, so that each has its own"
            .formatted(address.value(), service.replicas().value(), service.replicas().place()));
    return false;
  }

  private void names() {
    fields
        .texts("dns")
        .forEach(server -> {
          if (AddressRange.address(server.value()).isEmpty()) {
            findings.bad(server, "an IP address");
          }
          networking.addDnsServers(server.value());
        });
    fields
        .texts("dns_search")
        .forEach(domain -> networking.addDnsSearches(Form.SEARCH_DOMAIN.check(domain, findings)));
    fields
        .texts("dns_opt")
        .forEach(option -> networking.addDnsOptions(Form.RESOLVER_OPTION.check(option, findings)));
    fields
        .text("domainname")
        .ifPresent(name -> networking.setDomainName(Form.HOST_NAME.check(name, findings)));
    extraHosts();
  }

  /** Either {@code host: address}, with a list of addresses too, or lines {@code host=address}. */
  private void extraHosts() {
    boolean mapping =
        fields.value("extra_hosts").filter(value -> value.value() instanceof Mapping).isPresent();
    if (mapping) {
      fields
          .children("extra_hosts")
          .forEach((name, value) ->
              fields.texts(value).forEach(address -> host(address, name, address.value())));
      return;
    }
    for (Placed<String> line : fields.texts("extra_hosts")) {
      int end = line.value().indexOf('=');
      int cut = end >= 0 ? end : line.value().indexOf(':');
      if (cut < 1) {
        findings.bad(line, "a name and an address, such as db=10.0.0.5");
      } else {
        host(line, line.value().substring(0, cut), line.value().substring(cut + 1));
      }
    }
  }

  private void host(Placed<String> line, String name, String address) {
    String bare = address.replaceAll("^\\[(.*)]$", "$1");
    Form.HOST_NAME.check(line.with(name), findings);
    if (!bare.equals("host-gateway") && AddressRange.address(bare).isEmpty()) {
      findings.bad(line, "a name and an IP address, or host-gateway");
    }
    networking.addExtraHosts(HostEntry.newBuilder().setName(name).setAddress(bare));
  }
}
