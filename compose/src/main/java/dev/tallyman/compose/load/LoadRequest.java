package dev.tallyman.compose.load;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What to load, and with what.
 *
 * @param files Compose files, later ones over earlier ones; relative ones are of the project
 *     directory; at least one
 * @param projectDirectory what relative paths are relative to; absolute
 * @param environment the shell's variables; they win over the environment files
 * @param envFiles files of variables for interpolation; none means {@code .env} of the project
 *     directory, when it is there
 * @param profiles active profiles; {@code *} is all
 * @param projectName wins over the names in the files
 * @param defaultName the name when neither variables nor files give one; empty for the folder's
 * @param home what {@code ~} means; absolute
 * @param sources where files are read
 */
public record LoadRequest(
    List<Path> files,
    Path projectDirectory,
    Map<String, String> environment,
    List<Path> envFiles,
    Set<String> profiles,
    Optional<String> projectName,
    Optional<String> defaultName,
    Path home,
    Sources sources) {

  /**
   * Checks and copies.
   *
   * @throws IllegalArgumentException when there is no file or a directory is relative
   */
  public LoadRequest {
    files = List.copyOf(files);
    environment = Map.copyOf(environment);
    envFiles = List.copyOf(envFiles);
    profiles = Set.copyOf(profiles);
    if (files.isEmpty()) {
      throw new IllegalArgumentException("files: none (expected: at least one)");
    }
    if (!projectDirectory.isAbsolute() || !home.isAbsolute()) {
      throw new IllegalArgumentException(
          "directories: %s, %s (expected: absolute)".formatted(projectDirectory, home));
    }
    projectDirectory = projectDirectory.normalize();
  }

  /** A request for files of this machine with no variables, profiles or imposed name. */
  public static LoadRequest of(Path projectDirectory, List<Path> files) {
    return new LoadRequest(
        files,
        projectDirectory,
        Map.of(),
        List.of(),
        Set.of(),
        Optional.empty(),
        Optional.empty(),
        Path.of(System.getProperty("user.home", "/")).toAbsolutePath(),
        Sources.disk());
  }

  /** With these variables of the shell. */
  public LoadRequest withEnvironment(Map<String, String> variables) {
    return new LoadRequest(
        files,
        projectDirectory,
        variables,
        envFiles,
        profiles,
        projectName,
        defaultName,
        home,
        sources);
  }

  /** With these environment files in place of {@code .env}. */
  public LoadRequest withEnvFiles(List<Path> these) {
    return new LoadRequest(
        files,
        projectDirectory,
        environment,
        these,
        profiles,
        projectName,
        defaultName,
        home,
        sources);
  }

  /** With these active profiles. */
  public LoadRequest withProfiles(Set<String> active) {
    return new LoadRequest(
        files,
        projectDirectory,
        environment,
        envFiles,
        active,
        projectName,
        defaultName,
        home,
        sources);
  }

  /** With this project name, whatever the files say. */
  public LoadRequest withProjectName(String name) {
    return new LoadRequest(
        files,
        projectDirectory,
        environment,
        envFiles,
        profiles,
        Optional.of(name),
        defaultName,
        home,
        sources);
  }

  /** With this name where neither variables nor files give one. */
  public LoadRequest withDefaultName(String name) {
    return new LoadRequest(
        files,
        projectDirectory,
        environment,
        envFiles,
        profiles,
        projectName,
        Optional.of(name),
        home,
        sources);
  }

  /** With this directory as {@code ~}. */
  public LoadRequest withHome(Path directory) {
    return new LoadRequest(
        files,
        projectDirectory,
        environment,
        envFiles,
        profiles,
        projectName,
        defaultName,
        directory,
        sources);
  }

  /** With files from there. */
  public LoadRequest withSources(Sources from) {
    return new LoadRequest(
        files,
        projectDirectory,
        environment,
        envFiles,
        profiles,
        projectName,
        defaultName,
        home,
        from);
  }

  /** The request without the values of variables, which may be secret. */
  @Override
  public String toString() {
    return "LoadRequest[files=%s, projectDirectory=%s, environment=%s, envFiles=%s, profiles=%s, projectName=%s]"
        .formatted(
            files,
            projectDirectory,
            new TreeMap<>(environment).keySet(),
            envFiles,
            profiles,
            projectName);
  }
}
