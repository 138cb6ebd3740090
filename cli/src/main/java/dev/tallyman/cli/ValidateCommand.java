package dev.tallyman.cli;

import dev.tallyman.cli.process.ExitCodes;
import dev.tallyman.cli.process.Host;
import dev.tallyman.compose.translate.Stack;
import dev.tallyman.compose.translate.TranslateOptions;
import dev.tallyman.compose.translate.Translator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tallyman validate}. */
@Command(
    name = "validate",
    description = {
      "Say whether up would take Compose files, and if not, every fault with its place.",
      "Ends with 1 when there are faults. No agent is asked."
    })
final class ValidateCommand implements Callable<Integer> {

  private final Host host;

  @Mixin private StackOptions stack = new StackOptions();

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "Compose file, or - for standard input. May be repeated. Default: as for up.")
  private List<String> files = List.of();

  ValidateCommand(Host host) {
    this.host = host;
  }

  @Override
  public Integer call() {
    Stack translated =
        new Translator().translate(stack.load(host, files), TranslateOptions.ofDisk());
    translated.warnings().forEach(warning -> host.err().line("warning: " + warning));
    host.out()
        .line(
            "stack %s can be run: %d workload%s"
                .formatted(
                    translated.name(),
                    translated.workloads().size(),
                    translated.workloads().size() == 1 ? "" : "s"));
    return ExitCodes.OK;
  }
}
