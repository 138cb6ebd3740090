package dev.tallyman.cli.install;

import com.sun.security.auth.module.UnixSystem;
import dev.tallyman.cli.process.CommandFailure;
import dev.tallyman.cli.process.Host;
import dev.tallyman.config.StandardPaths.User;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where the service is, as options. */
final class SiteOptions {

  @Option(
      names = "--root",
      paramLabel = "DIR",
      description =
          "Folder that stands for /, for packages and images: files are written below it, and"
              + " nothing is run.")
  private Optional<Path> root = Optional.empty();

  @Mixin private ProgramOption program = new ProgramOption();

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
        ProgramOption.javaHome(),
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
    Path launcher = program.launcher(host);
    if (root.isEmpty() && !Files.isExecutable(launcher)) {
      throw CommandFailure.failed(
          "--program: " + launcher + " (expected: a program that can be run)");
    }
    return launcher;
  }

  /**
   * Says whose program root is about to run at each boot, when that is not root: who can change it
   * can do whatever root can.
   */
  void warnOfForeignProgram(Host host, Site site) {
    if (site.user() != User.ROOT || root.isPresent()) {
      return;
    }
    try {
      Optional<Path> at = Optional.of(site.launcher().toRealPath());
      while (at.isPresent()) {
        Path path = at.get();
        if (!Files.getAttribute(path, "unix:uid").equals(0)) {
          host.err()
              .line(
                  "warning: %s belongs to %s, who could have root run anything (expected: root)"
                      .formatted(path, Files.getOwner(path).getName()));
          return;
        }
        at = Optional.ofNullable(path.getParent());
      }
    } catch (IOException e) {
      host.err().line("warning: " + site.launcher() + ": whose it is cannot be seen: " + e);
    }
  }

  /**
   * The caches of this program; none for another root, and for a program of which none are known.
   */
  Optional<AotCache> cache(Host host) {
    return root.isPresent() ? Optional.empty() : program.cache(host);
  }

  /**
   * Makes the program start faster, where that can be done. It works without, so a failure is said
   * and is none.
   */
  void makeCaches(Host host) {
    try {
      cache(host).filter(cache -> !cache.isCurrent()).ifPresent(AotCache::make);
    } catch (CommandFailure failure) {
      host.err()
          .line(
              "warning: "
                  + failure.getMessage()
                  + "\nThe service starts without it, a little later.");
    }
  }
}
