package dev.tallyman.bench.node;

import dev.tallyman.proto.v1.ApplyWorkloadsRequest;
import dev.tallyman.proto.v1.AssignedWorkload;
import dev.tallyman.proto.v1.Assignment;
import dev.tallyman.proto.v1.DeleteWorkloadsRequest;
import dev.tallyman.proto.v1.FleetGrpc;
import dev.tallyman.proto.v1.ListNodesRequest;
import dev.tallyman.proto.v1.ListWorkloadsRequest;
import dev.tallyman.proto.v1.NodeReadiness;
import dev.tallyman.proto.v1.Phase;
import dev.tallyman.proto.v1.Workload;
import dev.tallyman.proto.v1.WorkloadKey;
import dev.tallyman.proto.v1.WorkloadWatchEvent;
import dev.tallyman.transport.ChannelSpec;
import dev.tallyman.transport.Channels;
import dev.tallyman.transport.Endpoint;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A control plane and an agent, each a process that {@code bin/tallyman} runs with the options that
 * it gives to users' daemons. Not safe for several threads.
 */
public final class BenchNode implements AutoCloseable {

  /** Name of the node. */
  public static final String NAME = "bench";

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final double NANOS_PER_MILLI = 1e6;

  private final Daemon controlPlane;
  private final Daemon agent;
  private final Path nodeSocket;
  private final ManagedChannel channel;

  /**
   * Starts both; returns when the node is ready.
   *
   * @param project the project's folder
   * @param folder an empty folder with a short path: sockets are in it
   * @param engine socket of the only engine
   * @param javaOptions further options for the agent's Java, separated by spaces
   */
  public static BenchNode start(Path project, Path folder, Path engine, String javaOptions)
      throws IOException, InterruptedException {
    BenchNode node = new BenchNode(project, folder, engine, javaOptions);
    try {
      node.awaitReady();
      return node;
    } catch (RuntimeException | InterruptedException e) {
      node.close();
      throw e;
    }
  }

  private BenchNode(Path project, Path folder, Path engine, String javaOptions) throws IOException {
    Path fleet = folder.resolve("cp/s");
    nodeSocket = folder.resolve("n/s");
    controlPlane =
        Daemon.start(
            project,
            folder.resolve("control-plane.log"),
            "",
            List.of(
                "control-plane",
                "--data-dir",
                folder.resolve("data").toString(),
                "--listen",
                "unix:" + fleet));
    agent =
        Daemon.start(
            project,
            folder.resolve("agent.log"),
            javaOptions,
            List.of(
                "agent",
                "--node-name",
                NAME,
                "--state-dir",
                folder.resolve("state").toString(),
                "--control-plane",
                "unix:" + fleet,
                "--node-socket",
                nodeSocket.toString(),
                "--metrics-listen",
                "off",
                "--runtimes",
                "engine=unix://" + engine));
    channel = Channels.open(ChannelSpec.plain(new Endpoint.UnixSocket(fleet)));
  }

  private void awaitReady() throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!isReady()) {
      if (System.nanoTime() > deadline || !agent.isAlive() || !controlPlane.isAlive()) {
        throw new IllegalStateException("the node does not get ready: " + agent.lastWords());
      }
      Thread.sleep(Duration.ofMillis(50));
    }
  }

  private boolean isReady() {
    try {
      return fleet().listNodes(ListNodesRequest.getDefaultInstance()).getNodesList().stream()
          .anyMatch(n -> n.getReadiness() == NodeReadiness.NODE_READINESS_READY);
    } catch (StatusRuntimeException _) {
      return false;
    }
  }

  /** The socket on which the agent can be asked. */
  public Path nodeSocket() {
    return nodeSocket;
  }

  public long agentPid() {
    return agent.pid();
  }

  /** What the agent has written. */
  public String agentLog() throws IOException {
    return agent.log();
  }

  /**
   * Wants these workloads, and waits until the control plane has been told that all run.
   *
   * @return milliseconds from before the request to the last status
   */
  public double run(List<Workload> workloads) {
    long began = System.nanoTime();
    ApplyWorkloadsRequest.Builder request = ApplyWorkloadsRequest.newBuilder();
    workloads.forEach(
        w -> request.addAssignments(Assignment.newBuilder().setNode(NAME).setWorkload(w)));
    var _ = fleet().applyWorkloads(request.build());
    Set<String> missing = new HashSet<>();
    workloads.forEach(w -> missing.add(w.getName()));
    watch(event -> {
      AssignedWorkload changed = event.getChanged();
      if (changed.getStatus().getPhase() == Phase.PHASE_RUNNING
          && changed.getStatus().getGeneration() == changed.getWorkload().getGeneration()) {
        missing.remove(changed.getWorkload().getName());
      }
      return missing.isEmpty();
    });
    return (System.nanoTime() - began) / NANOS_PER_MILLI;
  }

  /** Wants none of these any more, and waits until they are gone. */
  public void remove(List<Workload> workloads) {
    DeleteWorkloadsRequest.Builder request = DeleteWorkloadsRequest.newBuilder();
    Set<String> left = new HashSet<>();
    for (Workload w : workloads) {
      request.addKeys(
          WorkloadKey.newBuilder().setNode(NAME).setStack(w.getStack()).setName(w.getName()));
      left.add(w.getName());
    }
    var _ = fleet().deleteWorkloads(request.build());
    Set<String> there = new HashSet<>();
    boolean[] synced = new boolean[1];
    watch(event -> {
      switch (event.getEventCase()) {
        case CHANGED -> there.add(event.getChanged().getWorkload().getName());
        case REMOVED -> there.remove(event.getRemoved().getWorkload().getName());
        case SYNCED -> synced[0] = true;
        case EVENT_NOT_SET -> {}
      }
      return synced[0] && there.stream().noneMatch(left::contains);
    });
  }

  /** Waits for something among workloads. */
  private interface Watcher {
    /** Whether that was it. */
    boolean isDone(WorkloadWatchEvent event);
  }

  private void watch(Watcher watcher) {
    Context.CancellableContext call = Context.current().withCancellation();
    Context former = call.attach();
    try {
      Iterator<WorkloadWatchEvent> events =
          FleetGrpc.newBlockingStub(channel)
              .withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS)
              .watchWorkloads(ListWorkloadsRequest.getDefaultInstance());
      while (events.hasNext()) {
        if (watcher.isDone(events.next())) {
          return;
        }
      }
      throw new IllegalStateException("the control plane ended its watch");
    } finally {
      call.detach(former);
      call.cancel(null);
    }
  }

  private FleetGrpc.FleetBlockingStub fleet() {
    return FleetGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);
  }

  /** Ends both processes; what runs at the engine runs on. */
  @Override
  public void close() {
    agent.stop(GRACE);
    controlPlane.stop(GRACE);
    var _ = channel.shutdownNow();
  }
}
