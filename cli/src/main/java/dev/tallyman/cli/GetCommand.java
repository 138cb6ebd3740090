package dev.tallyman.cli;

import dev.tallyman.cli.process.CommandFailure;
import dev.tallyman.cli.process.Host;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code tallyman get}: the word before workloads and nodes. */
@Command(name = "get", description = "List workloads or nodes.")
final class GetCommand implements Runnable {

  private GetCommand() {}

  static CommandLine commandLine(Host host) {
    return new CommandLine(new GetCommand())
        .addSubcommand(new GetWorkloadsCommand(host))
        .addSubcommand(new GetNodesCommand(host));
  }

  @Override
  public void run() {
    throw CommandFailure.usage("get what? (expected: workloads or nodes)");
  }
}
