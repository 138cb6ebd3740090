package dev.tallyman.cli;

import dev.tallyman.cli.client.Connection;
import dev.tallyman.cli.output.Documents;
import dev.tallyman.cli.output.Table;
import dev.tallyman.cli.process.ExitCodes;
import dev.tallyman.cli.process.Host;
import dev.tallyman.cli.view.ShownNode;
import dev.tallyman.cli.view.Width;
import dev.tallyman.proto.v1.FleetGrpc.FleetBlockingStub;
import dev.tallyman.proto.v1.FleetGrpc.FleetStub;
import dev.tallyman.proto.v1.GetNodeRequest;
import dev.tallyman.proto.v1.ListNodesRequest;
import dev.tallyman.proto.v1.NodeGrpc.NodeBlockingStub;
import dev.tallyman.proto.v1.NodeGrpc.NodeStub;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tallyman get nodes}. */
@Command(
    name = "nodes",
    aliases = {"node"},
    description = {
      "List the nodes of a control plane, or with --node-socket the one on this host.",
      "CPU and MEMORY are what workloads may have; SEEN is the time since the node's last sign of"
          + " life."
    })
final class GetNodesCommand implements Callable<Integer> {

  private final Host host;

  @Mixin private ServerOptions server = new ServerOptions();
  @Mixin private NodeOptions nodeSocket = new NodeOptions();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "One of ${COMPLETION-CANDIDATES}. Default: table.")
  private OutputFormat format = OutputFormat.TABLE;

  GetNodesCommand(Host host) {
    this.host = host;
  }

  @Override
  public Integer call() {
    List<ShownNode> nodes = nodes();
    switch (format) {
      case TABLE -> table(nodes, Width.NORMAL);
      case WIDE -> table(nodes, Width.WIDE);
      case JSON -> host.out().text(Documents.json(nodes.stream().map(ShownNode::source).toList()));
      case YAML -> host.out().text(Documents.yaml(nodes.stream().map(ShownNode::source).toList()));
    }
    return ExitCodes.OK;
  }

  private List<ShownNode> nodes() {
    if (nodeSocket.isGiven()) {
      try (Connection<NodeBlockingStub, NodeStub> agent = nodeSocket.connect(host)) {
        return List.of(
            ShownNode.fromAgent(
                agent.call(stub -> stub.getNode(GetNodeRequest.getDefaultInstance()))));
      }
    }
    try (Connection<FleetBlockingStub, FleetStub> fleet = server.connect(host)) {
      return fleet
          .call(stub -> stub.listNodes(ListNodesRequest.getDefaultInstance()))
          .getNodesList()
          .stream()
          .map(ShownNode::fromControlPlane)
          .sorted(ShownNode.ORDER)
          .toList();
    }
  }

  private void table(List<ShownNode> nodes, Width width) {
    if (nodes.isEmpty()) {
      host.err().line("No nodes.");
      return;
    }
    new Table(ShownNode.columns(width))
        .lines(nodes.stream().map(node -> node.cells(width, host.clock().instant())).toList())
        .forEach(host.out()::line);
  }
}
