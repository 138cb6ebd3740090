package dev.tallyman.cli.install;

import static java.util.Objects.requireNonNull;

import dev.tallyman.config.StandardPaths;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where and for whom the service is made.
 *
 * @param user whose service it is
 * @param uid that user's number
 * @param home that user's home folder
 * @param paths where the agent of that user has its files
 * @param launcher the program that the service runs; absolute
 * @param javaHome the Java that is offered to it; absolute
 * @param root folder that stands for {@code /}; empty for this host itself
 */
record Site(
    StandardPaths.User user,
    long uid,
    Path home,
    StandardPaths paths,
    Path launcher,
    Path javaHome,
    Optional<Path> root) {

  Site {
    requireNonNull(user, "user");
    requireNonNull(home, "home");
    requireNonNull(paths, "paths");
    requireNonNull(launcher, "launcher");
    requireNonNull(javaHome, "javaHome");
    requireNonNull(root, "root");
  }

  /** The settings file of the agent. */
  Path config() {
    return paths.configDir().resolve("agent.yaml");
  }

  /** Where a file of the service is written: below the root, if one was given. */
  Path onDisk(Path path) {
    return root.map(folder -> folder.resolve(Path.of("/").relativize(path))).orElse(path);
  }
}
