package dev.tallyman.compose.load.check;

import dev.tallyman.compose.load.tree.Trees;
import dev.tallyman.config.fault.Faults;
import dev.tallyman.config.yaml.YamlValue.Mapping;

/** Everything that must be right about a whole project. Disabled services are not looked at. */
public final class Consistency {

  private Consistency() {}

  /**
   * Adds a fault for whatever is not right.
   *
   * @param all the completed project with its disabled services
   * @param project the same without them
   */
  public static void check(Mapping all, Mapping project, Faults faults) {
    References references = new References(all, project);
    Conflicts conflicts = new Conflicts();
    Trees.entries(project, "services")
        .forEach(entry -> {
          if (entry.value() instanceof Mapping service) {
            Check check = new Check(entry.key(), service, faults);
            conflicts.check(check);
            references.check(check);
          }
        });
    new Resources(faults).check(project);
    if (Trees.get(project, "services").orElse(null) instanceof Mapping services) {
      new Circles(services, faults).check();
    }
  }
}
