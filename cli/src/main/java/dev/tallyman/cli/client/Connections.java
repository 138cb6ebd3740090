package dev.tallyman.cli.client;

import dev.tallyman.proto.v1.FleetGrpc;
import dev.tallyman.proto.v1.FleetGrpc.FleetBlockingStub;
import dev.tallyman.proto.v1.FleetGrpc.FleetStub;
import dev.tallyman.proto.v1.NodeGrpc;
import dev.tallyman.proto.v1.NodeGrpc.NodeBlockingStub;
import dev.tallyman.proto.v1.NodeGrpc.NodeStub;
import dev.tallyman.transport.ChannelSpec;
import dev.tallyman.transport.Endpoint;

/** Opens connections. */
public final class Connections {

  private Connections() {}

  /**
   * To a control plane's Fleet service.
   *
   * @throws dev.tallyman.transport.TransportException when it cannot be opened as it is asked for
   */
  public static Connection<FleetBlockingStub, FleetStub> toControlPlane(ChannelSpec spec) {
    return Connection.open(
        Peer.CONTROL_PLANE, spec, FleetGrpc::newBlockingStub, FleetGrpc::newStub);
  }

  /** To an agent's Node service on its unix socket. */
  public static Connection<NodeBlockingStub, NodeStub> toNode(Endpoint socket) {
    return Connection.open(
        Peer.NODE, ChannelSpec.plain(socket), NodeGrpc::newBlockingStub, NodeGrpc::newStub);
  }
}
