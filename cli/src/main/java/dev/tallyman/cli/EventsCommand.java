package dev.tallyman.cli;

import dev.tallyman.cli.client.Connection;
import dev.tallyman.cli.client.Watch;
import dev.tallyman.cli.output.Documents;
import dev.tallyman.cli.process.CommandFailure;
import dev.tallyman.cli.process.ExitCodes;
import dev.tallyman.cli.process.Host;
import dev.tallyman.cli.view.Events;
import dev.tallyman.proto.v1.NodeEvent;
import dev.tallyman.proto.v1.NodeGrpc.NodeBlockingStub;
import dev.tallyman.proto.v1.NodeGrpc.NodeStub;
import dev.tallyman.proto.v1.WatchEventsRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tallyman events}. */
@Command(
    name = "events",
    description = {
      "Show what happened on this host, oldest first: the last 1000 events since the agent started.",
      "The agent on this host is asked, not the control plane."
    })
final class EventsCommand implements Callable<Integer> {

  private static final Duration WAIT = Duration.ofSeconds(1);

  private final Host host;

  @Mixin private NodeOptions nodeSocket = new NodeOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      description = "Only those of this workload: NAME in the stack default, or STACK/NAME.")
  private Optional<WorkloadName> name = Optional.empty();

  @Option(
      names = {"-w", "--watch"},
      description = "Go on with each new event, until interrupted.")
  private boolean watch;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "table, or json with one object a line. Default: table.")
  private OutputFormat format = OutputFormat.TABLE;

  EventsCommand(Host host) {
    this.host = host;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (format != OutputFormat.TABLE && format != OutputFormat.JSON) {
      throw CommandFailure.usage("-o: " + format + " (expected: table or json)");
    }
    try (Connection<NodeBlockingStub, NodeStub> agent = nodeSocket.connect(host)) {
      Watch<NodeEvent> events =
          agent.watch((stub, observer) ->
              stub.watchEvents(WatchEventsRequest.newBuilder().setFollow(watch).build(), observer));
      while (events.next(WAIT) instanceof Watch.Batch.Answers<NodeEvent>(List<NodeEvent> batch)) {
        batch.stream().filter(this::isWanted).forEach(this::show);
        host.out().flush();
      }
    }
    return ExitCodes.OK;
  }

  private boolean isWanted(NodeEvent event) {
    return name.isEmpty()
        || name.get().toString().equals(WorkloadName.text(event.getStack(), event.getName()));
  }

  private void show(NodeEvent event) {
    host.out().line(format == OutputFormat.JSON ? Documents.jsonLine(event) : Events.line(event));
  }
}
