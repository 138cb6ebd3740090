package dev.tallyman.compose.load.assemble;

import dev.tallyman.compose.load.shape.Paths;
import dev.tallyman.compose.load.shape.TopShapes;
import dev.tallyman.compose.load.tree.EntryMap;
import dev.tallyman.compose.load.tree.KeyPath;
import dev.tallyman.compose.load.tree.Trees;
import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.config.yaml.YamlValue.Entry;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Gives the services of one file what they extend: a service of the same file, what it includes
 * counted in, or one of another file, whose relative paths are of that file's directory. For one
 * thread and one use.
 */
final class Extends {

  private static final int DEEPEST = 100;

  private final Workshop workshop;
  private final Scope scope;
  private final Mapping model;
  private final Source own;
  private final Map<Path, Source> others = new HashMap<>();
  private final Map<Ref, Mapping> resolved = new HashMap<>();
  private final Map<Ref, YamlValue> shaped = new HashMap<>();

  private record Ref(Path file, String service) {}

  /** Services of a file, in long form. */
  private record Source(Path file, Path directory, EntryMap services, boolean isRaw) {}

  Extends(Workshop workshop, Scope scope, Path file, Mapping model) {
    this.workshop = workshop;
    this.scope = scope;
    this.model = model;
    this.own = new Source(file, scope.directory(), services(model), false);
  }

  private static EntryMap services(Mapping model) {
    return Trees.get(model, "services").orElse(null) instanceof Mapping services
        ? EntryMap.of(services)
        : new EntryMap();
  }

  /** The file with no {@code extends} left. */
  Mapping resolve() {
    if (own.services.isEmpty()) {
      return model;
    }
    EntryMap done = new EntryMap();
    for (Entry entry : own.services.entries()) {
      done.put(
          entry.value() instanceof Mapping service
              ? new Entry(entry.place(), entry.key(), resolve(own, entry.key(), service, List.of()))
              : entry);
    }
    EntryMap whole = EntryMap.of(model);
    return whole
        .replace("services", done.at(whole.get("services").orElse(model).place()))
        .at(model.place());
  }

  private Mapping resolve(Source source, String name, Mapping service, List<Ref> chain) {
    Optional<YamlValue> extension = Trees.get(service, "extends");
    if (extension.isEmpty()) {
      return service;
    }
    Ref me = new Ref(source.file, name);
    Mapping known = resolved.get(me);
    if (known != null) {
      return known;
    }
    List<Ref> longer = new ArrayList<>(chain);
    longer.add(me);
    Mapping mine = EntryMap.of(service).remove("extends").at(service.place());
    Mapping merged =
        base(source, name, extension.get(), longer)
            .map(base -> workshop.merger().merge(settled(base), mine, KeyPath.of("services", name)))
            .orElseGet(() -> alone(mine));
    resolved.put(me, merged);
    return merged;
  }

  /** What it was to extend could have had the image; its lack is no fault of its own. */
  private Mapping alone(Mapping service) {
    return EntryMap.of(service)
        .putIfAbsent("image", workshop.shapes().refused(service.place()))
        .at(service.place());
  }

  private Mapping settled(Mapping base) {
    return workshop.merger().settle(base) instanceof Mapping settled ? settled : base;
  }

  private Optional<Mapping> base(Source source, String name, YamlValue extension, List<Ref> chain) {
    KeyPath at = KeyPath.of("services", name, "extends");
    Optional<String> wanted = Trees.text(extension, "service");
    if (wanted.isEmpty()) {
      workshop.shapes().fault(extension.place(), at, "the key service is missing");
      return Optional.empty();
    }
    Optional<YamlValue> file =
        Trees.get(extension, "file").filter(text -> !Trees.isEmptyText(text));
    Optional<Source> from = file.isPresent() ? other(source, file.get(), at) : Optional.of(source);
    return from.flatMap(there -> base(there, wanted.get(), extension, at, chain));
  }

  private Optional<Mapping> base(
      Source there, String wanted, YamlValue extension, KeyPath at, List<Ref> chain) {
    Ref ref = new Ref(there.file, wanted);
    if (chain.contains(ref) || chain.size() > DEEPEST) {
      workshop.shapes().fault(extension.place(), at, circle(chain, ref));
      return Optional.empty();
    }
    Optional<YamlValue> found = there.services.get(wanted);
    if (found.isEmpty()) {
      workshop
          .shapes()
          .fault(
              extension.place(),
              at,
              "there is no service "
                  + wanted
                  + " in "
                  + workshop.files().name(there.file)
                  + workshop.shapes().didYouMean(wanted, names(there)));
      return Optional.empty();
    }
    return shaped(there, wanted, found.get()) instanceof Mapping base
        ? Optional.of(resolve(there, wanted, base, chain))
        : Optional.empty();
  }

  private static Set<String> names(Source source) {
    return source.services.entries().stream()
        .map(Entry::key)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private YamlValue shaped(Source source, String name, YamlValue service) {
    if (!source.isRaw) {
      return service;
    }
    KeyPath at = KeyPath.of("services", name);
    return shaped.computeIfAbsent(
        new Ref(source.file, name),
        _ ->
            TopShapes.service()
                .read(
                    workshop.interpolator().interpolate(service, at, scope.variables()),
                    at,
                    workshop.shapes().in(source.directory)));
  }

  private Optional<Source> other(Source from, YamlValue file, KeyPath at) {
    Optional<String> path =
        Trees.text(file)
            .flatMap(text -> Paths.absolute(text, from.directory, workshop.shapes().home()));
    if (path.isEmpty()) {
      workshop.shapes().fault(file.place(), at.key("file"), "not a path of this machine");
      return Optional.empty();
    }
    Path absolute = Path.of(path.get()).normalize();
    Source known = others.get(absolute);
    if (known != null) {
      return Optional.of(known);
    }
    List<Mapping> documents = workshop.documents().of(absolute, file.place().toString());
    if (documents.isEmpty()) {
      return Optional.empty();
    }
    EntryMap services = new EntryMap();
    documents.forEach(document -> services(document).entries().forEach(services::put));
    Path parent = absolute.getParent();
    Source source = new Source(absolute, parent == null ? from.directory : parent, services, true);
    others.put(absolute, source);
    return Optional.of(source);
  }

  private String circle(List<Ref> chain, Ref ref) {
    if (!chain.contains(ref)) {
      return "services extend each other more than " + DEEPEST + " levels deep";
    }
    boolean oneFile = chain.stream().allMatch(link -> link.file.equals(ref.file));
    List<Ref> circle = new ArrayList<>(chain.subList(chain.indexOf(ref), chain.size()));
    circle.add(ref);
    return "a circle of services: "
        + circle.stream()
            .map(link ->
                oneFile
                    ? link.service
                    : link.service + " (" + workshop.files().name(link.file) + ")")
            .collect(Collectors.joining(" -> "));
  }
}
