package dev.tallyman.cli;

import dev.tallyman.cli.client.Sockets;
import dev.tallyman.cli.process.Host;
import dev.tallyman.cli.stack.NodeLink;
import dev.tallyman.transport.Endpoint;
import java.nio.file.Path;

/** The agent of this host, for commands that can do without it. */
final class StackAgents {

  private final Endpoint.UnixSocket socket;

  StackAgents(Host host, NodeOptions options) {
    this.socket = Endpoints.socket(options.path(host));
  }

  /** Its socket. */
  Path socket() {
    return socket.path();
  }

  /** Whether it runs, or that cannot be known: then the first call says why. */
  boolean mayRun() {
    return Sockets.mayAnswer(socket.path());
  }

  /** A connection to it; the first call says when nobody answers. */
  NodeLink link() {
    return new NodeLink(socket);
  }
}
