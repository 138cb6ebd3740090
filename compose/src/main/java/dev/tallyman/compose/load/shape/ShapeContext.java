package dev.tallyman.compose.load.shape;

import dev.tallyman.compose.load.tree.KeyPath;
import dev.tallyman.compose.load.tree.Trees;
import dev.tallyman.config.fault.Fault;
import dev.tallyman.config.fault.Faults;
import dev.tallyman.config.fault.Suggestions;
import dev.tallyman.config.yaml.Place;
import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.config.yaml.YamlValue.Kind;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import dev.tallyman.config.yaml.YamlValue.Scalar;
import dev.tallyman.config.yaml.YamlValue.Sequence;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What shapes need beside the value. For one thread. */
public final class ShapeContext {

  private static final int SHOWN = 80;

  private final Faults faults;
  private final List<Fault> warnings;
  private final Path directory;
  private final Path home;
  private final Set<Place> refused;

  private ShapeContext(
      Faults faults, List<Fault> warnings, Path directory, Path home, Set<Place> refused) {
    this.faults = faults;
    this.warnings = warnings;
    this.directory = directory;
    this.home = home;
    this.refused = refused;
  }

  /**
   * A context.
   *
   * @param directory what relative paths are relative to
   * @param home what {@code ~} means
   */
  public static ShapeContext of(Faults faults, List<Fault> warnings, Path directory, Path home) {
    return new ShapeContext(faults, warnings, directory, home, new HashSet<>());
  }

  /** The same with other relative paths; what was refused is shared. */
  public ShapeContext in(Path other) {
    return new ShapeContext(faults, warnings, other, home, refused);
  }

  /** What relative paths are relative to. */
  public Path directory() {
    return directory;
  }

  /** What {@code ~} means. */
  public Path home() {
    return home;
  }

  /** Adds a fault. */
  public void fault(Place place, KeyPath at, String problem) {
    faults.add(place.toString(), at.keys().isEmpty() ? problem : at + ": " + problem);
  }

  /** The end of a sentence about an unknown word, which may name a known one. */
  public String didYouMean(String word, Collection<String> known) {
    return faults.isFull() ? "" : Suggestions.didYouMean(word, known);
  }

  /** Adds a warning. */
  public void warn(Place place, KeyPath at, String problem) {
    warnings.add(new Fault(place.toString(), at + ": " + problem));
  }

  /** Adds the fault that a value is not what is expected; nothing takes its place. */
  public YamlValue refuse(YamlValue value, KeyPath at, String expected) {
    return refuseBecause(value, at, shown(value) + " (expected: " + expected + ")");
  }

  /** Adds a fault; nothing takes the place of the value. */
  public YamlValue refuseBecause(YamlValue value, KeyPath at, String problem) {
    fault(value.place(), at, problem);
    return refused(value.place());
  }

  /** Nothing, where a fault has been added for what should be there. */
  public YamlValue refused(Place place) {
    refused.add(place);
    return Trees.nothing(place);
  }

  /** Whether nothing is here because what was here has been refused already. */
  public boolean wasRefused(YamlValue value) {
    return refused.contains(value.place());
  }

  private static String shown(YamlValue value) {
    return switch (value) {
      case Scalar(Place _, String text, Kind kind) ->
          switch (kind) {
            case NULL -> "nothing";
            case TEXT -> '"' + shortened(text) + '"';
            case NUMBER, BOOLEAN -> shortened(text);
          };
      case Sequence sequence -> sequence.kindName();
      case Mapping mapping -> mapping.kindName();
    };
  }

  private static String shortened(String text) {
    String line = text.replace('\n', ' ');
    return line.length() > SHOWN ? line.substring(0, SHOWN) + "…" : line;
  }
}
