package dev.tallyman.cli;

import dev.tallyman.controlplane.ControlPlane;
import dev.tallyman.controlplane.ControlPlaneConfig;
import dev.tallyman.controlplane.Surroundings;
import dev.tallyman.transport.Endpoint;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A real control plane at its standard socket below a folder, whose clock stands still and whose
 * ids count, and nodes that are connected to it.
 */
final class TestFleet implements AutoCloseable {

  /** What the control plane's clock shows. */
  static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  private final ControlPlane running;
  private final List<TestNode> nodes = new ArrayList<>();

  TestFleet(TestHost host, Path folder) {
    AtomicLong ids = new AtomicLong();
    running =
        ControlPlane.start(
            new ControlPlaneConfig(
                List.of(new Endpoint.UnixSocket(host.paths().controlPlaneSocket())),
                folder.resolve("data"),
                Optional.empty(),
                Optional.empty(),
                ControlPlaneConfig.DEFAULT_LEASE,
                "test"),
            new Surroundings(
                InstantSource.fixed(NOW),
                System::nanoTime,
                () -> new UUID(0, ids.incrementAndGet())));
  }

  /** Connects a node. */
  TestNode node(String name) {
    TestNode node = new TestNode(running.endpoint(), name);
    nodes.add(node);
    return node;
  }

  @Override
  public void close() {
    nodes.forEach(TestNode::close);
    running.close();
  }
}
