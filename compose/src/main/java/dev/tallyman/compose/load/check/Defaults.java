package dev.tallyman.compose.load.check;

import dev.tallyman.compose.load.tree.EntryMap;
import dev.tallyman.compose.load.tree.Trees;
import dev.tallyman.config.yaml.Place;
import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.config.yaml.YamlValue.Entry;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import java.util.List;
import java.util.Optional;

/** What follows from what is written: the default network, names of resources, dependencies. */
public final class Defaults {

  private static final List<String> RESOURCES =
      List.of("networks", "volumes", "secrets", "configs");
  private static final String DEFAULT = "default";

  private Defaults() {}

  /** The project with everything written down. */
  public static Mapping complete(Mapping project, String name) {
    EntryMap complete = new EntryMap();
    complete.put("name", Trees.text(project.place(), name));
    EntryMap services = new EntryMap();
    boolean usesDefault = false;
    for (Entry entry : Trees.entries(project, "services").toList()) {
      YamlValue service =
          entry.value() instanceof Mapping written
              ? Dependencies.complete(withNetwork(written))
              : entry.value();
      usesDefault |=
          Trees.get(service, "networks").flatMap(nets -> Trees.entry(nets, DEFAULT)).isPresent();
      services.put(new Entry(entry.place(), entry.key(), service));
    }
    complete.put("services", services.at(placeOf(project, "services")));
    for (String kind : RESOURCES) {
      EntryMap resources = new EntryMap();
      Trees.entries(project, kind)
          .forEach(
              entry -> resources.put(new Entry(entry.place(), entry.key(), named(entry, name))));
      if (kind.equals("networks") && usesDefault && !resources.has(DEFAULT)) {
        Place place = placeOf(project, "services");
        Entry network = new Entry(place, DEFAULT, Trees.nothing(place));
        resources.put(new Entry(place, DEFAULT, named(network, name)));
      }
      if (!resources.isEmpty()) {
        complete.put(kind, resources.at(placeOf(project, kind)));
      }
    }
    project.entries().stream()
        .filter(entry -> entry.key().equals("models") || entry.key().startsWith("x-"))
        .forEach(complete::put);
    return complete.at(project.place());
  }

  private static Place placeOf(Mapping project, String key) {
    return Trees.get(project, key).orElse(project).place();
  }

  private static Mapping withNetwork(Mapping service) {
    boolean alone =
        Trees.get(service, "network_mode").isPresent()
            || Trees.get(service, "provider").isPresent()
            || Trees.entries(service, "networks").findAny().isPresent();
    Place place = service.place();
    return alone
        ? service
        : EntryMap.of(service)
            .replace("networks", new EntryMap().put(DEFAULT, Trees.nothing(place)).at(place))
            .at(place);
  }

  private static Mapping named(Entry entry, String project) {
    EntryMap resource =
        entry.value() instanceof Mapping written ? EntryMap.of(written) : new EntryMap();
    Optional<YamlValue> external = resource.get("external");
    String name =
        external.filter(Trees::isTrue).isPresent() ? entry.key() : project + "_" + entry.key();
    return resource.putIfAbsent("name", Trees.text(entry.place(), name)).at(entry.value().place());
  }
}
