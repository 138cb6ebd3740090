package dev.tallyman.cli;

import dev.tallyman.cli.client.Connection;
import dev.tallyman.cli.process.ExitCodes;
import dev.tallyman.cli.process.Host;
import dev.tallyman.proto.v1.NodeGrpc.NodeBlockingStub;
import dev.tallyman.proto.v1.NodeGrpc.NodeStub;
import dev.tallyman.proto.v1.StopWorkloadRequest;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code tallyman stop}. */
@Command(
    name = "stop",
    description = {
      "Stop the instances of workloads on this host.",
      "They stay stopped until restart, a changed manifest or, unless their restart policy is"
          + " unless-stopped or no, the next start of the agent. The agent on this host is asked,"
          + " not the control plane."
    })
final class StopCommand implements Callable<Integer> {

  private final Host host;

  @Mixin private NodeOptions nodeSocket = new NodeOptions();

  @Parameters(
      arity = "1..*",
      paramLabel = "NAME",
      description = "Workloads, as NAME in the stack default, or STACK/NAME.")
  private List<WorkloadName> names = List.of();

  StopCommand(Host host) {
    this.host = host;
  }

  @Override
  public Integer call() {
    try (Connection<NodeBlockingStub, NodeStub> agent = nodeSocket.connect(host)) {
      for (WorkloadName name : names) {
        var _ =
            agent.call(stub ->
                stub.stopWorkload(StopWorkloadRequest.newBuilder().setKey(name.nodeKey()).build()));
        host.out().line(name + " is being stopped");
        host.out().flush();
      }
    }
    return ExitCodes.OK;
  }
}
