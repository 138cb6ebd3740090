package dev.tallyman.cli;

import dev.tallyman.agent.manifest.ManifestWorkload;
import dev.tallyman.agent.manifest.ManifestWriter;
import dev.tallyman.cli.client.CallFailure;
import dev.tallyman.cli.output.Documents;
import dev.tallyman.cli.output.Table;
import dev.tallyman.cli.process.CommandFailure;
import dev.tallyman.cli.process.ExitCodes;
import dev.tallyman.cli.process.Host;
import dev.tallyman.cli.view.ShownWorkload;
import dev.tallyman.cli.view.ShownWorkload.Wish;
import dev.tallyman.cli.view.Width;
import dev.tallyman.proto.v1.ListNodeWorkloadsRequest;
import dev.tallyman.proto.v1.ListWorkloadsRequest;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tallyman get workloads}. */
@Command(
    name = "workloads",
    aliases = {"workload"},
    description = {
      "List workloads with what became of them.",
      "The control plane is asked, or with --node-socket the agent on this host. When no control"
          + " plane is named and none answers, the agent is asked as well."
    })
final class GetWorkloadsCommand implements Callable<Integer> {

  private final Host host;

  @Mixin private ServerOptions server = new ServerOptions();
  @Mixin private NodeOptions nodeSocket = new NodeOptions();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = {
        "One of ${COMPLETION-CANDIDATES}. Default: table.",
        "yaml is a manifest that can be applied again; json holds the statuses too."
      })
  private OutputFormat format = OutputFormat.TABLE;

  @Option(
      names = {"-w", "--watch"},
      description = "Go on and show each change, until interrupted.")
  private boolean watch;

  @Option(names = "--node", paramLabel = "NAME", description = "Only those of this node.")
  private Optional<String> node = Optional.empty();

  @Option(names = "--stack", paramLabel = "NAME", description = "Only those of this stack.")
  private Optional<String> stack = Optional.empty();

  GetWorkloadsCommand(Host host) {
    this.host = host;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (watch && format == OutputFormat.YAML) {
      throw CommandFailure.usage("--watch: not with -o yaml (expected: table, wide or json)");
    }
    if (nodeSocket.isGiven() && node.isPresent()) {
      throw CommandFailure.usage("--node: not with --node-socket, which asks one node");
    }
    if (nodeSocket.isGiven()) {
      return show(agent());
    }
    try {
      return show(fleet());
    } catch (CallFailure e) {
      if (!mayAskAgent(e)) {
        throw e;
      }
    }
    host.err()
        .line(
            "note: no control plane answers at its default socket; this is what the agent on this"
                + " host says");
    host.err().flush();
    return show(agent());
  }

  /** Only when nobody said who is to be asked, so that no answer comes from somebody unexpected. */
  private boolean mayAskAgent(CallFailure failure) {
    return failure.isUnavailable()
        && !server.isNamed(host)
        && node.isEmpty()
        && Files.exists(nodeSocket.path(host));
  }

  private WorkloadSource fleet() {
    return new WorkloadSource.Fleet(
        server.connect(host),
        ListWorkloadsRequest.newBuilder()
            .setNode(node.orElse(""))
            .setStack(stack.orElse(""))
            .build());
  }

  private WorkloadSource agent() {
    return new WorkloadSource.Agent(
        nodeSocket.connect(host),
        ListNodeWorkloadsRequest.newBuilder().setStack(stack.orElse("")).build());
  }

  private int show(WorkloadSource source) throws InterruptedException {
    try (source) {
      if (watch) {
        new WorkloadWatch(host, format).run(source.watch());
        return ExitCodes.OK;
      }
      List<ShownWorkload> workloads = source.list().stream().sorted(ShownWorkload.ORDER).toList();
      switch (format) {
        case TABLE -> table(workloads, Width.NORMAL);
        case WIDE -> table(workloads, Width.WIDE);
        case JSON ->
            host.out().text(Documents.json(workloads.stream().map(ShownWorkload::source).toList()));
        case YAML -> host.out().text(manifest(workloads));
      }
      return ExitCodes.OK;
    }
  }

  private void table(List<ShownWorkload> workloads, Width width) {
    if (workloads.isEmpty()) {
      host.err().line("No workloads.");
      return;
    }
    new Table(ShownWorkload.columns(width))
        .lines(
            workloads.stream()
                .map(workload -> workload.cells(width, host.clock().instant()))
                .toList())
        .forEach(host.out()::line);
  }

  /**
   * Without uids, which are never used again and would stand in the way of applying it, and without
   * what is being removed.
   */
  private static String manifest(List<ShownWorkload> workloads) {
    return ManifestWriter.write(
        workloads.stream()
            .filter(workload -> workload.wish() == Wish.KEPT && workload.workload().hasSpec())
            .map(workload ->
                new ManifestWorkload(
                    Optional.of(workload.node()),
                    workload.workload().toBuilder().clearUid().build(),
                    ""))
            .toList());
  }
}
