package dev.tallyman.compose.load.check;

import dev.tallyman.compose.load.tree.EntryMap;
import dev.tallyman.compose.load.tree.Trees;
import dev.tallyman.config.yaml.Place;
import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.config.yaml.YamlValue.Entry;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Writes down the dependencies that follow from other keys: links, namespaces and volumes that are
 * another service's. What {@code depends_on} says about the same service stays.
 */
final class Dependencies {

  private static final List<String> NAMESPACES =
      List.of("network_mode", "ipc", "pid", "uts", "cgroup");
  private static final String SERVICE = "service:";

  private Dependencies() {}

  static Mapping complete(Mapping service) {
    EntryMap dependencies =
        Trees.get(service, "depends_on").orElse(null) instanceof Mapping written
            ? EntryMap.of(written)
            : new EntryMap();
    Trees.items(service, "links").forEach(link -> add(link, beforeColon(link), true, dependencies));
    NAMESPACES.stream()
        .flatMap(key -> Trees.get(service, key).stream())
        .forEach(value ->
            Trees.text(value)
                .filter(text -> text.startsWith(SERVICE))
                .ifPresent(text ->
                    add(value, Optional.of(text.substring(SERVICE.length())), true, dependencies)));
    Trees.items(service, "volumes_from")
        .filter(from -> Trees.text(from).filter(t -> t.startsWith("container:")).isEmpty())
        .forEach(from -> add(from, beforeColon(from), false, dependencies));
    return dependencies.isEmpty()
        ? service
        : EntryMap.of(service)
            .replace("depends_on", dependencies.at(place(service, dependencies)))
            .at(service.place());
  }

  private static Place place(Mapping service, EntryMap dependencies) {
    return Trees.get(service, "depends_on")
        .map(YamlValue::place)
        .orElseGet(() -> dependencies.entries().getFirst().place());
  }

  private static Optional<String> beforeColon(YamlValue value) {
    return Trees.text(value).map(text -> text.split(":", 2)[0]);
  }

  private static void add(
      YamlValue value, Optional<String> name, boolean restart, EntryMap dependencies) {
    Place place = value.place();
    name.filter(service -> !dependencies.has(service))
        .ifPresent(service ->
            dependencies.put(
                new Entry(
                    place,
                    service,
                    new EntryMap()
                        .put("condition", Trees.text(place, "service_started"))
                        .put("required", Trees.bool(place, true))
                        .put("restart", Trees.bool(place, restart))
                        .at(place))));
  }

  /** The services that a service depends on, with their places. */
  static Stream<Entry> of(YamlValue service) {
    return Trees.entries(service, "depends_on");
  }
}
