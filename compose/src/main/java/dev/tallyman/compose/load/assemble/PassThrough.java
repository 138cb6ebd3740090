package dev.tallyman.compose.load.assemble;

import dev.tallyman.compose.load.interpolate.Variables;
import dev.tallyman.compose.load.merge.Marks;
import dev.tallyman.compose.load.tree.EntryMap;
import dev.tallyman.compose.load.tree.Trees;
import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.config.yaml.YamlValue.Entry;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import java.util.Optional;

/**
 * Gives variables of services that are named without a value the value that their own file sees, so
 * that an included project's {@code .env} serves that project only.
 */
final class PassThrough {

  private static final String SERVICES = "services";
  private static final String ENVIRONMENT = "environment";

  private final Variables variables;
  private final Marks marks;

  PassThrough(Variables variables, Marks marks) {
    this.variables = variables;
    this.marks = marks;
  }

  Mapping resolve(Mapping model) {
    Optional<YamlValue> services = Trees.get(model, SERVICES);
    if (services.isEmpty() || !(services.get() instanceof Mapping present)) {
      return model;
    }
    EntryMap resolved = new EntryMap();
    present
        .entries()
        .forEach(
            entry -> resolved.put(new Entry(entry.place(), entry.key(), service(entry.value()))));
    return EntryMap.of(model).replace(SERVICES, resolved.at(present.place())).at(model.place());
  }

  private YamlValue service(YamlValue value) {
    if (!(value instanceof Mapping service)
        || !(Trees.get(service, ENVIRONMENT).orElse(null) instanceof Mapping environment)) {
      return value;
    }
    EntryMap resolved = new EntryMap();
    environment.entries().forEach(entry -> resolved.put(variable(entry)));
    return EntryMap.of(service)
        .replace(ENVIRONMENT, resolved.at(environment.place()))
        .at(service.place());
  }

  private Entry variable(Entry entry) {
    boolean named = Trees.isNothing(entry.value()) && !marks.isReset(entry.value());
    return named
        ? variables
            .value(entry.key())
            .map(value ->
                new Entry(entry.place(), entry.key(), Trees.text(entry.value().place(), value)))
            .orElse(entry)
        : entry;
  }
}
