package dev.tallyman.cli;

import dev.tallyman.cli.output.Documents;
import dev.tallyman.cli.output.Table;
import dev.tallyman.cli.process.CommandFailure;
import dev.tallyman.cli.process.ExitCodes;
import dev.tallyman.cli.process.Host;
import dev.tallyman.cli.stack.NodeLink;
import dev.tallyman.cli.view.ShownWorkload;
import dev.tallyman.cli.view.StackRow;
import dev.tallyman.cli.view.Width;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tallyman ps}. */
@Command(
    name = "ps",
    description = {
      "List the workloads of a stack on this host; of all stacks when no Compose file is here and"
          + " none is named.",
      "The agent on this host is asked, not the control plane."
    })
final class PsCommand implements Callable<Integer> {

  private final Host host;

  @Mixin private StackOptions stack = new StackOptions();
  @Mixin private NodeOptions nodeSocket = new NodeOptions();

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "Compose file whose stack is meant. May be repeated. Default: as for up.")
  private List<String> files = List.of();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "One of ${COMPLETION-CANDIDATES}. Default: table.")
  private OutputFormat format = OutputFormat.TABLE;

  @Option(
      names = {"-q", "--quiet"},
      description = "Only the engine's identifiers of the instances, one a line.")
  private boolean quiet;

  PsCommand(Host host) {
    this.host = host;
  }

  @Override
  public Integer call() {
    StackAgents agents = new StackAgents(host, nodeSocket);
    Optional<String> name = stack.stack(host, files);
    List<ShownWorkload> workloads = new ArrayList<>();
    try (NodeLink agent = agents.link()) {
      agent.list(name.orElse("")).stream()
          .map(workload -> ShownWorkload.fromAgent("", workload))
          .forEach(workloads::add);
      agent.troubles().forEach(trouble -> host.err().line("warning: " + trouble));
    }
    workloads.sort(ShownWorkload.ORDER);
    show(name, workloads);
    return ExitCodes.OK;
  }

  private void show(Optional<String> name, List<ShownWorkload> workloads) {
    if (quiet) {
      if (format != OutputFormat.TABLE) {
        throw CommandFailure.usage("-q: not with -o " + format);
      }
      workloads.stream()
          .map(workload -> workload.status().getInstanceId())
          .filter(id -> !id.isEmpty())
          .forEach(host.out()::line);
      return;
    }
    switch (format) {
      case TABLE -> table(name, workloads, Width.NORMAL);
      case WIDE -> table(name, workloads, Width.WIDE);
      case JSON ->
          host.out().text(Documents.json(workloads.stream().map(ShownWorkload::source).toList()));
      case YAML ->
          host.out().text(Documents.yaml(workloads.stream().map(ShownWorkload::source).toList()));
    }
  }

  private void table(Optional<String> name, List<ShownWorkload> workloads, Width width) {
    if (workloads.isEmpty()) {
      host.err().line(name.map(of -> "Stack " + of + " has no workloads.").orElse("No workloads."));
      return;
    }
    new Table(StackRow.columns(width))
        .lines(
            workloads.stream()
                .map(workload -> StackRow.cells(workload, name, width, host.clock().instant()))
                .toList())
        .forEach(host.out()::line);
  }
}
