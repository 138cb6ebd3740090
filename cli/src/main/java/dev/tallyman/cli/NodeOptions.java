package dev.tallyman.cli;

import dev.tallyman.cli.client.Connection;
import dev.tallyman.cli.client.Connections;
import dev.tallyman.cli.process.CommandFailure;
import dev.tallyman.cli.process.Host;
import dev.tallyman.proto.v1.NodeGrpc.NodeBlockingStub;
import dev.tallyman.proto.v1.NodeGrpc.NodeStub;
import dev.tallyman.transport.Endpoint;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which agent of this host to ask. */
final class NodeOptions {

  static final String NODE_SOCKET = "TALLYMAN_NODE_SOCKET";

  @Option(
      names = "--node-socket",
      paramLabel = "PATH",
      description =
          "Socket of the agent on this host. Default: $TALLYMAN_NODE_SOCKET, else the one of an"
              + " agent of this user.")
  private Optional<Path> nodeSocket = Optional.empty();

  /** Whether the command line says that the agent is to be asked. */
  boolean isGiven() {
    return nodeSocket.isPresent();
  }

  /** The agent's socket. */
  Path path(Host host) {
    return nodeSocket
        .or(() -> Optional.ofNullable(host.environment().get(NODE_SOCKET)).map(Path::of))
        .orElseGet(() -> host.paths().nodeSocket());
  }

  /**
   * Opens a connection to the agent.
   *
   * @throws CommandFailure when the path cannot be one of a socket
   */
  Connection<NodeBlockingStub, NodeStub> connect(Host host) {
    Endpoint socket = Endpoints.socket(path(host));
    return Connections.toNode(socket);
  }
}
