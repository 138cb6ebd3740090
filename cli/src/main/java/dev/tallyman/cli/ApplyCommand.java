package dev.tallyman.cli;

import dev.tallyman.agent.manifest.ManifestWorkload;
import dev.tallyman.cli.client.CallFailure;
import dev.tallyman.cli.client.Connection;
import dev.tallyman.cli.process.ExitCodes;
import dev.tallyman.cli.process.Host;
import dev.tallyman.config.fault.Faults;
import dev.tallyman.proto.v1.AppliedWorkload;
import dev.tallyman.proto.v1.ApplyWorkloadsRequest;
import dev.tallyman.proto.v1.ApplyWorkloadsResponse;
import dev.tallyman.proto.v1.Assignment;
import dev.tallyman.proto.v1.FleetGrpc.FleetBlockingStub;
import dev.tallyman.proto.v1.FleetGrpc.FleetStub;
import dev.tallyman.proto.v1.Workload;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tallyman apply}. */
@Command(
    name = "apply",
    description = {
      "Create workloads, or change them to what manifests say: all of them, or none.",
      "A workload is found by its node, stack and name. It is not removed by leaving it out of its"
          + " manifest: see delete."
    })
final class ApplyCommand implements Callable<Integer> {

  private final Host host;

  @Mixin private ServerOptions server = new ServerOptions();

  @Option(
      names = {"-f", "--file"},
      required = true,
      paramLabel = "FILE",
      description = "Manifest, folder of manifests, or - for standard input. May be repeated.")
  private List<String> files = List.of();

  @Option(
      names = "--node",
      paramLabel = "NAME",
      description =
          "Node that runs the workloads whose manifest names none. Default: the only node there"
              + " is.")
  private Optional<String> node = Optional.empty();

  ApplyCommand(Host host) {
    this.host = host;
  }

  @Override
  public Integer call() {
    List<ManifestWorkload> workloads = Manifests.read(host, files);
    refuseOtherNodes(workloads);
    ApplyWorkloadsRequest.Builder request = ApplyWorkloadsRequest.newBuilder();
    for (ManifestWorkload workload : workloads) {
      request.addAssignments(
          Assignment.newBuilder()
              .setNode(workload.node().or(() -> node).orElse(""))
              .setWorkload(workload.workload()));
    }
    ApplyWorkloadsResponse response;
    try (Connection<FleetBlockingStub, FleetStub> fleet = server.connect(host)) {
      response = fleet.call(stub -> stub.applyWorkloads(request.build()));
    } catch (CallFailure e) {
      if (e.isInvalid()) {
        throw ApplyFaults.translate(String.valueOf(e.getMessage()), workloads);
      }
      throw e;
    }
    response.getResultsList().forEach(result -> host.out().line(line(result)));
    return ExitCodes.OK;
  }

  private void refuseOtherNodes(List<ManifestWorkload> workloads) {
    Faults faults = new Faults();
    for (ManifestWorkload workload : workloads) {
      if (node.isPresent() && workload.node().isPresent() && !workload.node().equals(node)) {
        faults.add(
            workload.where(),
            "node: %s (expected: %s, as --node says, or none)"
                .formatted(workload.node().get(), node.get()));
      }
    }
    faults.throwIfAny();
  }

  private static String line(AppliedWorkload result) {
    Workload workload = result.getWorkload().getWorkload();
    return "%s %s on %s"
        .formatted(
            WorkloadName.text(workload.getStack(), workload.getName()),
            switch (result.getOutcome()) {
              case APPLY_OUTCOME_CREATED -> "created";
              case APPLY_OUTCOME_CONFIGURED -> "configured";
              case APPLY_OUTCOME_UNCHANGED -> "unchanged";
              case APPLY_OUTCOME_UNSPECIFIED, UNRECOGNIZED -> "applied";
            },
            result.getWorkload().getNode());
  }
}
