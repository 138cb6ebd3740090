package dev.tallyman.agent.wire;

import dev.tallyman.agent.wire.Addresses.Family;
import dev.tallyman.proto.v1.HostEntry;
import dev.tallyman.proto.v1.NetworkAttachment;
import dev.tallyman.proto.v1.NetworkMode;
import dev.tallyman.proto.v1.Networking;
import dev.tallyman.proto.v1.WorkloadSpec;
import dev.tallyman.runtime.NetworkSpec;
import dev.tallyman.runtime.Networking.Attached;
import dev.tallyman.runtime.Networking.Attachment;
import dev.tallyman.runtime.Networking.Dns;
import dev.tallyman.runtime.Networking.Engine;
import dev.tallyman.runtime.Networking.Host;
import dev.tallyman.runtime.Networking.Mode;
import dev.tallyman.runtime.Networking.None;
import dev.tallyman.runtime.Networking.SharedWith;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads which network one workload has. */
final class NetworkingReader {

  private static final String FIELD = "spec.networking.";
  private static final String HOST_GATEWAY = "host-gateway";

  /** Linux's HOST_NAME_MAX. */
  private static final Form OWN_NAME =
      Form.of(
          "[A-Za-z0-9_]([A-Za-z0-9_.-]{0,62}[A-Za-z0-9_])?",
          "1 to 64 characters of A-Z, a-z, 0-9, '-', '_' and '.', the first and the last a letter,"
              + " digit or '_'");

  private static final Form SEARCH_DOMAIN =
      Form.of(
          "\\.|" + Form.HOST_NAME.pattern().pattern(),
          Form.HOST_NAME.expected() + "; or \".\" for no search domain");
  private static final Form RESOLVER_OPTION =
      Form.of("[\\x21-\\x7e]{1,255}", "1 to 255 ASCII characters without spaces");
  private static final Form MAC_ADDRESS =
      Form.of("[0-9a-fA-F]{2}([:-][0-9a-fA-F]{2}){5}", "a hardware address as 02:42:ac:11:00:02");

  private NetworkingReader() {}

  static dev.tallyman.runtime.Networking read(
      Identity self, WorkloadSpec spec, FieldFaults faults) {
    Networking message = spec.getNetworking();
    Optional<String> hostname = OWN_NAME.optional("spec.hostname", spec.getHostname(), faults);
    List<Attachment> attachments = attachments(message.getNetworksList(), faults);
    Mode mode = mode(self, message, attachments, faults);
    Dns dns =
        new Dns(
            servers(message.getDnsServersList(), faults),
            SEARCH_DOMAIN.each(FIELD + "dns_searches", message.getDnsSearchesList(), faults),
            RESOLVER_OPTION.each(FIELD + "dns_options", message.getDnsOptionsList(), faults));
    List<dev.tallyman.runtime.Networking.HostEntry> extraHosts =
        extraHosts(message.getExtraHostsList(), faults);
    checkTogether(mode, spec, faults);
    return new dev.tallyman.runtime.Networking(
        mode,
        hostname,
        Form.HOST_NAME.optional(FIELD + "domain_name", message.getDomainName(), faults),
        dns,
        extraHosts);
  }

  private static Mode mode(
      Identity self, Networking message, List<Attachment> attachments, FieldFaults faults) {
    NetworkMode asked = message.getMode();
    boolean mayAttach =
        asked == NetworkMode.NETWORK_MODE_UNSPECIFIED || asked == NetworkMode.NETWORK_MODE_ATTACHED;
    if (asked != NetworkMode.UNRECOGNIZED && !mayAttach && message.getNetworksCount() > 0) {
      faults.addDescribed(
          FIELD + "networks", message.getNetworksCount() + " networks", "none with " + asked);
    }
    if (asked != NetworkMode.NETWORK_MODE_WORKLOAD && !message.getWorkload().isEmpty()) {
      faults.add(
          FIELD + "workload",
          message.getWorkload(),
          "empty, unless the mode is NETWORK_MODE_WORKLOAD");
    }
    return switch (asked) {
      case NETWORK_MODE_UNSPECIFIED ->
          attachments.isEmpty() ? new Engine() : new Attached(attachments);
      case NETWORK_MODE_ATTACHED -> {
        if (attachments.isEmpty()) {
          faults.addDescribed(FIELD + "networks", "none", "at least one with " + asked);
          yield new Engine();
        }
        yield new Attached(attachments);
      }
      case NETWORK_MODE_ENGINE -> new Engine();
      case NETWORK_MODE_NONE -> new None();
      case NETWORK_MODE_HOST -> new Host();
      case NETWORK_MODE_WORKLOAD ->
          new SharedWith(
              DependenciesReader.other(FIELD + "workload", message.getWorkload(), self, faults));
      case UNRECOGNIZED -> {
        faults.add(FIELD + "mode", message.getModeValue(), Texts.words(NetworkMode.values()));
        yield new None();
      }
    };
  }

  /** What an engine refuses beside a network that is not the instance's own. */
  private static void checkTogether(Mode mode, WorkloadSpec spec, FieldFaults faults) {
    switch (mode) {
      case Engine _, Attached _ -> {
        // It has a network of its own, of which all can be said.
      }
      case None _ -> refusePorts(spec, NetworkMode.NETWORK_MODE_NONE, faults);
      case Host _ -> refusePorts(spec, NetworkMode.NETWORK_MODE_HOST, faults);
      case SharedWith _ -> {
        NetworkMode shared = NetworkMode.NETWORK_MODE_WORKLOAD;
        refusePorts(spec, shared, faults);
        Networking message = spec.getNetworking();
        if (!spec.getHostname().isEmpty()) {
          faults.add("spec.hostname", spec.getHostname(), "empty with " + shared);
        }
        refuse(FIELD + "dns_servers", message.getDnsServersCount(), "servers", shared, faults);
        refuse(FIELD + "extra_hosts", message.getExtraHostsCount(), "entries", shared, faults);
      }
    }
  }

  private static void refusePorts(WorkloadSpec spec, NetworkMode mode, FieldFaults faults) {
    refuse("spec.ports", spec.getPortsCount(), "ports", mode, faults);
  }

  private static void refuse(
      String field, int count, String what, NetworkMode mode, FieldFaults faults) {
    if (count > 0) {
      faults.addDescribed(field, count + " " + what, "none with " + mode);
    }
  }

  private static List<Attachment> attachments(
      List<NetworkAttachment> messages, FieldFaults faults) {
    faults.addIfMore(FIELD + "networks", messages.size(), "networks", Bounds.PARTS);
    List<Attachment> attachments = new ArrayList<>(messages.size());
    Map<String, Integer> names = new HashMap<>();
    for (int i = 0; i < messages.size(); i++) {
      String field = FIELD + "networks[" + i + "]";
      NetworkAttachment message = messages.get(i);
      NetworkSpec network = NetworkReader.read(field + ".network", message.getNetwork(), faults);
      Integer before = names.putIfAbsent(network.name(), i);
      if (before != null && !network.name().isEmpty()) {
        faults.add(
            field + ".network.name",
            network.name(),
            "a network that " + FIELD + "networks[" + before + "] does not name already");
      }
      attachments.add(
          new Attachment(
              network,
              Form.HOST_NAME.each(field + ".aliases", message.getAliasesList(), faults),
              address(
                  field + ".ipv4_address", message.getIpv4Address(), Family.IPV4, network, faults),
              address(
                  field + ".ipv6_address", message.getIpv6Address(), Family.IPV6, network, faults),
              MAC_ADDRESS.optional(field + ".mac_address", message.getMacAddress(), faults)));
    }
    return attachments;
  }

  /** A fixed address; engines give it only out of ranges that were asked for. */
  private static Optional<String> address(
      String field, String text, Family family, NetworkSpec network, FieldFaults faults) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Optional<InetAddress> address = Addresses.parse(text, family);
    if (address.isEmpty()) {
      faults.add(
          field,
          text,
          switch (family) {
            case IPV4 -> "an IPv4 address, or empty";
            case IPV6 -> "an IPv6 address, or empty";
          });
    } else if (!network.name().isEmpty() && !NetworkReader.mayHold(network, address.get())) {
      faults.add(field, text, "an address in one of the subnets of the network " + network.name());
    }
    return Optional.of(text);
  }

  private static List<String> servers(List<String> servers, FieldFaults faults) {
    String field = FIELD + "dns_servers";
    faults.addIfMore(field, servers.size(), "servers", Bounds.PARTS);
    for (int i = 0; i < servers.size(); i++) {
      if (Addresses.parse(servers.get(i)).isEmpty()) {
        faults.add(field + "[" + i + "]", servers.get(i), "an IPv4 or IPv6 address");
      }
    }
    return servers;
  }

  private static List<dev.tallyman.runtime.Networking.HostEntry> extraHosts(
      List<HostEntry> messages, FieldFaults faults) {
    faults.addIfMore(FIELD + "extra_hosts", messages.size(), "entries", Bounds.LIST_ENTRIES);
    List<dev.tallyman.runtime.Networking.HostEntry> entries = new ArrayList<>(messages.size());
    for (int i = 0; i < messages.size(); i++) {
      String field = FIELD + "extra_hosts[" + i + "]";
      String name = Form.HOST_NAME.required(field + ".name", messages.get(i).getName(), faults);
      String address = messages.get(i).getAddress();
      if (!address.equals(HOST_GATEWAY) && Addresses.parse(address).isEmpty()) {
        faults.add(
            field + ".address", address, "an IPv4 or IPv6 address, or \"" + HOST_GATEWAY + "\"");
      }
      entries.add(new dev.tallyman.runtime.Networking.HostEntry(name, address));
    }
    return entries;
  }
}
