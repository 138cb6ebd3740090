package dev.tallyman.cli;

import dev.tallyman.cli.client.Connection;
import dev.tallyman.cli.process.ExitCodes;
import dev.tallyman.cli.process.Host;
import dev.tallyman.proto.v1.DrainNodeRequest;
import dev.tallyman.proto.v1.FleetGrpc.FleetBlockingStub;
import dev.tallyman.proto.v1.FleetGrpc.FleetStub;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tallyman drain}. */
@Command(
    name = "drain",
    description = "Stop the workloads of a node in an orderly way, and start none until resume.")
final class DrainCommand implements Callable<Integer> {

  private final Host host;

  @Mixin private ServerOptions server = new ServerOptions();

  @Parameters(paramLabel = "NODE", description = "Name of the node.")
  private String node = "";

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description = "Why, for whoever looks at the node.")
  private String reason = "";

  DrainCommand(Host host) {
    this.host = host;
  }

  @Override
  public Integer call() {
    try (Connection<FleetBlockingStub, FleetStub> fleet = server.connect(host)) {
      var _ =
          fleet.call(stub ->
              stub.drainNode(
                  DrainNodeRequest.newBuilder().setNode(node).setReason(reason).build()));
    }
    host.out().line(node + " is being drained");
    return ExitCodes.OK;
  }
}
