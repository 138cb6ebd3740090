package dev.tallyman.compose.load;

import dev.tallyman.compose.load.assemble.Workshop;
import dev.tallyman.compose.load.interpolate.Variables;
import dev.tallyman.compose.load.tree.Trees;
import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Finds the project's name: the one that was asked for, {@code COMPOSE_PROJECT_NAME}, the last
 * file's that has one, or the directory's, in that order. Only the directory's is adapted to the
 * rule for names; any other one that breaks it is a fault.
 */
final class ProjectNames {

  static final String VARIABLE = "COMPOSE_PROJECT_NAME";

  private static final String EXPECTED =
      "lower-case letters, digits, - and _, the first a letter or digit";
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]*");

  private final Workshop workshop;

  ProjectNames(Workshop workshop) {
    this.workshop = workshop;
  }

  String find(LoadRequest request, Iterable<Path> files, Variables variables) {
    Optional<String> imposed =
        request.projectName().or(() -> variables.value(VARIABLE).filter(name -> !name.isEmpty()));
    if (imposed.isPresent()) {
      String where = request.projectName().isPresent() ? "project name" : "environment " + VARIABLE;
      return checked(imposed.get(), where, "");
    }
    Optional<String> written = Optional.empty();
    for (Path file : files) {
      for (Mapping document : workshop.documents().of(file, workshop.files().name(file))) {
        Optional<YamlValue> name = Trees.get(document, "name");
        if (name.isPresent()) {
          written = written(name.get(), variables);
        }
      }
    }
    return written
        .or(() -> request.defaultName().map(name -> checked(name, "project name", "")))
        .orElseGet(() -> ofDirectory(request.projectDirectory()));
  }

  private Optional<String> written(YamlValue name, Variables variables) {
    String where = name.place().toString();
    return Trees.text(name)
        .map(text -> workshop.interpolator().interpolate(text, where, "name: ", variables))
        .filter(text -> !text.isEmpty())
        .map(text -> checked(text, where, "name: "));
  }

  private String ofDirectory(Path directory) {
    String folder = directory.getFileName() == null ? "" : directory.getFileName().toString();
    String name =
        folder.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_-]", "").replaceFirst("^[_-]+", "");
    if (name.isEmpty()) {
      workshop
          .faults()
          .add(
              directory.toString(),
              "the directory's name has nothing that a project's name may have; give the project a"
                  + " name (expected: "
                  + EXPECTED
                  + ")");
    }
    return name;
  }

  private String checked(String name, String where, String prefix) {
    if (!NAME.matcher(name).matches()) {
      workshop.faults().add(where, "%s\"%s\" (expected: %s)".formatted(prefix, name, EXPECTED));
    }
    return name;
  }
}
