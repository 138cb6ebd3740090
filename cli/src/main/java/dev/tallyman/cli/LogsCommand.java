package dev.tallyman.cli;

import dev.tallyman.cli.process.CommandFailure;
import dev.tallyman.cli.process.Host;
import dev.tallyman.cli.stack.LogChoice;
import dev.tallyman.cli.stack.LogFormat;
import dev.tallyman.cli.stack.NodeLink;
import dev.tallyman.cli.stack.StackLogs;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tallyman logs}. */
@Command(
    name = "logs",
    description = {
      "Show what the workloads of a stack have written.",
      "The stack is that of -p or of the Compose file here, unless the names say which they mean."
          + " The agent on this host is asked."
    })
final class LogsCommand implements Callable<Integer> {

  private final Host host;

  @Mixin private StackOptions stack = new StackOptions();
  @Mixin private NodeOptions nodeSocket = new NodeOptions();

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "Compose file whose stack is meant. May be repeated. Default: as for up.")
  private List<String> files = List.of();

  @Option(
      names = {"-f", "--follow"},
      description = "Go on with what is written from now on, until interrupted.")
  private boolean follow;

  @Option(
      names = {"-n", "--tail"},
      paramLabel = "N",
      description = "At most the last N lines of each workload. Default: all.")
  private Optional<Integer> tail = Optional.empty();

  @Option(
      names = {"-t", "--timestamps"},
      description = "Show when each line was written.")
  private boolean timestamps;

  @Parameters(
      arity = "0..*",
      paramLabel = "NAME",
      description =
          "Only these: a service or workload of the stack, STACK/NAME, a uid, or with none of"
              + " these the name of a stack.")
  private List<String> names = List.of();

  LogsCommand(Host host) {
    this.host = host;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (tail.filter(lines -> lines < 0).isPresent()) {
      throw CommandFailure.usage("--tail: " + tail.get() + " (expected: >= 0)");
    }
    StackAgents agents = new StackAgents(host, nodeSocket);
    boolean named = !names.isEmpty() && names.stream().allMatch(name -> name.contains("/"));
    Optional<String> of = named ? Optional.empty() : stack.stack(host, files);
    if (of.isEmpty() && names.isEmpty()) {
      of = Optional.of(stack.requiredStack(host, files));
    }
    try (NodeLink agent = agents.link()) {
      LogChoice choice = LogChoice.of(of, names, agent.list(""));
      return new StackLogs(
              host,
              agent,
              timestamps ? LogFormat.Times.SHOWN : LogFormat.Times.HIDDEN,
              follow ? StackLogs.Follow.YES : StackLogs.Follow.NO,
              tail.map(OptionalInt::of).orElseGet(OptionalInt::empty))
          .show(choice.watched(), choice::contains);
    }
  }
}
