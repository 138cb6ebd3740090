package dev.tallyman.compose.load.assemble;

import dev.tallyman.compose.load.interpolate.Variables;
import dev.tallyman.compose.load.shape.Paths;
import dev.tallyman.compose.load.tree.EntryMap;
import dev.tallyman.compose.load.tree.KeyPath;
import dev.tallyman.compose.load.tree.Trees;
import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.config.yaml.YamlValue.Entry;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Brings in what a file includes: projects of their own, with their own directory and {@code .env}.
 * Something that is in both must be the same in both.
 */
final class Includes {

  private static final List<String> KINDS =
      List.of("services", "networks", "volumes", "secrets", "configs", "models");
  private static final Pattern REMOTE = Pattern.compile("(?:[a-z][a-z0-9+]+://|git@|oci:).*");

  /** Files that include each other twice would otherwise double the work with each level. */
  private static final int MOST = 200;

  private static final KeyPath AT = KeyPath.of("include");

  private final Workshop workshop;
  private final Environments environments;
  private final Assembler assembler;
  private int loaded;

  Includes(Workshop workshop, Environments environments, Assembler assembler) {
    this.workshop = workshop;
    this.environments = environments;
    this.assembler = assembler;
  }

  Mapping into(Mapping model, Scope scope, List<Path> chain) {
    List<YamlValue> includes = Trees.items(model, "include").toList();
    EntryMap whole = EntryMap.of(model).remove("include");
    for (int i = 0; i < includes.size(); i++) {
      Optional<Mapping> included = load(includes.get(i), AT.item(i), scope, chain);
      included.ifPresent(project -> KINDS.forEach(kind -> add(kind, project, whole)));
    }
    return whole.at(model.place());
  }

  private Optional<Mapping> load(YamlValue include, KeyPath at, Scope scope, List<Path> chain) {
    if (++loaded > MOST) {
      if (loaded == MOST + 1) {
        workshop
            .shapes()
            .fault(include.place(), at, "too many includes (expected: at most " + MOST + ")");
      }
      return Optional.empty();
    }
    List<Path> files = paths(include, "path", at, scope);
    if (files.isEmpty()) {
      if (Trees.items(include, "path").findAny().isEmpty()) {
        workshop.shapes().fault(include.place(), at, "the key path is missing");
      }
      return Optional.empty();
    }
    Path directory =
        paths(include, "project_directory", at, scope).stream()
            .findFirst()
            .orElseGet(() -> parent(files.getFirst()));
    String where = include.place().toString();
    Map<String, String> own =
        environments.read(
            paths(include, "env_file", at, scope), directory, where, scope.variables());
    environments.add(own);
    Scope inner = new Scope(directory, scope.variables().or(Variables.of(own)));
    return Optional.of(assembler.assemble(files, inner, where, chain));
  }

  private List<Path> paths(YamlValue include, String key, KeyPath at, Scope scope) {
    List<Path> paths = new ArrayList<>();
    List<YamlValue> written =
        Trees.text(include, key).isPresent()
            ? Trees.get(include, key).stream().toList()
            : Trees.items(include, key).toList();
    for (YamlValue value : written) {
      String text = Trees.text(value).orElse("");
      Optional<String> path =
          REMOTE.matcher(text).matches()
              ? Optional.empty()
              : Paths.absolute(text, scope.directory(), workshop.shapes().home());
      if (path.isPresent()) {
        paths.add(Path.of(path.get()).normalize());
      } else {
        workshop
            .shapes()
            .fault(
                value.place(),
                at.key(key),
                "\"" + text + "\" (expected: a path of this machine; others are not supported)");
      }
    }
    return paths;
  }

  private static Path parent(Path file) {
    Path parent = file.getParent();
    return parent == null ? file : parent;
  }

  private void add(String kind, Mapping project, EntryMap whole) {
    List<Entry> theirs = Trees.entries(project, kind).toList();
    if (theirs.isEmpty()) {
      return;
    }
    EntryMap mine =
        whole.get(kind).orElse(null) instanceof Mapping present
            ? EntryMap.of(present)
            : new EntryMap();
    for (Entry entry : theirs) {
      Optional<YamlValue> local = mine.get(entry.key());
      if (local.isEmpty()) {
        mine.put(entry);
      } else if (!Trees.same(workshop.merger().settle(entry.value()), local.get())) {
        workshop
            .shapes()
            .fault(
                local.get().place(),
                KeyPath.of(kind, entry.key()),
                "an included file has another one of that name, at "
                    + entry.place()
                    + " (expected: another name, or the same in both)");
      }
    }
    whole.replace(kind, mine.at(theirs.getFirst().place()));
  }
}
