package dev.tallyman.compose.load;

import dev.tallyman.config.fault.Fault;
import dev.tallyman.config.yaml.YamlValue;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A project as its files say, in the specification's long form.
 *
 * @param name lower-case letters, digits, {@code -} and {@code _}; begins with a letter or digit
 * @param model {@code name}, {@code services} (enabled ones only), {@code networks}, {@code
 *     volumes}, {@code secrets}, {@code configs} and extensions; each value has the place it was
 *     written at, and defaults have the place of what they belong to
 * @param directory what relative paths were resolved against; absolute
 * @param files every file that was read, in the order of reading; absolute
 * @param environment the variables for interpolation, environment files included: secrets and
 *     configs with {@code environment} take their content from here
 * @param warnings what may be a mistake and is no fault, such as a variable that is not set
 */
public record Project(
    String name,
    YamlValue.Mapping model,
    Path directory,
    List<Path> files,
    Map<String, String> environment,
    List<Fault> warnings) {

  /** Copies the collections. */
  public Project {
    files = List.copyOf(files);
    environment = Map.copyOf(environment);
    warnings = List.copyOf(warnings);
  }

  /** The project's name and files; not the model, which may hold secrets. */
  @Override
  public String toString() {
    return "Project[name=%s, directory=%s, files=%s]".formatted(name, directory, files);
  }
}
