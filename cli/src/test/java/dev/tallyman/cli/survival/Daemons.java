package dev.tallyman.cli.survival;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A control plane and an agent, each a process of its own, in a folder of their own. */
final class Daemons implements AutoCloseable {

  /** Nobody else is in the enclosure. */
  private static final String TCP = "127.0.0.1:7701";

  /** The shortest, so that silence is soon noticed. */
  private static final String LEASE = "4s";

  private static final Pattern METRICS = Pattern.compile("metrics on /127\\.0\\.0\\.1:(\\d+)");

  private final Path folder;
  private final String node;
  private final Path engine;
  private final Optional<Enclosure> enclosure;
  private final ManagedChannel channel;
  private Optional<Process> controlPlane = Optional.empty();
  private Optional<Process> agent = Optional.empty();

  /**
   * None runs yet.
   *
   * @param folder theirs
   * @param enclosure in which they run and are connected by TCP; without one they are on the host,
   *     and connected by a socket
   */
  Daemons(Path folder, String node, Path engine, Optional<Enclosure> enclosure) {
    this.folder = folder;
    this.node = node;
    this.engine = engine;
    this.enclosure = enclosure;
    this.channel = Channels.open(ChannelSpec.plain(new Endpoint.UnixSocket(fleetSocket())));
  }

  private Path fleetSocket() {
    return folder.resolve("cp/s");
  }

  Path controlPlaneSocket() {
    return fleetSocket();
  }

  Path nodeSocket() {
    return folder.resolve("n/s");
  }

  /** The agent's state directory, as the test finds it. */
  Path stateDir() {
    Path inside = stateDirInside();
    return enclosure.map(e -> e.seen(inside)).orElse(inside);
  }

  private Path stateDirInside() {
    return diskOf(folder).resolve("state");
  }

  /** Where the agent's disk is. */
  static Path diskOf(Path folder) {
    return folder.resolve("disk");
  }

  Path dataDir() {
    return folder.resolve("data");
  }

  void startControlPlane() {
    controlPlane =
        Optional.of(
            start(
                "control-plane",
                List.of(
                    "--data-dir",
                    dataDir().toString(),
                    "--lease-duration",
                    LEASE,
                    "--listen",
                    "unix:" + fleetSocket() + enclosure.map(_ -> "," + TCP).orElse(""))));
  }

  void startAgent(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--node-name",
                node,
                "--state-dir",
                stateDirInside().toString(),
                "--control-plane",
                enclosure.map(_ -> TCP).orElse("unix:" + fleetSocket()),
                "--node-socket",
                nodeSocket().toString(),
                "--metrics-listen",
                // In an enclosure nobody could ask.
                enclosure.map(_ -> "off").orElse("127.0.0.1:0"),
                "--runtimes",
                "engine=unix://" + engine));
    arguments.addAll(List.of(more));
    agent = Optional.of(start("agent", arguments));
  }

  /** Whether the agent's process is there. */
  boolean agentRuns() {
    return agent.filter(Process::isAlive).isPresent();
  }

  /** Sends the control plane SIGTERM, and waits for its end. */
  int endControlPlane() {
    Process process = controlPlane.orElseThrow();
    process.destroy();
    return endOf(process);
  }

  /** Sends the agent SIGTERM. */
  void signalAgent() {
    agent.orElseThrow().destroy();
  }

  /** Waits for the agent's end. */
  int awaitAgentsEnd() {
    return endOf(agent.orElseThrow());
  }

  private static int endOf(Process process) {
    try {
      return process.waitFor();
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

  /** The agent's metrics, for one that runs on the host. */
  String metrics() {
    Matcher port = METRICS.matcher(agentLog());
    assertThat(port.find()).as("the port in the log").isTrue();
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + port.group(1) + "/metrics");
      return client
          .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private FleetGrpc.FleetBlockingStub fleet() {
    return FleetGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);
  }

  private Process start(String command, List<String> arguments) {
    List<String> line = new ArrayList<>(enclosure.map(Enclosure::entry).orElse(List.of()));
    line.addAll(java());
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

  /** What the command prints on this host; it must succeed. */
  static String tallyman(String... arguments) {
    List<String> line = new ArrayList<>(java());
    line.addAll(List.of(arguments));
    return Command.run(line);
  }

  private static List<String> java() {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.add("-Xmx128m");
    line.add("-XX:+UseSerialGC");
    line.add("--enable-native-access=ALL-UNNAMED");
    line.add("-cp");
    line.add(System.getProperty("java.class.path"));
    line.add("dev.tallyman.cli.Main");
    return line;
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
