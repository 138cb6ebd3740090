package dev.tallyman.cli;

import dev.tallyman.cli.client.Connection;
import dev.tallyman.cli.process.ExitCodes;
import dev.tallyman.cli.process.Host;
import dev.tallyman.proto.v1.FleetGrpc.FleetBlockingStub;
import dev.tallyman.proto.v1.FleetGrpc.FleetStub;
import dev.tallyman.proto.v1.ResumeNodeRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code tallyman resume}. */
@Command(name = "resume", description = "Let a drained node run its workloads again.")
final class ResumeCommand implements Callable<Integer> {

  private final Host host;

  @Mixin private ServerOptions server = new ServerOptions();

  @Parameters(paramLabel = "NODE", description = "Name of the node.")
  private String node = "";

  ResumeCommand(Host host) {
    this.host = host;
  }

  @Override
  public Integer call() {
    try (Connection<FleetBlockingStub, FleetStub> fleet = server.connect(host)) {
      var _ =
          fleet.call(stub -> stub.resumeNode(ResumeNodeRequest.newBuilder().setNode(node).build()));
    }
    host.out().line(node + " runs workloads again");
    return ExitCodes.OK;
  }
}
