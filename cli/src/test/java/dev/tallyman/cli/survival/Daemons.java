package dev.tallyman.cli.survival;

import dev.tallyman.proto.v1.ApplyWorkloadsRequest;
import dev.tallyman.proto.v1.AssignedWorkload;
import dev.tallyman.proto.v1.Assignment;
import dev.tallyman.proto.v1.DeleteWorkloadsRequest;
import dev.tallyman.proto.v1.FleetGrpc;
import dev.tallyman.proto.v1.ListNodesRequest;
import dev.tallyman.proto.v1.ListWorkloadsRequest;
import dev.tallyman.proto.v1.NodeReadiness;
import dev.tallyman.proto.v1.Workload;
import dev.tallyman.proto.v1.WorkloadKey;
import dev.tallyman.transport.ChannelSpec;
import dev.tallyman.transport.Channels;
import dev.tallyman.transport.Endpoint;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A control plane and an agent, each a process of its own, in a folder of their own. */
final class Daemons implements AutoCloseable {

  private final Path folder;
  private final String node;
  private final Path engine;
  private final ManagedChannel channel;
  private Optional<Process> controlPlane = Optional.empty();
  private Optional<Process> agent = Optional.empty();

  Daemons(Path folder, String node, Path engine) {
    this.folder = folder;
    this.node = node;
    this.engine = engine;
    this.channel = Channels.open(ChannelSpec.plain(new Endpoint.UnixSocket(fleetSocket())));
  }

  private Path fleetSocket() {
    return folder.resolve("cp/s");
  }

  Path nodeSocket() {
    return folder.resolve("n/s");
  }

  Path stateDir() {
    return folder.resolve("state");
  }

  Path dataDir() {
    return folder.resolve("data");
  }

  void startControlPlane() {
    controlPlane =
        Optional.of(
            start(
                "control-plane",
                List.of("--data-dir", dataDir().toString(), "--listen", "unix:" + fleetSocket())));
  }

  void startAgent(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--node-name",
                node,
                "--state-dir",
                stateDir().toString(),
                "--control-plane",
                "unix:" + fleetSocket(),
                "--node-socket",
                nodeSocket().toString(),
                "--metrics-listen",
                "off",
                "--runtimes",
                "engine=unix://" + engine));
    arguments.addAll(List.of(more));
    agent = Optional.of(start("agent", arguments));
  }

  /** Sends the agent SIGTERM. */
  void signalAgent() {
    agent.orElseThrow().destroy();
  }

  /** Waits for the agent's end. */
  int awaitAgentsEnd() {
    try {
      return agent.orElseThrow().waitFor();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  void killControlPlane() {
    kill(controlPlane.orElseThrow());
  }

  void killAgent() {
    kill(agent.orElseThrow());
  }

  /** Whether the control plane has heard of the node lately, and all is well with it. */
  boolean isReady() {
    try {
      return fleet().listNodes(ListNodesRequest.getDefaultInstance()).getNodesList().stream()
          .anyMatch(n ->
              n.getInfo().getName().equals(node)
                  && n.getReadiness() == NodeReadiness.NODE_READINESS_READY);
    } catch (StatusRuntimeException _) {
      return false;
    }
  }

  void apply(List<Workload> workloads) {
    ApplyWorkloadsRequest.Builder request = ApplyWorkloadsRequest.newBuilder();
    workloads.forEach(
        w -> request.addAssignments(Assignment.newBuilder().setNode(node).setWorkload(w)));
    var _ = fleet().applyWorkloads(request.build());
  }

  void delete(List<Workload> workloads) {
    DeleteWorkloadsRequest.Builder request = DeleteWorkloadsRequest.newBuilder();
    workloads.forEach(w ->
        request.addKeys(
            WorkloadKey.newBuilder().setNode(node).setStack(w.getStack()).setName(w.getName())));
    var _ = fleet().deleteWorkloads(request.build());
  }

  List<AssignedWorkload> workloads() {
    try {
      return fleet().listWorkloads(ListWorkloadsRequest.getDefaultInstance()).getWorkloadsList();
    } catch (StatusRuntimeException _) {
      return List.of();
    }
  }

  /** What the agent has logged. */
  String agentLog() {
    try {
      return Files.readString(folder.resolve("agent.log"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private FleetGrpc.FleetBlockingStub fleet() {
    return FleetGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);
  }

  private Process start(String command, List<String> arguments) {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.add("-Xmx128m");
    line.add("-XX:+UseSerialGC");
    line.add("--enable-native-access=ALL-UNNAMED");
    line.add("-cp");
    line.add(System.getProperty("java.class.path"));
    line.add("dev.tallyman.cli.Main");
    line.add(command);
    line.addAll(arguments);
    try {
      return new ProcessBuilder(line)
          .redirectErrorStream(true)
          .redirectOutput(
              ProcessBuilder.Redirect.appendTo(folder.resolve(command + ".log").toFile()))
          .start();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void kill(Process process) {
    try {
      process.destroyForcibly().waitFor();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    agent.ifPresent(Daemons::kill);
    controlPlane.ifPresent(Daemons::kill);
    var _ = channel.shutdownNow();
  }
}
