package dev.tallyman.runtime.oci.containers;

import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceState;
import dev.tallyman.runtime.Labels;
import dev.tallyman.runtime.PortBinding;
import dev.tallyman.runtime.oci.http.Json;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What an engine says of one container, read from its answer to an inspection. Fields that are
 * missing or of another type than expected count as not said; unknown ones are passed over.
 *
 * @param id the engine's identifier
 * @param name its name
 * @param image the reference that it was made from
 * @param uid uid of its workload; empty if it has none
 * @param node name of the node that owns it; empty if none does
 * @param specHash hash of the spec that it was made from
 * @param ociRuntime the OCI runtime that was asked for, as Docker repeats it
 * @param place where it is: its networks and namespaces
 * @param stopTimeout how long the engine waits when it stops it and nobody says how long
 * @param status what the engine says of its state
 */
public record ContainerReply(
    String id,
    String name,
    String image,
    String node,
    String uid,
    String stack,
    String workload,
    String specHash,
    String ociRuntime,
    Place place,
    Duration stopTimeout,
    Status status,
    List<PortBinding> ports,
    Optional<String> feed,
    List<String> dependencies) {

  private static final long MAX_STOP_SECONDS = Duration.ofDays(1).toSeconds();

  /**
   * State as the engine puts it.
   *
   * @param word such as {@code running}
   * @param running the engine's own flag; also set when paused
   * @param exitCode of the last run
   * @param error why the last start failed; empty if it did not
   * @param startedAt begin of the last run; empty if there was none
   * @param finishedAt end of the last run; empty while it goes on, or if there was none
   */
  public record Status(
      String word,
      boolean running,
      boolean outOfMemory,
      OptionalLong exitCode,
      String error,
      Optional<Instant> startedAt,
      Optional<Instant> finishedAt) {}

  /**
   * Networks and namespaces of a container.
   *
   * @param networks names of the networks that it is connected to
   * @param addresses its address by network; only of networks where it has one now
   * @param namespaces whose namespaces it has, such as {@code container:4f0c}, of network,
   *     processes and shared memory
   * @param terminal whether its output is that of a terminal
   */
  public record Place(
      Set<String> networks,
      Map<String, String> addresses,
      List<String> namespaces,
      boolean terminal) {

    /** What an engine says of a container that is nowhere. */
    public static final Place UNKNOWN = new Place(Set.of(), Map.of(), List.of(), false);

    public Place {
      networks = Set.copyOf(networks);
      addresses = Map.copyOf(addresses);
      namespaces = List.copyOf(namespaces);
    }

    private static Place of(Json inspection) {
      Map<String, String> addresses = new HashMap<>();
      Map<String, Json> networks = inspection.at("NetworkSettings").at("Networks").fields();
      networks.forEach((name, network) -> {
        String ipv4 = network.at("IPAddress").text();
        String address = ipv4.isEmpty() ? network.at("GlobalIPv6Address").text() : ipv4;
        if (!address.isEmpty()) {
          addresses.put(name, address);
        }
      });
      Json host = inspection.at("HostConfig");
      if (host.at("NetworkMode").text().startsWith("container:")) {
        // Podman repeats the addresses of the other one.
        addresses.clear();
      }
      return new Place(
          networks.keySet(),
          addresses,
          List.of(
              host.at("NetworkMode").text(), host.at("PidMode").text(), host.at("IpcMode").text()),
          inspection.at("Config").at("Tty").isTrue());
    }
  }

  public static ContainerReply of(Json inspection) {
    Json config = inspection.at("Config");
    Json labels = config.at("Labels");
    Json state = inspection.at("State");
    return new ContainerReply(
        inspection.at("Id").text(),
        stripSlash(inspection.at("Name").text()),
        config.at("Image").text(),
        labels.at(Labels.NODE).text(),
        labels.at(Labels.UID).text(),
        labels.at(Labels.STACK).text(),
        labels.at(Labels.WORKLOAD).text(),
        labels.at(Labels.SPEC_HASH).text(),
        inspection.at("HostConfig").at("Runtime").text(),
        Place.of(inspection),
        Duration.ofSeconds(
            Math.clamp(config.at("StopTimeout").number().orElse(0), 0, MAX_STOP_SECONDS)),
        new Status(
            state.at("Status").text(),
            state.at("Running").isTrue(),
            state.at("OOMKilled").isTrue(),
            state.at("ExitCode").number(),
            state.at("Error").text(),
            time(state.at("StartedAt").text()),
            time(state.at("FinishedAt").text())),
        ports(inspection.at("NetworkSettings").at("Ports")),
        Optional.of(labels.at(Labels.FEED).text()).filter(feed -> !feed.isEmpty()),
        Labels.dependencies(labels.at(Labels.DEPENDS_ON).text()));
  }

  /** Whether it is the instance of some workload of this node. */
  public boolean belongsTo(String nodeName) {
    return node.equals(nodeName) && !uid.isEmpty();
  }

  /** As the seam knows it. */
  public Instance toInstance(InstanceState state) {
    boolean listens =
        state instanceof InstanceState.Running || state instanceof InstanceState.Paused;
    return new Instance(
        uid,
        stack,
        workload,
        specHash,
        id,
        name,
        image,
        state,
        listens ? ports : List.of(),
        listens ? place.addresses() : Map.of(),
        feed,
        dependencies);
  }

  /** Engines write the year 1 for a time that there was not. */
  private static Optional<Instant> time(String text) {
    try {
      Instant time = OffsetDateTime.parse(text).toInstant();
      return time.isAfter(Instant.EPOCH) ? Optional.of(time) : Optional.empty();
    } catch (DateTimeException notATime) {
      return Optional.empty();
    }
  }

  private static List<PortBinding> ports(Json byContainerPort) {
    List<PortBinding> ports = new ArrayList<>();
    byContainerPort
        .fields()
        .forEach((containerPort, hosts) -> {
          String[] key = containerPort.split("/", 2);
          for (Json host : hosts.items()) {
            port(key[0], key.length > 1 ? key[1] : "tcp", host).ifPresent(ports::add);
          }
        });
    ports.sort(
        Comparator.comparingInt(PortBinding::containerPort)
            .thenComparing(PortBinding::protocol)
            .thenComparing(PortBinding::hostIp)
            .thenComparingInt(PortBinding::hostPort));
    return ports;
  }

  private static Optional<PortBinding> port(String containerPort, String protocol, Json host) {
    PortBinding.Protocol known;
    switch (protocol) {
      case "tcp" -> known = PortBinding.Protocol.TCP;
      case "udp" -> known = PortBinding.Protocol.UDP;
      default -> {
        return Optional.empty();
      }
    }
    try {
      return Optional.of(
          new PortBinding(
              Integer.parseInt(containerPort),
              Integer.parseInt(host.at("HostPort").text()),
              host.at("HostIp").text(),
              known));
    } catch (IllegalArgumentException notAPort) {
      return Optional.empty();
    }
  }

  private static String stripSlash(String name) {
    return name.startsWith("/") ? name.substring(1) : name;
  }
}
