package dev.tallyman.cli.install;

import dev.tallyman.cli.process.CommandFailure;
import dev.tallyman.cli.process.Host;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which tallyman is meant, as an option; and what lies beside it. */
final class ProgramOption {

  /** Set by the launcher to its own place. */
  private static final String LAUNCHER = "tallyman.launcher";

  /** Set by the launcher to the folder of its caches. */
  private static final String AOT = "tallyman.aot";

  @Option(
      names = "--program",
      paramLabel = "FILE",
      description = "The tallyman that is meant. Default: this one.")
  private Optional<Path> program = Optional.empty();

  /**
   * The launcher; it need not be there.
   *
   * @throws CommandFailure when it is not known
   */
  Path launcher(Host host) {
    return program
        .or(() -> property(LAUNCHER))
        .map(path -> host.directory().resolve(path).normalize())
        .orElseThrow(
            () -> CommandFailure.usage("--program: missing (expected: the file bin/tallyman)"));
  }

  /** The caches of this program; only the one that is run knows its own. */
  Optional<AotCache> cache(Host host) {
    return property(AOT)
        .filter(_ -> program.isEmpty())
        .map(folder ->
            new AotCache(launcher(host), folder, javaHome(), host.environment(), host.out()));
  }

  /** The Java that runs this. */
  static Path javaHome() {
    return Path.of(System.getProperty("java.home", "/"));
  }

  private static Optional<Path> property(String name) {
    return Optional.ofNullable(System.getProperty(name)).map(Path::of);
  }
}
