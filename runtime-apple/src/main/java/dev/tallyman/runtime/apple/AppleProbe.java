package dev.tallyman.runtime.apple;

import static java.util.Objects.requireNonNull;

import dev.tallyman.runtime.Deadlines;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.RuntimeInfo;
import dev.tallyman.runtime.apple.cli.Cli;
import dev.tallyman.runtime.apple.command.CommandRunner;
import dev.tallyman.runtime.apple.shim.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Whether Apple's container can be used on this host. Changes nothing. */
public sealed interface AppleProbe {

  /**
   * It answers.
   *
   * @param info what it says of itself
   */
  record Ready(RuntimeInfo info) implements AppleProbe {
    public Ready {
      requireNonNull(info, "info");
    }
  }

  /**
   * The command can be used, and its system service does not run.
   *
   * @param version of the command
   * @param reason why, for people
   */
  record ServiceDown(String version, String reason) implements AppleProbe {
    public ServiceDown {
      requireNonNull(version, "version");
      requireNonNull(reason, "reason");
    }
  }

  /**
   * It cannot be used.
   *
   * @param reason why, for people
   */
  record Unusable(String reason) implements AppleProbe {
    public Unusable {
      requireNonNull(reason, "reason");
    }
  }

  /**
   * Asks the command.
   *
   * @param command a path, or a name to be found on PATH
   * @param deadlines how long it may take
   * @param environment our own variables
   */
  static AppleProbe look(String command, Deadlines deadlines, Map<String, String> environment) {
    Path folder;
    try {
      folder = Files.createTempDirectory("tallyman-probe");
    } catch (IOException e) {
      return new Unusable("no folder for the output of commands: " + e.getMessage());
    }
    try (CommandRunner runner = new CommandRunner(folder, environment)) {
      Cli cli = new Cli(AppleRuntime.KIND, command, runner, deadlines);
      return look(cli);
    } finally {
      Folders.remove(folder);
    }
  }

  private static AppleProbe look(Cli cli) {
    String version;
    try {
      version = cli.version().text();
    } catch (RuntimeFailure failure) {
      return new Unusable(String.valueOf(failure.getMessage()));
    }
    try {
      return new Ready(AppleRuntime.info(cli.facts()));
    } catch (RuntimeFailure failure) {
      return new ServiceDown(version, String.valueOf(failure.getMessage()));
    }
  }

  /**
   * Where a command is.
   *
   * @param command a path, or a name to be found on PATH
   * @param path the variable of that name
   * @return empty if there is none that can be run
   */
  static Optional<Path> find(String command, String path) {
    try {
      if (command.indexOf('/') >= 0) {
        return Optional.of(Path.of(command)).filter(Files::isExecutable);
      }
      return Stream.of(path.split(":", -1))
          .filter(folder -> !folder.isEmpty())
          .map(folder -> Path.of(folder, command))
          .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
          .findFirst();
    } catch (InvalidPathException noPath) {
      return Optional.empty();
    }
  }
}
