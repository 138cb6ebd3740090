package dev.tallyman.cli.sweep;

import dev.tallyman.runtime.Instance;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** In which order instances of a stack are stopped: each before those that it depends on. Pure. */
final class Order {

  private Order() {}

  /**
   * Those that may be stopped now, because nothing that is left depends on them; all of them when
   * they depend on each other in a circle. Not empty unless nothing is left.
   */
  static List<Instance> next(Collection<Instance> left) {
    Set<String> needed = new HashSet<>();
    left.forEach(instance -> needed.addAll(instance.dependencies()));
    List<Instance> free =
        left.stream().filter(instance -> !needed.contains(instance.workload())).toList();
    return free.isEmpty() ? List.copyOf(left) : free;
  }
}
