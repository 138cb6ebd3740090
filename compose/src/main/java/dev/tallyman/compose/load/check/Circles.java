package dev.tallyman.compose.load.check;

import dev.tallyman.compose.load.tree.EntryMap;
import dev.tallyman.compose.load.tree.Trees;
import dev.tallyman.config.fault.Faults;
import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.config.yaml.YamlValue.Entry;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds services that wait for each other. A walk without recursion, because chains may be long.
 */
final class Circles {

  private final EntryMap services;
  private final Faults faults;
  private final Set<String> done = new HashSet<>();
  private final LinkedHashSet<String> path = new LinkedHashSet<>();

  private record Step(String name, Iterator<Entry> dependencies) {}

  Circles(Mapping services, Faults faults) {
    this.services = EntryMap.of(services);
    this.faults = faults;
  }

  /** Adds a fault for each circle that a walk in the order of the file closes. */
  void check() {
    services.entries().forEach(entry -> walk(entry.key()));
  }

  private void walk(String start) {
    Deque<Step> steps = new ArrayDeque<>();
    enter(start, steps);
    while (!steps.isEmpty()) {
      Step step = steps.getFirst();
      if (!step.dependencies.hasNext()) {
        steps.removeFirst();
        path.remove(step.name);
        done.add(step.name);
        continue;
      }
      Entry next = step.dependencies.next();
      if (path.contains(next.key())) {
        report(next);
      } else {
        enter(next.key(), steps);
      }
    }
  }

  private void enter(String name, Deque<Step> steps) {
    if (!done.contains(name) && services.has(name)) {
      path.add(name);
      YamlValue service = services.get(name).orElseThrow();
      steps.addFirst(new Step(name, Dependencies.of(service).toList().iterator()));
    }
  }

  private void report(Entry closing) {
    List<String> circle = new ArrayList<>();
    boolean within = false;
    for (String name : path) {
      within |= name.equals(closing.key());
      if (within) {
        circle.add(name);
      }
    }
    circle.add(closing.key());
    faults.add(
        closing.place().toString(),
        "services wait for each other in a circle: " + String.join(" -> ", circle));
  }

  /** Whether the value is a dependency that must be there. */
  static boolean isRequired(YamlValue dependency) {
    return Trees.get(dependency, "required").map(Trees::isTrue).orElse(true);
  }
}
