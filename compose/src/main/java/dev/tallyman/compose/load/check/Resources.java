package dev.tallyman.compose.load.check;

import dev.tallyman.compose.load.tree.KeyPath;
import dev.tallyman.compose.load.tree.Trees;
import dev.tallyman.config.fault.Faults;
import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.config.yaml.YamlValue.Entry;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import java.util.List;

/** Checks that secrets and configurations say where their content comes from, and say it once. */
final class Resources {

  private final Faults faults;

  Resources(Faults faults) {
    this.faults = faults;
  }

  void check(Mapping project) {
    check(project, "secrets", List.of("file", "environment"));
    check(project, "configs", List.of("file", "environment", "content"));
  }

  private void check(Mapping project, String kind, List<String> sources) {
    Trees.entries(project, kind).forEach(entry -> check(kind, entry, sources));
  }

  private void check(String kind, Entry entry, List<String> sources) {
    YamlValue resource = entry.value();
    long given = sources.stream().filter(key -> Trees.entry(resource, key).isPresent()).count();
    boolean elsewhere =
        Trees.get(resource, "external").isPresent() || Trees.get(resource, "driver").isPresent();
    if (given > 1 || (given == 0 && !elsewhere)) {
      faults.add(
          entry.place().toString(),
          KeyPath.of(kind, entry.key())
              + ": "
              + (given > 1 ? "more than one" : "none")
              + " of "
              + String.join(", ", sources)
              + " (expected: one)");
    }
  }
}
