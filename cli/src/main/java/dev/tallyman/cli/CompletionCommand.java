package dev.tallyman.cli;

import dev.tallyman.cli.process.Host;
import dev.tallyman.config.ProgramVersion;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Parameters;

/** {@code tallyman completion}. */
@Command(
    name = "completion",
    description = {
      "Print a script that completes this command's words in a shell.",
      "bash: source <(tallyman completion bash)",
      "zsh:  source <(tallyman completion zsh)"
    })
final class CompletionCommand implements Runnable {

  enum Shell {
    BASH,
    ZSH;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final Set<String> FILES = Set.of("FILE", "PATH");

  private final Host host;

  @Parameters(paramLabel = "SHELL", description = "One of ${COMPLETION-CANDIDATES}.")
  private Shell shell = Shell.BASH;

  CompletionCommand(Host host) {
    this.host = host;
  }

  @Override
  public void run() {
    CommandLine command = RootCommand.whole(host);
    completeFiles(command.getCommandSpec());
    host.out().line("# tallyman " + ProgramVersion.current() + " for " + shell);
    // One script: it finds out which of the shells reads it.
    host.out().text(AutoComplete.bash("tallyman", command));
  }

  /**
   * File names are completed only for options whose type is a path, and no list or optional one.
   */
  private static void completeFiles(CommandSpec spec) {
    for (OptionSpec option : List.copyOf(spec.options())) {
      if (FILES.contains(option.paramLabel())) {
        spec.remove(option);
        spec.addOption(
            OptionSpec.builder(option.names())
                .paramLabel(option.paramLabel())
                .type(Path.class)
                .build());
      }
    }
    spec.subcommands().values().forEach(sub -> completeFiles(sub.getCommandSpec()));
  }
}
