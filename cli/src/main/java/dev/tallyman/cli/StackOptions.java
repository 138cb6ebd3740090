package dev.tallyman.cli;

import dev.tallyman.cli.process.CommandFailure;
import dev.tallyman.cli.process.Host;
import dev.tallyman.cli.stack.StackFiles;
import dev.tallyman.compose.load.ComposeLoader;
import dev.tallyman.compose.load.Project;
import dev.tallyman.compose.translate.Names;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which stack is meant: by its Compose files or by its name. */
final class StackOptions {

  @Option(
      names = {"-p", "--project-name"},
      paramLabel = "NAME",
      description =
          "Name of the stack. Default: $COMPOSE_PROJECT_NAME, else the name in the files, else"
              + " their folder's.")
  private Optional<String> name = Optional.empty();

  @Option(
      names = "--env-file",
      paramLabel = "FILE",
      description = "File with variables for the Compose files, in place of .env. May be repeated.")
  private List<Path> envFiles = List.of();

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      description =
          "Services of this profile take part too; * is all. May be repeated. Default:"
              + " $COMPOSE_PROFILES.")
  private List<String> profiles = List.of();

  /** The files that are meant with these {@code -f}. */
  StackFiles files(List<String> files) {
    return new StackFiles(files, envFiles, new HashSet<>(profiles), name);
  }

  /**
   * Loads the Compose files, and says on standard error what may be a mistake in them.
   *
   * @throws CommandFailure when there are no files
   * @throws dev.tallyman.config.fault.FaultsException with all faults
   */
  Project load(Host host, List<String> files) {
    return new ComposeLoader().load(files(files).request(host));
  }

  /**
   * The name of the stack: the one that was given, else that of the Compose files. Empty when there
   * is neither.
   *
   * @throws CommandFailure when the name cannot be that of a stack
   * @throws dev.tallyman.config.fault.FaultsException with all faults of the files
   */
  Optional<String> stack(Host host, List<String> files) {
    if (name.isPresent() && files.isEmpty()) {
      return Optional.of(stackName("-p", name.get()));
    }
    return files(files)
        .find(host)
        .map(request -> stackName("name", new ComposeLoader().load(request).name()));
  }

  /** The same, when there has to be one. */
  String requiredStack(Host host, List<String> files) {
    return stack(host, files)
        .orElseThrow(() ->
            CommandFailure.usage(
                "which stack? (expected: -p NAME, -f FILE, or a Compose file in %s or above it)"
                    .formatted(host.directory())));
  }

  private static String stackName(String where, String text) {
    return Names.stack(text)
        .orElseThrow(() ->
            CommandFailure.usage(
                where + ": " + text + " (expected: 1 to 63 characters of a-z, 0-9, '-' and '_')"));
  }
}
