package dev.tallyman.compose.load.check;

import dev.tallyman.compose.load.tree.EntryMap;
import dev.tallyman.compose.load.tree.Trees;
import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.config.yaml.YamlValue.Entry;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which services take part. */
public final class Profiles {

  private Profiles() {}

  /** The project with only the services that have no profile or an active one. */
  public static Mapping enabled(Mapping project, Set<String> active) {
    Optional<YamlValue> services = Trees.get(project, "services");
    if (services.isEmpty()) {
      return project;
    }
    EntryMap enabled = new EntryMap();
    Trees.entries(services.get()).filter(entry -> isEnabled(entry, active)).forEach(enabled::put);
    return EntryMap.of(project)
        .replace("services", enabled.at(services.get().place()))
        .at(project.place());
  }

  private static boolean isEnabled(Entry service, Set<String> active) {
    List<String> mine = of(service.value());
    return mine.isEmpty() || active.contains("*") || mine.stream().anyMatch(active::contains);
  }

  /** The profiles of a service. */
  static List<String> of(YamlValue service) {
    return Trees.items(service, "profiles")
        .flatMap(profile -> Trees.text(profile).stream())
        .toList();
  }
}
