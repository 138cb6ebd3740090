package dev.tallyman.compose.load.assemble;

import dev.tallyman.compose.load.shape.TopShapes;
import dev.tallyman.compose.load.tree.KeyPath;
import dev.tallyman.config.yaml.Place;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Makes one tree of files: each is interpolated and brought to long form, gets what it includes,
 * then its services get what they extend, and then it is merged over the files before it. For one
 * thread.
 */
public final class Assembler {

  private static final int DEEPEST = 50;

  private final Workshop workshop;
  private final Includes includes;

  /**
   * An assembler.
   *
   * @param environments told of the variables of included projects
   */
  public Assembler(Workshop workshop, Environments environments) {
    this.workshop = workshop;
    this.includes = new Includes(workshop, environments, this);
  }

  /**
   * The files, later ones over earlier ones.
   *
   * @param files absolute; at least one
   * @param where who asks for them
   * @param chain the files that include them, from the outermost
   */
  public Mapping assemble(List<Path> files, Scope scope, String where, List<Path> chain) {
    Mapping merged =
        new Mapping(new Place(workshop.files().name(files.getFirst()), 1, 1), List.of());
    for (Path file : files) {
      if (chain.contains(file) || chain.size() > DEEPEST) {
        workshop.faults().add(where, circle(chain, file));
        continue;
      }
      List<Path> longer = new ArrayList<>(chain);
      longer.add(file);
      for (Mapping document :
          workshop.documents().of(file, chain.isEmpty() ? workshop.files().name(file) : where)) {
        merged = workshop.merger().merge(merged, read(document, file, scope, longer), KeyPath.TOP);
      }
    }
    return merged;
  }

  private Mapping read(Mapping document, Path file, Scope scope, List<Path> chain) {
    var interpolated =
        workshop.interpolator().interpolate(document, KeyPath.TOP, scope.variables());
    var read =
        TopShapes.file().read(interpolated, KeyPath.TOP, workshop.shapes().in(scope.directory()));
    if (!(read instanceof Mapping model)) {
      throw new IllegalStateException("a mapping was read as " + read.kindName());
    }
    Mapping own = new PassThrough(scope.variables(), workshop.marks()).resolve(model);
    Mapping whole = includes.into(own, scope, chain);
    return new Extends(workshop, scope, file, whole).resolve();
  }

  private String circle(List<Path> chain, Path file) {
    if (!chain.contains(file)) {
      return "include: files include each other more than " + DEEPEST + " levels deep";
    }
    String names =
        chain.subList(chain.indexOf(file), chain.size()).stream()
            .map(workshop.files()::name)
            .collect(Collectors.joining(" -> "));
    return "include: a circle of files: " + names + " -> " + workshop.files().name(file);
  }
}
