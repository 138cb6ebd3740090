package dev.tallyman.compose.load.assemble;

import dev.tallyman.compose.load.dotenv.Dotenv;
import dev.tallyman.compose.load.files.FileSet;
import dev.tallyman.compose.load.interpolate.Interpolator;
import dev.tallyman.compose.load.interpolate.Variables;
import dev.tallyman.config.fault.Faults;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the environment files of the project and of what it includes. For one thread. */
public final class Environments {

  private static final Path NONE = Path.of("/dev/null");

  private final FileSet files;
  private final Interpolator interpolator;
  private final Faults faults;
  private final Map<String, String> all = new HashMap<>();

  /** Nothing read yet. */
  public Environments(FileSet files, Interpolator interpolator, Faults faults) {
    this.files = files;
    this.interpolator = interpolator;
    this.faults = faults;
  }

  /** Adds variables, unless they are known already. */
  public void add(Map<String, String> variables) {
    variables.forEach(all::putIfAbsent);
  }

  /** All variables that were read or added; what came first stays. */
  public Map<String, String> all() {
    return Map.copyOf(all);
  }

  /**
   * The variables of files, later ones over earlier ones.
   *
   * @param named files that must be there; none means {@code .env} of the directory, if it is there
   * @param where who asks for them
   * @param outside wins over the files when one of their values names a variable
   */
  public Map<String, String> read(
      List<Path> named, Path directory, String where, Variables outside) {
    Map<String, String> values = new LinkedHashMap<>();
    if (named.isEmpty()) {
      Path standard = directory.resolve(".env");
      files
          .textIfThere(standard, files.name(standard))
          .ifPresent(text -> values.putAll(parse(standard, text, outside, values)));
    }
    for (Path file : named) {
      if (!file.equals(NONE)) {
        Optional<String> text = files.text(file, where);
        text.ifPresent(found -> values.putAll(parse(file, found, outside, values)));
      }
    }
    return values;
  }

  private Map<String, String> parse(
      Path file, String text, Variables outside, Map<String, String> before) {
    return new Dotenv(files.name(file), interpolator, faults)
        .read(text, outside.or(Variables.of(before)));
  }
}
