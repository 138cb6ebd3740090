package dev.tallyman.compose.load.assemble;

import dev.tallyman.compose.load.dotenv.Dotenv;
import dev.tallyman.compose.load.interpolate.Variables;
import dev.tallyman.compose.load.tree.EntryMap;
import dev.tallyman.compose.load.tree.Trees;
import dev.tallyman.config.yaml.Place;
import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.config.yaml.YamlValue.Entry;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Gives services the variables and labels of their files. What a service says itself wins; a
 * variable without a value takes the one from outside, or is left out.
 */
public final class ServiceVariables {

  private final Workshop workshop;
  private final Variables outside;

  /**
   * A resolver.
   *
   * @param outside the project's variables
   */
  public ServiceVariables(Workshop workshop, Variables outside) {
    this.workshop = workshop;
    this.outside = outside;
  }

  /** The project with no {@code env_file} and {@code label_file} left. */
  public Mapping resolve(Mapping project) {
    Optional<YamlValue> services = Trees.get(project, "services");
    if (services.isEmpty()) {
      return project;
    }
    EntryMap resolved = new EntryMap();
    Trees.entries(services.get())
        .forEach(entry ->
            resolved.put(
                entry.value() instanceof Mapping service
                    ? new Entry(entry.place(), entry.key(), service(service))
                    : entry));
    return EntryMap.of(project)
        .replace("services", resolved.at(services.get().place()))
        .at(project.place());
  }

  private Mapping service(Mapping service) {
    EntryMap resolved = EntryMap.of(service).remove("env_file").remove("label_file");
    Map<String, Entry> environment = environment(service);
    put("environment", service, environment, resolved);
    Map<String, Entry> labels = new LinkedHashMap<>();
    Trees.items(service, "label_file")
        .forEach(file ->
            Trees.text(file)
                .ifPresent(path -> read(path, file.place(), true, "", labels, Map.of())));
    Trees.entries(service, "labels").forEach(entry -> labels.put(entry.key(), entry));
    put("labels", service, labels, resolved);
    return resolved.at(service.place());
  }

  private static void put(
      String key, Mapping service, Map<String, Entry> values, EntryMap resolved) {
    EntryMap map = new EntryMap();
    values.values().stream().filter(entry -> !Trees.isNothing(entry.value())).forEach(map::put);
    if (map.isEmpty()) {
      resolved.remove(key);
    } else {
      resolved.replace(key, map.at(Trees.get(service, key).orElse(service).place()));
    }
  }

  private Map<String, Entry> environment(Mapping service) {
    Map<String, Entry> own = new LinkedHashMap<>();
    Trees.entries(service, "environment")
        .forEach(entry -> own.put(entry.key(), fromOutside(entry)));
    Map<String, Entry> all = new LinkedHashMap<>();
    Trees.items(service, "env_file")
        .forEach(file ->
            Trees.text(file, "path")
                .ifPresent(path ->
                    read(
                        path,
                        file.place(),
                        Trees.get(file, "required").map(Trees::isTrue).orElse(true),
                        Trees.text(file, "format").orElse(""),
                        all,
                        own)));
    all.putAll(own);
    return all;
  }

  private Entry fromOutside(Entry entry) {
    return Trees.isNothing(entry.value())
        ? outside
            .value(entry.key())
            .map(value ->
                new Entry(entry.place(), entry.key(), Trees.text(entry.value().place(), value)))
            .orElse(entry)
        : entry;
  }

  private void read(
      String path,
      Place place,
      boolean required,
      String format,
      Map<String, Entry> into,
      Map<String, Entry> own) {
    Path file = Path.of(path);
    String where = place.toString();
    Optional<String> text =
        required ? workshop.files().text(file, where) : workshop.files().textIfThere(file, where);
    if (text.isEmpty()) {
      return;
    }
    Dotenv dotenv =
        new Dotenv(workshop.files().name(file), workshop.interpolator(), workshop.faults());
    Variables variables = outside.or(valuesOf(own)).or(valuesOf(into));
    Map<String, String> values =
        format.equals("raw")
            ? dotenv.readRaw(text.get(), variables)
            : dotenv.read(text.get(), variables);
    values.forEach((key, value) -> into.put(key, new Entry(place, key, Trees.text(place, value))));
  }

  private static Variables valuesOf(Map<String, Entry> entries) {
    return name -> Optional.ofNullable(entries.get(name)).flatMap(e -> Trees.text(e.value()));
  }
}
