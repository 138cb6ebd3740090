package dev.tallyman.cli.stack;

import dev.tallyman.cli.process.CommandFailure;
import dev.tallyman.cli.process.Host;
import dev.tallyman.compose.load.LoadRequest;
import dev.tallyman.compose.load.Sources;
import dev.tallyman.compose.load.dotenv.Dotenv;
import dev.tallyman.compose.load.interpolate.Interpolator;
import dev.tallyman.compose.load.interpolate.Variables;
import dev.tallyman.config.fault.Faults;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds the Compose files that a person means. Flags win over {@code COMPOSE_FILE}, that over the
 * files of the working directory or the nearest one above it that has some. {@code COMPOSE_FILE},
 * {@code COMPOSE_PATH_SEPARATOR} and {@code COMPOSE_PROFILES} may stand in the environment files
 * too.
 *
 * @param files the flags {@code -f}, in order; {@code -} is standard input
 * @param envFiles the flags {@code --env-file}, in order
 * @param profiles the flags {@code --profile}
 * @param name the flag {@code -p}
 */
public record StackFiles(
    List<String> files, List<Path> envFiles, Set<String> profiles, Optional<String> name) {

  private static final String STANDARD_INPUT = "-";
  private static final int MAX_INPUT_BYTES = 16 << 20;

  private static final List<String> NAMES =
      List.of("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml");

  private static final String FILE = "COMPOSE_FILE";
  private static final String SEPARATOR = "COMPOSE_PATH_SEPARATOR";
  private static final String PROFILES = "COMPOSE_PROFILES";

  /** Copies the collections. */
  public StackFiles {
    files = List.copyOf(files);
    envFiles = List.copyOf(envFiles);
    profiles = Set.copyOf(profiles);
  }

  /**
   * What to load.
   *
   * @throws CommandFailure when no file is named and none is found
   */
  public LoadRequest request(Host host) {
    return find(host)
        .orElseThrow(() ->
            CommandFailure.usage(
                "there is no %s in %s or above it; name a file with -f"
                    .formatted(String.join(", ", NAMES), host.directory())));
  }

  /** What to load; empty when no file is named and none is found. */
  public Optional<LoadRequest> find(Host host) {
    Path directory = host.directory();
    Map<String, String> variables = variables(host, directory);
    List<Path> named = named(directory, variables);
    List<Path> found = named.isEmpty() ? nearest(directory) : named;
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Path input = directory.resolve(STANDARD_INPUT);
    Path first = found.getFirst();
    Path project = Optional.ofNullable(first.getParent()).orElse(directory);
    LoadRequest request =
        LoadRequest.of(project, found)
            .withHome(host.home())
            .withEnvironment(host.environment())
            .withEnvFiles(envFiles.stream().map(directory::resolve).toList())
            .withProfiles(activeProfiles(variables));
    LoadRequest complete = name.map(request::withProjectName).orElse(request);
    return Optional.of(
        found.contains(input) ? complete.withSources(withInput(host, input)) : complete);
  }

  private List<Path> named(Path directory, Map<String, String> variables) {
    if (!files.isEmpty()) {
      return files.stream().map(file -> directory.resolve(file).normalize()).toList();
    }
    String separator = variables.getOrDefault(SEPARATOR, File.pathSeparator);
    return split(variables.getOrDefault(FILE, ""), separator)
        .map(file -> directory.resolve(file).normalize())
        .toList();
  }

  private Set<String> activeProfiles(Map<String, String> variables) {
    Set<String> active = new HashSet<>(profiles);
    split(variables.getOrDefault(PROFILES, ""), ",").forEach(active::add);
    return active;
  }

  private static Stream<String> split(String text, String separator) {
    return Arrays.stream(text.split(Pattern.quote(separator), -1))
        .map(String::strip)
        .filter(part -> !part.isEmpty());
  }

  /** The files of the nearest directory that has a main file, with its override file. */
  private static List<Path> nearest(Path directory) {
    for (Path folder = directory; folder != null; folder = folder.getParent()) {
      for (String main : NAMES) {
        if (Files.isRegularFile(folder.resolve(main))) {
          List<Path> found = new ArrayList<>(List.of(folder.resolve(main)));
          overrideOf(folder, main).ifPresent(found::add);
          return found;
        }
      }
    }
    return List.of();
  }

  private static Optional<Path> overrideOf(Path folder, String main) {
    String stem = main.substring(0, main.lastIndexOf('.'));
    return Stream.of(".override.yaml", ".override.yml")
        .map(suffix -> folder.resolve(stem + suffix))
        .filter(Files::isRegularFile)
        .findFirst();
  }

  /**
   * The shell's variables and, below them, those of the environment files. What is wrong with these
   * files is told by the load, which reads them too.
   */
  private Map<String, String> variables(Host host, Path directory) {
    Map<String, String> all = new HashMap<>();
    List<Path> sources =
        envFiles.isEmpty()
            ? List.of(directory.resolve(".env"))
            : envFiles.stream().map(directory::resolve).toList();
    for (Path file : sources) {
      Faults ignored = new Faults();
      try {
        all.putAll(
            new Dotenv(file.toString(), new Interpolator(ignored, new ArrayList<>()), ignored)
                .read(Files.readString(file), Variables.of(host.environment())));
      } catch (IOException _) {
        // Said by the load, if the file has to be there.
      }
    }
    all.putAll(host.environment());
    return all;
  }

  private static Sources withInput(Host host, Path input) {
    Sources disk = Sources.disk();
    return file -> file.equals(input) ? input(host.in()) : disk.open(file);
  }

  private static InputStream input(InputStream in) throws IOException {
    return new ByteArrayInputStream(in.readNBytes(MAX_INPUT_BYTES + 1));
  }
}
