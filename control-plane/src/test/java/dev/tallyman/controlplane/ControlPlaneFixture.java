package dev.tallyman.controlplane;

import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tallyman.proto.v1.ApplyWorkloadsResponse;
import dev.tallyman.proto.v1.AssignedWorkload;
import dev.tallyman.proto.v1.FleetGrpc;
import dev.tallyman.proto.v1.ListNodesRequest;
import dev.tallyman.proto.v1.ListWorkloadsRequest;
import dev.tallyman.proto.v1.NodeRecord;
import dev.tallyman.proto.v1.Workload;
import dev.tallyman.transport.ChannelSpec;
import dev.tallyman.transport.Channels;
import dev.tallyman.transport.Endpoint;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A control plane on a unix socket in a test's folder, in the test's time, and clients of it. */
public final class ControlPlaneFixture implements AutoCloseable {

  private final Path folder;
  private final TestTime time;
  private final Deque<ManagedChannel> channels = new ArrayDeque<>();
  private ControlPlane running;

  public ControlPlaneFixture(Path folder, TestTime time) {
    this.folder = folder;
    this.time = time;
    this.running = start();
  }

  public static ControlPlaneConfig config(Path folder) {
    return new ControlPlaneConfig(
        List.of(new Endpoint.UnixSocket(folder.resolve("run/cp.sock"))),
        folder.resolve("store"),
        Optional.empty(),
        Optional.empty(),
        ControlPlaneConfig.DEFAULT_LEASE,
        "test");
  }

  /** Stops it in good order and starts it again. */
  public void restart() {
    stop();
    running = start();
  }

  public void stop() {
    running.close();
  }

  private ControlPlane start() {
    return ControlPlane.start(config(folder), time.surroundings());
  }

  /** A connection of its own. */
  public ManagedChannel channel() {
    ManagedChannel channel = Channels.open(ChannelSpec.plain(running.endpoint()));
    channels.push(channel);
    return channel;
  }

  public FleetGrpc.FleetBlockingStub fleet() {
    return FleetGrpc.newBlockingStub(channel()).withDeadlineAfter(60, TimeUnit.SECONDS);
  }

  public FleetGrpc.FleetStub asyncFleet() {
    return FleetGrpc.newStub(channel());
  }

  /** Applies workloads and returns them as they are stored. */
  public List<Workload> apply(String node, Workload... workloads) {
    ApplyWorkloadsResponse response = fleet().applyWorkloads(Workloads.apply(node, workloads));
    return response.getResultsList().stream().map(r -> r.getWorkload().getWorkload()).toList();
  }

  public void delete(String... names) {
    var _ = fleet().deleteWorkloads(Workloads.delete(names));
  }

  public AssignedWorkload get(String name) {
    return fleet().getWorkload(Workloads.get(name));
  }

  public List<AssignedWorkload> list() {
    return fleet().listWorkloads(ListWorkloadsRequest.getDefaultInstance()).getWorkloadsList();
  }

  public NodeRecord node(String name) {
    return fleet().listNodes(ListNodesRequest.getDefaultInstance()).getNodesList().stream()
        .filter(n -> n.getInfo().getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** The error of a call that must fail. */
  public static Status refusal(Runnable call) {
    Throwable thrown = catchThrowable(call::run);
    return thrown == null ? Status.OK : Status.fromThrowable(thrown);
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    running.close();
  }
}
