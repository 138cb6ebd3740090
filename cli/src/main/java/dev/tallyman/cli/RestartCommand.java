package dev.tallyman.cli;

import dev.tallyman.cli.client.Connection;
import dev.tallyman.cli.process.ExitCodes;
import dev.tallyman.cli.process.Host;
import dev.tallyman.proto.v1.NodeGrpc.NodeBlockingStub;
import dev.tallyman.proto.v1.NodeGrpc.NodeStub;
import dev.tallyman.proto.v1.RestartWorkloadRequest;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code tallyman restart}. */
@Command(
    name = "restart",
    description = {
      "Start the instances of workloads on this host again, also when they had ended for good or an"
          + " operator had stopped them.",
      "The agent on this host is asked, not the control plane."
    })
final class RestartCommand implements Callable<Integer> {

  private final Host host;

  @Mixin private NodeOptions nodeSocket = new NodeOptions();

  @Parameters(
      arity = "1..*",
      paramLabel = "NAME",
      description = "Workloads, as NAME in the stack default, or STACK/NAME.")
  private List<WorkloadName> names = List.of();

  RestartCommand(Host host) {
    this.host = host;
  }

  @Override
  public Integer call() {
    try (Connection<NodeBlockingStub, NodeStub> agent = nodeSocket.connect(host)) {
      for (WorkloadName name : names) {
        var _ =
            agent.call(stub ->
                stub.restartWorkload(
                    RestartWorkloadRequest.newBuilder().setKey(name.nodeKey()).build()));
        host.out().line(name + " is being restarted");
        host.out().flush();
      }
    }
    return ExitCodes.OK;
  }
}
