package dev.tallyman.cli;

import dev.tallyman.agent.manifest.ManifestWorkload;
import dev.tallyman.cli.client.Connection;
import dev.tallyman.cli.process.CommandFailure;
import dev.tallyman.cli.process.ExitCodes;
import dev.tallyman.cli.process.Host;
import dev.tallyman.proto.v1.AssignedWorkload;
import dev.tallyman.proto.v1.DeleteWorkloadsRequest;
import dev.tallyman.proto.v1.DeleteWorkloadsResponse;
import dev.tallyman.proto.v1.FleetGrpc.FleetBlockingStub;
import dev.tallyman.proto.v1.FleetGrpc.FleetStub;
import dev.tallyman.proto.v1.ListWorkloadsRequest;
import dev.tallyman.proto.v1.WorkloadKey;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tallyman delete}. */
@Command(
    name = "delete",
    description = {
      "Take workloads off their nodes, all of them or none: those that are named, those of"
          + " manifests, or a whole stack.",
      "Their nodes stop and remove the instances; see get workloads --watch."
    })
final class DeleteCommand implements Callable<Integer> {

  private final Host host;

  @Mixin private ServerOptions server = new ServerOptions();

  @Parameters(
      arity = "0..*",
      paramLabel = "NAME",
      description = "Workloads, as NAME in the stack default, or STACK/NAME.")
  private List<WorkloadName> names = List.of();

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description =
          "Delete what this manifest names: a file, a folder, or - for standard input. May be"
              + " repeated.")
  private List<String> files = List.of();

  @Option(names = "--stack", paramLabel = "NAME", description = "Delete all of this stack.")
  private Optional<String> stack = Optional.empty();

  @Option(
      names = "--node",
      paramLabel = "NAME",
      description = "Only on this node. Needed when a name stands on several.")
  private Optional<String> node = Optional.empty();

  DeleteCommand(Host host) {
    this.host = host;
  }

  @Override
  public Integer call() {
    long ways =
        Stream.of(!names.isEmpty(), !files.isEmpty(), stack.isPresent())
            .filter(Boolean::booleanValue)
            .count();
    if (ways != 1) {
      throw CommandFailure.usage(
          "delete what? (expected: names, -f FILE or --stack NAME, one of these)");
    }
    // Faults of manifests are told before anybody is asked.
    List<WorkloadKey> inManifests =
        keysOf(files.isEmpty() ? List.of() : Manifests.read(host, files));
    try (Connection<FleetBlockingStub, FleetStub> fleet = server.connect(host)) {
      List<WorkloadKey> keys =
          Stream.of(
                  names.stream().map(name -> name.key(node.orElse(""))),
                  inManifests.stream(),
                  stack.stream().flatMap(name -> keysOfStack(fleet, name)))
              .flatMap(stream -> stream)
              .toList();
      DeleteWorkloadsResponse response =
          fleet.call(stub ->
              stub.deleteWorkloads(DeleteWorkloadsRequest.newBuilder().addAllKeys(keys).build()));
      response.getWorkloadsList().forEach(workload -> host.out().line(line(workload)));
    }
    return ExitCodes.OK;
  }

  private List<WorkloadKey> keysOf(List<ManifestWorkload> workloads) {
    return workloads.stream()
        .map(workload ->
            WorkloadKey.newBuilder()
                .setNode(workload.node().or(() -> node).orElse(""))
                .setStack(workload.workload().getStack())
                .setName(workload.workload().getName())
                .build())
        .toList();
  }

  private Stream<WorkloadKey> keysOfStack(
      Connection<FleetBlockingStub, FleetStub> fleet, String name) {
    List<AssignedWorkload> found =
        fleet
            .call(stub ->
                stub.listWorkloads(
                    ListWorkloadsRequest.newBuilder()
                        .setStack(name)
                        .setNode(node.orElse(""))
                        .build()))
            .getWorkloadsList();
    if (found.isEmpty()) {
      throw CommandFailure.failed(
          "stack " + name + " has no workloads" + node.map(n -> " on node " + n).orElse(""));
    }
    return found.stream()
        .map(workload -> WorkloadKey.newBuilder().setUid(workload.getWorkload().getUid()).build());
  }

  private static String line(AssignedWorkload workload) {
    return "%s is being removed from %s"
        .formatted(
            WorkloadName.text(workload.getWorkload().getStack(), workload.getWorkload().getName()),
            workload.getNode());
  }
}
