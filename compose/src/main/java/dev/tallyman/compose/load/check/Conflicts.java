package dev.tallyman.compose.load.check;

import dev.tallyman.compose.load.tree.Trees;
import dev.tallyman.config.yaml.Place;
import dev.tallyman.config.yaml.YamlValue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Checks that no two keys of a service contradict each other. */
final class Conflicts {

  private record Twin(String key, String section, String other) {}

  private static final List<Twin> TWINS =
      List.of(
          new Twin("cpus", "limits", "cpus"),
          new Twin("mem_limit", "limits", "memory"),
          new Twin("pids_limit", "limits", "pids"),
          new Twin("mem_reservation", "reservations", "memory"));

  private final Map<String, String> containers = new HashMap<>();

  Conflicts() {}

  void check(Check check) {
    YamlValue service = check.value();
    source(check);
    Optional<YamlValue> mode = Trees.get(service, "network_mode");
    if (mode.isPresent() && Trees.entries(service, "networks").findAny().isPresent()) {
      check.fault(
          mode.get().place(), "network_mode", "cannot be together with networks; choose one");
    }
    Optional<YamlValue> replicas =
        Trees.get(service, "deploy").flatMap(deploy -> Trees.get(deploy, "replicas"));
    Optional<YamlValue> scale = Trees.get(service, "scale");
    if (scale.isPresent() && replicas.isPresent() && !Trees.same(scale.get(), replicas.get())) {
      check.fault(scale.get().place(), "scale", "says something else than deploy.replicas");
    }
    containerName(check, scale.or(() -> replicas));
    TWINS.forEach(twin -> twin(check, twin));
    targets(check);
  }

  private static void source(Check check) {
    boolean any =
        Stream.of("image", "build", "provider")
            .anyMatch(key -> Trees.entry(check.value(), key).isPresent());
    if (!any) {
      check.fault(check.value().place(), "", "the key image is missing");
    }
  }

  private void containerName(Check check, Optional<YamlValue> count) {
    Trees.get(check.value(), "container_name")
        .ifPresent(value -> {
          String name = Trees.text(value).orElse("");
          if (count
              .flatMap(Trees::text)
              .filter(n -> !n.equals("0") && !n.equals("1"))
              .isPresent()) {
            check.fault(
                value.place(), "container_name", name + ": cannot be of more than one container");
          }
          String other = containers.putIfAbsent(name, check.service());
          if (other != null) {
            check.fault(value.place(), "container_name", name + ": taken by the service " + other);
          }
        });
  }

  private static void twin(Check check, Twin twin) {
    Optional<YamlValue> mine = Trees.get(check.value(), twin.key);
    Optional<YamlValue> other =
        Trees.get(check.value(), "deploy")
            .flatMap(deploy -> Trees.get(deploy, "resources"))
            .flatMap(resources -> Trees.get(resources, twin.section))
            .flatMap(section -> Trees.get(section, twin.other));
    if (mine.isPresent() && other.isPresent() && !Trees.same(mine.get(), other.get())) {
      check.fault(
          mine.get().place(),
          twin.key,
          "says something else than deploy.resources." + twin.section + "." + twin.other);
    }
  }

  private static void targets(Check check) {
    Map<String, Place> targets = new HashMap<>();
    Trees.items(check.value(), "volumes")
        .forEach(mount ->
            Trees.text(mount, "target").ifPresent(t -> target(check, t, mount.place(), targets)));
    Trees.items(check.value(), "tmpfs")
        .forEach(tmpfs ->
            Trees.text(tmpfs)
                .ifPresent(text -> target(check, text.split(":", 2)[0], tmpfs.place(), targets)));
  }

  private static void target(Check check, String target, Place place, Map<String, Place> targets) {
    Place other = targets.putIfAbsent(target, place);
    if (other != null) {
      check.fault(place, "", target + ": something is mounted there already, at " + other);
    }
  }
}
