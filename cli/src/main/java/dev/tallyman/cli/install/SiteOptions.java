package dev.tallyman.cli.install;

import com.sun.security.auth.module.UnixSystem;
import dev.tallyman.cli.process.CommandFailure;
import dev.tallyman.cli.process.Host;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where the service is, as options. */
final class SiteOptions {

  /** Set by the launcher to its own place. */
  static final String LAUNCHER_PROPERTY = "tallyman.launcher";

  @Option(
      names = "--root",
      paramLabel = "DIR",
      description =
          "Folder that stands for /, for packages and images: files are written below it, and"
              + " nothing is run.")
  private Optional<Path> root = Optional.empty();

  @Option(
      names = "--program",
      paramLabel = "FILE",
      description = "The tallyman that the service runs. Default: this one.")
  private Optional<Path> program = Optional.empty();

  /**
   * The site.
   *
   * @throws CommandFailure when it cannot be known
   */
  Site site(Host host) {
    return new Site(
        host.paths().user(),
        new UnixSystem().getUid(),
        host.home(),
        host.paths(),
        launcher(host),
        Path.of(System.getProperty("java.home", "/")),
        root.map(folder -> host.directory().resolve(folder).normalize()));
  }

  /** The service manager of a platform, at this site. */
  static Manager manager(Platform platform, Site site) {
    return switch (platform) {
      case LINUX -> new Systemd(site);
      case MACOS -> new Launchd(site);
    };
  }

  /** How commands are run: not at all for another root. */
  Commands commands(Host host) {
    return root.isPresent()
        ? new ShownCommands(host.out(), "not run:  ")
        : new RealCommands(host.environment(), host.out());
  }

  private Path launcher(Host host) {
    Path launcher =
        program
            .or(() -> Optional.ofNullable(System.getProperty(LAUNCHER_PROPERTY)).map(Path::of))
            .map(path -> host.directory().resolve(path).normalize())
            .orElseThrow(
                () -> CommandFailure.usage("--program: missing (expected: the file bin/tallyman)"));
    if (root.isEmpty() && !Files.isExecutable(launcher)) {
      throw CommandFailure.failed(
          "--program: " + launcher + " (expected: a program that can be run)");
    }
    return launcher;
  }
}
