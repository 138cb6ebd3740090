package dev.tallyman.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Where settings are read from, the weakest first.
 *
 * @param file a YAML file
 * @param environment the process's environment; names that do not begin with {@code TALLYMAN_} do
 *     not matter
 * @param otherEnvironment names that begin with {@code TALLYMAN_} and are not settings of this
 *     program, but right
 * @param flags the texts that were given for a setting on the command line
 */
public record Layers(
    Optional<Path> file,
    Map<String, String> environment,
    Predicate<String> otherEnvironment,
    Map<Setting<?>, List<String>> flags) {

  public Layers {
    environment = Map.copyOf(environment);
    flags = Map.copyOf(flags);
  }

  /** Nothing but defaults. */
  public static Layers none() {
    return new Layers(Optional.empty(), Map.of(), _ -> false, Map.of());
  }

  /** The same with this file. */
  public Layers withFile(Path path) {
    return new Layers(Optional.of(path), environment, otherEnvironment, flags);
  }

  /** The same with this environment. */
  public Layers withEnvironment(Map<String, String> variables) {
    return new Layers(file, variables, otherEnvironment, flags);
  }

  /** The same, and these names of the environment are right as well. */
  public Layers allowingEnvironment(Predicate<String> names) {
    return new Layers(file, environment, otherEnvironment.or(names), flags);
  }

  /** The same with these flags. */
  public Layers withFlags(Map<Setting<?>, List<String>> texts) {
    return new Layers(file, environment, otherEnvironment, texts);
  }
}
