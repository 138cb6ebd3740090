package dev.tallyman.runtime.apple.hosts;

import dev.tallyman.runtime.apple.cli.Container;
import dev.tallyman.runtime.apple.cli.Container.Link;
import dev.tallyman.runtime.apple.cli.Marks;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who is known to whom by which name. Pure: what the containers of a node are now is all that it
 * depends on.
 *
 * <p>The engine resolves no names between containers, and their addresses change at each start. So
 * each container that is attached to networks gets a hosts file with a line for every container
 * that runs in one of them: its address there, its aliases there, and its name.
 */
public final class HostsTable {

  private static final String LOOPBACK =
      """
      127.0.0.1 localhost
      ::1 localhost ip6-localhost ip6-loopback
      """;

  private HostsTable() {}

  /**
   * The hosts file of a container.
   *
   * @param networks the networks that it is attached to
   * @param fixed lines that its spec asks for
   * @param all the containers of its node
   */
  public static String of(Iterable<String> networks, List<String> fixed, List<Container> all) {
    List<String> lines = new ArrayList<>();
    for (String network : networks) {
      all.stream()
          .filter(Container::runs)
          .sorted(Comparator.comparing(Container::name))
          .forEach(peer -> line(peer, network).ifPresent(lines::add));
    }
    StringBuilder text = new StringBuilder(LOOPBACK);
    fixed.forEach(line -> text.append(line).append('\n'));
    lines.forEach(line -> text.append(line).append('\n'));
    return text.toString();
  }

  private static Optional<String> line(Container peer, String network) {
    return Optional.ofNullable(peer.links().get(network))
        .map(Link::address)
        .map(address -> {
          List<String> names = new ArrayList<>(aliases(peer).getOrDefault(network, List.of()));
          names.add(peer.name());
          return address + " " + String.join(" ", names.stream().distinct().toList());
        });
  }

  /** A container's names by network, as its label tells them. */
  public static Map<String, List<String>> aliases(Container container) {
    Map<String, List<String>> aliases = new LinkedHashMap<>();
    for (String entry : container.label(Marks.ALIASES).split(";", -1)) {
      int colon = entry.indexOf(':');
      if (colon > 0) {
        aliases.put(
            entry.substring(0, colon),
            List.of(entry.substring(colon + 1).split(",", -1)).stream()
                .filter(alias -> !alias.isEmpty())
                .toList());
      }
    }
    return aliases;
  }
}
