package dev.tallyman.compose.load.check;

import dev.tallyman.compose.load.tree.Trees;
import dev.tallyman.config.fault.Suggestions;
import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.config.yaml.YamlValue.Entry;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Checks that what services name is there. */
final class References {

  private final Map<String, YamlValue> allServices;
  private final Set<String> enabled;
  private final Map<String, Set<String>> resources;

  /**
   * References within a project.
   *
   * @param all the project with its disabled services
   * @param project the project without them
   */
  References(Mapping all, Mapping project) {
    this.allServices =
        Trees.entries(all, "services").collect(Collectors.toMap(Entry::key, Entry::value));
    this.enabled = names(project, "services");
    this.resources =
        Stream.of("networks", "volumes", "secrets", "configs", "models")
            .collect(Collectors.toMap(kind -> kind, kind -> names(project, kind)));
  }

  private static Set<String> names(Mapping project, String kind) {
    return Trees.entries(project, kind)
        .map(Entry::key)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private Set<String> known(String kind) {
    return resources.getOrDefault(kind, Set.of());
  }

  void check(Check check) {
    Dependencies.of(check.value()).forEach(dependency -> service(check, dependency));
    Set<String> networks = known("networks");
    Trees.entries(check.value(), "networks")
        .filter(network -> !networks.contains(network.key()))
        .forEach(network ->
            undefined(check, network.place().toString(), "network", network.key(), networks));
    sources(check, "volumes", "volume", References::volumeSource);
    sources(check, "secrets", "secret", secret -> Trees.get(secret, "source"));
    sources(check, "configs", "configuration", config -> Trees.get(config, "source"));
    Set<String> models = known("models");
    Trees.entries(check.value(), "models")
        .filter(model -> !models.contains(model.key()))
        .forEach(model -> undefined(check, model.place().toString(), "model", model.key(), models));
  }

  private void service(Check check, Entry dependency) {
    String name = dependency.key();
    if (enabled.contains(name)) {
      return;
    }
    YamlValue disabled = allServices.get(name);
    if (disabled == null) {
      undefined(check, dependency.place().toString(), "service", name, allServices.keySet());
    } else if (Circles.isRequired(dependency.value())) {
      check.fault(
          dependency.place(),
          "",
          "needs the service %s, which is disabled (activate one of its profiles: %s)"
              .formatted(name, String.join(", ", Profiles.of(disabled))));
    }
  }

  private static Optional<YamlValue> volumeSource(YamlValue mount) {
    return Trees.text(mount, "type").filter("volume"::equals).isPresent()
        ? Trees.get(mount, "source")
        : Optional.empty();
  }

  private void sources(
      Check check, String kind, String what, Function<YamlValue, Optional<YamlValue>> source) {
    Set<String> known = known(kind);
    Trees.items(check.value(), kind)
        .flatMap(item -> source.apply(item).stream())
        .forEach(value ->
            Trees.text(value)
                .filter(name -> !known.contains(name))
                .ifPresent(name -> undefined(check, value.place().toString(), what, name, known)));
  }

  private static void undefined(
      Check check, String where, String what, String name, Set<String> known) {
    check
        .faults()
        .add(
            where,
            "services."
                + check.service()
                + ": the "
                + what
                + " "
                + name
                + " is not defined"
                + (check.faults().isFull() ? "" : Suggestions.didYouMean(name, known)));
  }
}
