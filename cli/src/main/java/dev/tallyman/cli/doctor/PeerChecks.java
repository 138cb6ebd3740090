package dev.tallyman.cli.doctor;

import dev.tallyman.cli.client.CallFailure;
import dev.tallyman.cli.client.Connection;
import dev.tallyman.cli.client.Connections;
import dev.tallyman.proto.v1.FleetGrpc.FleetBlockingStub;
import dev.tallyman.proto.v1.FleetGrpc.FleetStub;
import dev.tallyman.proto.v1.GetNodeRequest;
import dev.tallyman.proto.v1.ListNodesRequest;
import dev.tallyman.proto.v1.NodeGrpc.NodeBlockingStub;
import dev.tallyman.proto.v1.NodeGrpc.NodeStub;
import dev.tallyman.proto.v1.NodeInfo;
import dev.tallyman.transport.ChannelSpec;
import dev.tallyman.transport.Endpoint;
import dev.tallyman.transport.TransportException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Asks who should answer. */
final class PeerChecks {

  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private PeerChecks() {}

  /** The agent that runs on this host, if one does. */
  static Optional<NodeInfo> agent(Path socket) {
    if (!Files.exists(socket)) {
      return Optional.empty();
    }
    try (Connection<NodeBlockingStub, NodeStub> agent =
        Connections.toNode(new Endpoint.UnixSocket(socket))) {
      return Optional.of(
          agent
              .call(PATIENCE, stub -> stub.getNode(GetNodeRequest.getDefaultInstance()))
              .getInfo());
    } catch (CallFailure e) {
      return Optional.empty();
    }
  }

  /** The socket of the agent. */
  static Finding nodeSocket(Path socket, Optional<NodeInfo> agent) {
    if (agent.isPresent()) {
      return Finding.ok(
          "node socket",
          "%s: agent %s of node %s answers"
              .formatted(socket, agent.get().getAgentVersion(), agent.get().getName()));
    }
    return Files.exists(socket)
        ? Finding.note(
            "node socket", socket + ": nobody answers; the next agent replaces the socket")
        : Finding.note("node socket", socket + ": no agent runs here");
  }

  /** The control plane, asked as the agent would. An agent runs on without it. */
  static Finding controlPlane(ChannelSpec spec) {
    String subject = "control plane";
    try (Connection<FleetBlockingStub, FleetStub> fleet = Connections.toControlPlane(spec)) {
      int nodes =
          fleet
              .call(PATIENCE, stub -> stub.listNodes(ListNodesRequest.getDefaultInstance()))
              .getNodesCount();
      return Finding.ok(subject, spec.endpoint() + ": answers; nodes it knows: " + nodes);
    } catch (CallFailure e) {
      // A node's token is good for the node's stream only.
      return e.isDenied()
          ? Finding.ok(subject, spec.endpoint() + ": answers, and knows this node's token")
          : Finding.warning(
              subject,
              String.valueOf(e.getMessage()).lines().findFirst().orElse("")
                  + "\nAn agent waits for it. Start it with 'tallyman control-plane', or name"
                  + " another one with --control-plane.");
    } catch (TransportException e) {
      return Finding.failed(subject, String.valueOf(e.getMessage()));
    }
  }
}
