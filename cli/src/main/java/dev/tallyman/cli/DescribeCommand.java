package dev.tallyman.cli;

import dev.tallyman.cli.client.Connection;
import dev.tallyman.cli.client.Watch;
import dev.tallyman.cli.process.CommandFailure;
import dev.tallyman.cli.process.ExitCodes;
import dev.tallyman.cli.process.Host;
import dev.tallyman.cli.view.NodeFacts;
import dev.tallyman.cli.view.ShownNode;
import dev.tallyman.cli.view.ShownWorkload;
import dev.tallyman.cli.view.WorkloadFacts;
import dev.tallyman.proto.v1.FleetGrpc.FleetBlockingStub;
import dev.tallyman.proto.v1.FleetGrpc.FleetStub;
import dev.tallyman.proto.v1.GetNodeRequest;
import dev.tallyman.proto.v1.GetWorkloadRequest;
import dev.tallyman.proto.v1.ListNodeWorkloadsRequest;
import dev.tallyman.proto.v1.ListNodesRequest;
import dev.tallyman.proto.v1.NodeEvent;
import dev.tallyman.proto.v1.NodeGrpc.NodeBlockingStub;
import dev.tallyman.proto.v1.NodeGrpc.NodeStub;
import dev.tallyman.proto.v1.WatchEventsRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tallyman describe}: the word before workload and node. */
@Command(name = "describe", description = "Show all that is known of a workload or a node.")
final class DescribeCommand implements Runnable {

  /** How many of the last events are shown. */
  private static final int EVENTS = 20;

  private static final Duration WAIT = Duration.ofSeconds(5);

  private DescribeCommand() {}

  static CommandLine commandLine(Host host) {
    return new CommandLine(new DescribeCommand())
        .addSubcommand(new Workload(host))
        .addSubcommand(new Node(host));
  }

  @Override
  public void run() {
    throw CommandFailure.usage("describe what? (expected: workload NAME or node NAME)");
  }

  /** {@code tallyman describe workload}. */
  @Command(
      name = "workload",
      description = {
        "Show all that is known of a workload.",
        "The control plane is asked, or with --node-socket the agent on this host, which knows the"
            + " last events too."
      })
  static final class Workload implements Callable<Integer> {

    private final Host host;

    @Mixin private ServerOptions server = new ServerOptions();
    @Mixin private NodeOptions nodeSocket = new NodeOptions();

    @Parameters(
        paramLabel = "NAME",
        description = "Workload, as NAME in the stack default, or STACK/NAME.")
    private WorkloadName name = new WorkloadName(WorkloadName.DEFAULT_STACK, "");

    @Option(
        names = "--node",
        paramLabel = "NAME",
        description = "Its node. Needed when the name stands on several.")
    private Optional<String> node = Optional.empty();

    Workload(Host host) {
      this.host = host;
    }

    @Override
    public Integer call() throws InterruptedException {
      if (nodeSocket.isGiven()) {
        try (Connection<NodeBlockingStub, NodeStub> agent = nodeSocket.connect(host)) {
          ShownWorkload workload = ask(agent);
          List<NodeEvent> events =
              lastEvents(agent, event -> event.getUid().equals(workload.uid()));
          host.out().text(WorkloadFacts.text(workload, events, host.clock().instant()));
        }
        return ExitCodes.OK;
      }
      try (Connection<FleetBlockingStub, FleetStub> fleet = server.connect(host)) {
        ShownWorkload workload =
            ShownWorkload.fromControlPlane(
                fleet.call(stub ->
                    stub.getWorkload(
                        GetWorkloadRequest.newBuilder()
                            .setKey(name.key(node.orElse("")))
                            .build())));
        host.out().text(WorkloadFacts.text(workload, List.of(), host.clock().instant()));
      }
      return ExitCodes.OK;
    }

    private ShownWorkload ask(Connection<NodeBlockingStub, NodeStub> agent) {
      // Not closed here: the connection is the caller's.
      WorkloadSource source =
          new WorkloadSource.Agent(
              agent, ListNodeWorkloadsRequest.newBuilder().setStack(name.stack()).build());
      return source.list().stream()
          .filter(workload -> workload.name().equals(name.name()))
          .findFirst()
          .orElseThrow(() -> CommandFailure.failed("the node has no workload " + name));
    }
  }

  /** {@code tallyman describe node}. */
  @Command(
      name = "node",
      description = {
        "Show all that is known of a node.",
        "The control plane is asked, or with --node-socket the agent on this host, which knows its"
            + " feeds and the last events too."
      })
  static final class Node implements Callable<Integer> {

    private final Host host;

    @Mixin private ServerOptions server = new ServerOptions();
    @Mixin private NodeOptions nodeSocket = new NodeOptions();

    @Parameters(
        arity = "0..1",
        paramLabel = "NAME",
        description = "Name of the node. Not with --node-socket.")
    private Optional<String> name = Optional.empty();

    Node(Host host) {
      this.host = host;
    }

    @Override
    public Integer call() throws InterruptedException {
      if (nodeSocket.isGiven() == name.isPresent()) {
        throw CommandFailure.usage(
            "describe which node? (expected: NAME or --node-socket, one of them)");
      }
      if (nodeSocket.isGiven()) {
        try (Connection<NodeBlockingStub, NodeStub> agent = nodeSocket.connect(host)) {
          ShownNode node =
              ShownNode.fromAgent(
                  agent.call(stub -> stub.getNode(GetNodeRequest.getDefaultInstance())));
          List<NodeEvent> events = lastEvents(agent, _ -> true);
          host.out().text(NodeFacts.text(node, events, host.clock().instant()));
        }
        return ExitCodes.OK;
      }
      try (Connection<FleetBlockingStub, FleetStub> fleet = server.connect(host)) {
        ShownNode node =
            fleet
                .call(stub -> stub.listNodes(ListNodesRequest.getDefaultInstance()))
                .getNodesList()
                .stream()
                .map(ShownNode::fromControlPlane)
                .filter(view -> view.name().equals(name.get()))
                .findFirst()
                .orElseThrow(
                    () -> CommandFailure.failed("the control plane knows no node " + name.get()));
        host.out().text(NodeFacts.text(node, List.of(), host.clock().instant()));
      }
      return ExitCodes.OK;
    }
  }

  private static List<NodeEvent> lastEvents(
      Connection<NodeBlockingStub, NodeStub> agent, Predicate<NodeEvent> wanted)
      throws InterruptedException {
    Watch<NodeEvent> watch =
        agent.watch((stub, observer) ->
            stub.watchEvents(WatchEventsRequest.getDefaultInstance(), observer));
    List<NodeEvent> events = new ArrayList<>();
    while (watch.next(WAIT) instanceof Watch.Batch.Answers<NodeEvent>(List<NodeEvent> batch)
        && !batch.isEmpty()) {
      batch.stream().filter(wanted).forEach(events::add);
    }
    return events.subList(Math.max(0, events.size() - EVENTS), events.size());
  }
}
