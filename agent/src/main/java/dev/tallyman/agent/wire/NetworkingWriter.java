package dev.tallyman.agent.wire;

import dev.tallyman.proto.v1.HostEntry;
import dev.tallyman.proto.v1.Network;
import dev.tallyman.proto.v1.NetworkAttachment;
import dev.tallyman.proto.v1.NetworkMode;
import dev.tallyman.proto.v1.Subnet;
import dev.tallyman.runtime.NetworkSpec;
import dev.tallyman.runtime.NetworkSpec.Trait;
import dev.tallyman.runtime.Networking;
import dev.tallyman.runtime.Networking.Attachment;

/** Writes which network an instance has. */
final class NetworkingWriter {

  private NetworkingWriter() {}

  /** All but the host name, which stands beside it in the spec. */
  static dev.tallyman.proto.v1.Networking write(Networking networking) {
    dev.tallyman.proto.v1.Networking.Builder message =
        dev.tallyman.proto.v1.Networking.newBuilder()
            .addAllDnsServers(networking.dns().servers())
            .addAllDnsSearches(networking.dns().searches())
            .addAllDnsOptions(networking.dns().options());
    switch (networking.mode()) {
      case Networking.Engine _ -> message.setMode(NetworkMode.NETWORK_MODE_ENGINE);
      case Networking.None _ -> message.setMode(NetworkMode.NETWORK_MODE_NONE);
      case Networking.Host _ -> message.setMode(NetworkMode.NETWORK_MODE_HOST);
      case Networking.SharedWith(String workload) ->
          message.setMode(NetworkMode.NETWORK_MODE_WORKLOAD).setWorkload(workload);
      case Networking.Attached attached -> {
        message.setMode(NetworkMode.NETWORK_MODE_ATTACHED);
        attached.attachments().forEach(attachment -> message.addNetworks(attachment(attachment)));
      }
    }
    networking
        .extraHosts()
        .forEach(entry ->
            message.addExtraHosts(
                HostEntry.newBuilder().setName(entry.name()).setAddress(entry.address())));
    networking.domainName().ifPresent(message::setDomainName);
    return message.build();
  }

  private static NetworkAttachment attachment(Attachment attachment) {
    NetworkAttachment.Builder message =
        NetworkAttachment.newBuilder()
            .setNetwork(network(attachment.network()))
            .addAllAliases(attachment.aliases());
    attachment.ipv4().ifPresent(message::setIpv4Address);
    attachment.ipv6().ifPresent(message::setIpv6Address);
    attachment.mac().ifPresent(message::setMacAddress);
    return message.build();
  }

  private static Network network(NetworkSpec network) {
    Network.Builder message =
        Network.newBuilder()
            .setName(network.name())
            .setExternal(
                switch (network.ownership()) {
                  case STACK -> false;
                  case EXTERNAL -> true;
                })
            .putAllDriverOptions(network.driverOptions())
            .putAllLabels(network.labels());
    network.driver().ifPresent(message::setDriver);
    for (Trait trait : network.traits()) {
      switch (trait) {
        case INTERNAL -> message.setInternal(true);
        case ATTACHABLE -> message.setAttachable(true);
        case IPV6 -> message.setIpv6(true);
      }
    }
    network.subnets().forEach(subnet -> message.addSubnets(subnet(subnet)));
    return message.build();
  }

  private static Subnet subnet(NetworkSpec.Subnet subnet) {
    Subnet.Builder message = Subnet.newBuilder().setSubnet(subnet.subnet());
    subnet.gateway().ifPresent(message::setGateway);
    subnet.ipRange().ifPresent(message::setIpRange);
    return message.build();
  }
}
