package dev.tallyman.runtime.oci.request;

import com.google.gson.JsonObject;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.Networking;
import dev.tallyman.runtime.Networking.Attachment;
import dev.tallyman.runtime.oci.engine.Dialect;
import java.util.List;

/** The network of a container. */
public final class NetworkFields {

  private NetworkFields() {}

  static void add(JsonObject body, JsonObject host, InstanceSpec spec, Resolved resolved) {
    Networking networking = spec.surroundings().networking();
    switch (networking.mode()) {
      case Networking.Engine _ -> body.addProperty("Hostname", spec.workload());
      case Networking.None _ -> {
        body.addProperty("Hostname", spec.workload());
        host.addProperty("NetworkMode", "none");
      }
      // Both have the host name of whom they share with, unless another one is asked for.
      case Networking.Host _ -> host.addProperty("NetworkMode", "host");
      case Networking.SharedWith(String workload) ->
          host.addProperty("NetworkMode", resolved.namespaceOf(workload));
      case Networking.Attached(List<Attachment> attachments) -> {
        body.addProperty("Hostname", spec.workload());
        attached(body, host, attachments, resolved.dialect());
      }
    }
    networking.hostname().ifPresent(name -> body.addProperty("Hostname", name));
    networking.domainName().ifPresent(name -> body.addProperty("Domainname", name));
    Fields.list(host, "Dns", networking.dns().servers());
    Fields.list(host, "DnsSearch", networking.dns().searches());
    Fields.list(host, "DnsOptions", networking.dns().options());
    Fields.list(
        host,
        "ExtraHosts",
        networking.extraHosts().stream()
            .map(entry -> entry.name() + ":" + entry.address())
            .toList());
  }

  private static void attached(
      JsonObject body, JsonObject host, List<Attachment> attachments, Dialect dialect) {
    Attachment first = attachments.getFirst();
    host.addProperty("NetworkMode", first.network().name());
    if (!takesEndpointMac(dialect)) {
      first.mac().ifPresent(mac -> body.addProperty("MacAddress", mac));
    }
    JsonObject endpoints = new JsonObject();
    for (Attachment attachment : takesAllNetworks(dialect) ? attachments : List.of(first)) {
      endpoints.add(attachment.network().name(), endpoint(attachment, dialect));
    }
    JsonObject networks = new JsonObject();
    networks.add("EndpointsConfig", endpoints);
    body.add("NetworkingConfig", networks);
  }

  /** What an engine is told of the end that a container has in a network. */
  public static JsonObject endpoint(Attachment attachment, Dialect dialect) {
    JsonObject endpoint = new JsonObject();
    Fields.list(endpoint, "Aliases", attachment.aliases());
    JsonObject addresses = new JsonObject();
    attachment.ipv4().ifPresent(address -> addresses.addProperty("IPv4Address", address));
    attachment.ipv6().ifPresent(address -> addresses.addProperty("IPv6Address", address));
    if (!addresses.isEmpty()) {
      endpoint.add("IPAMConfig", addresses);
    }
    if (takesEndpointMac(dialect)) {
      attachment.mac().ifPresent(mac -> endpoint.addProperty("MacAddress", mac));
    }
    return endpoint;
  }

  /** The networks that a new container has to be connected to before its start. */
  public static List<Attachment> left(InstanceSpec spec, Dialect dialect) {
    return spec.surroundings().networking().mode() instanceof Networking.Attached(var attachments)
            && !takesAllNetworks(dialect)
        ? attachments.subList(1, attachments.size())
        : List.of();
  }

  /** Docker takes only one network at create until API 1.44. */
  private static boolean takesAllNetworks(Dialect dialect) {
    return switch (dialect.kind()) {
      case DOCKER -> dialect.speaks(1, 44);
      case PODMAN -> true;
    };
  }

  /** Before API 1.44 Docker knows one hardware address per container, that of its first network. */
  static boolean takesEndpointMac(Dialect dialect) {
    return takesAllNetworks(dialect);
  }
}
