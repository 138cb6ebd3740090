package dev.tallyman.runtime.apple.cli;

import dev.tallyman.runtime.PortBinding;
import dev.tallyman.runtime.apple.cli.Container.Link;
import dev.tallyman.runtime.apple.cli.Container.Phase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads {@code list --format=json}. Pure.
 *
 * <p>Until 0.12 an element is {@code {status: "running", configuration, networks, startedDate}};
 * from 1.0 on {@code {id, configuration, status: {state, networks, startedDate}}}. Where a later
 * version puts an exit code is not known, so the places are read that were proposed. What cannot be
 * read is an error and never a container that is missing: it would be made a second time.
 */
final class ContainerList {

  /** As many as there are. A range takes few words, and a list could ask for all memory by it. */
  private static final int MAX_PORTS = 65_535;

  private ContainerList() {}

  /** What cannot be read, for people. */
  static final class Unreadable extends Exception {
    Unreadable(String message) {
      super(message);
    }
  }

  static List<Container> read(String text) throws Unreadable {
    Json list =
        Json.parse(text)
            .filter(Json::isList)
            .orElseThrow(() -> new Unreadable("its list is no list in JSON"));
    List<Container> containers = new ArrayList<>();
    for (Json element : list.items()) {
      containers.add(container(element));
    }
    return containers;
  }

  private static Container container(Json element) throws Unreadable {
    Json configuration = element.at("configuration");
    String name = firstText(configuration.at("id"), element.at("id"));
    if (!configuration.isObject() || name.isEmpty()) {
      throw new Unreadable("its list has an element without configuration and id");
    }
    Json status = element.at("status").isObject() ? element.at("status") : element;
    String word = firstText(element.at("status"), status.at("state"));
    if (word.isEmpty()) {
      throw new Unreadable("its list does not tell the state of " + name);
    }
    Map<String, String> labels = new HashMap<>();
    configuration.at("labels").fields().forEach((key, value) -> labels.put(key, value.text()));
    Map<String, String> decoded = Marks.decode(labels);
    return new Container(
        name,
        decoded,
        decoded.getOrDefault(Marks.IMAGE, configuration.at("image").at("reference").text()),
        phase(word),
        status.at("startedDate").date(),
        firstPresent(status, element, "exitCode", "lastExitCode").exitCode(),
        firstPresent(status, element, "exitedDate", "finishedDate").date(),
        ports(configuration.at("publishedPorts")),
        links(status.at("networks")),
        volumes(configuration.at("mounts")),
        configuration.at("stopSignal").text());
  }

  private static Phase phase(String word) {
    return switch (word) {
      case "running", "stopping" -> new Phase.Running();
      case "stopped", "created", "exited" -> new Phase.Stopped();
      default -> new Phase.Unknown(word);
    };
  }

  private static Json firstPresent(Json status, Json element, String... names) {
    Json found = status.atAny(names);
    return found.isPresent() ? found : element.atAny(names);
  }

  private static String firstText(Json first, Json second) {
    return first.text().isEmpty() ? second.text() : first.text();
  }

  /** One for each port of a range. */
  private static List<PortBinding> ports(Json published) throws Unreadable {
    List<PortBinding> ports = new ArrayList<>();
    for (Json port : published.items()) {
      long count = Math.clamp(port.at("count").number().orElse(1), 1, MAX_PORTS);
      if (ports.size() + count > MAX_PORTS) {
        throw new Unreadable("its list has a container with more than " + MAX_PORTS + " ports");
      }
      for (long i = 0; i < count; i++) {
        ports.add(
            binding(port, port.at("containerPort").number().orElse(0) + i, hostPort(port) + i));
      }
    }
    return ports;
  }

  private static long hostPort(Json port) {
    return port.at("hostPort").number().orElse(0);
  }

  private static PortBinding binding(Json port, long inside, long outside) throws Unreadable {
    if (inside < 1 || inside > 65_535 || outside < 0 || outside > 65_535) {
      throw new Unreadable("its list has a published port " + outside + ":" + inside);
    }
    return new PortBinding(
        (int) inside,
        (int) outside,
        port.at("hostAddress").text(),
        port.at("proto").text().equals("udp")
            ? PortBinding.Protocol.UDP
            : PortBinding.Protocol.TCP);
  }

  private static Map<String, Link> links(Json networks) {
    Map<String, Link> links = new HashMap<>();
    for (Json link : networks.items()) {
      String address = withoutPrefix(link.atAny("ipv4Address", "address").text());
      if (!address.isEmpty()) {
        links.put(
            link.at("network").text(),
            new Link(address, withoutPrefix(link.atAny("ipv4Gateway", "gateway").text())));
      }
    }
    return links;
  }

  private static String withoutPrefix(String cidr) {
    int slash = cidr.indexOf('/');
    return slash < 0 ? cidr : cidr.substring(0, slash);
  }

  private static Set<String> volumes(Json mounts) {
    Set<String> volumes = new HashSet<>();
    for (Json mount : mounts.items()) {
      Optional.of(mount.at("type").at("volume").at("name").text())
          .filter(name -> !name.isEmpty())
          .ifPresent(volumes::add);
    }
    return volumes;
  }
}
