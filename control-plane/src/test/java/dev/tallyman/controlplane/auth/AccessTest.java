package dev.tallyman.controlplane.auth;

import static dev.tallyman.controlplane.ControlPlaneFixture.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.controlplane.ControlPlane;
import dev.tallyman.controlplane.ControlPlaneConfig;
import dev.tallyman.controlplane.FakeNode;
import dev.tallyman.controlplane.TestTime;
import dev.tallyman.proto.v1.FleetGrpc;
import dev.tallyman.proto.v1.ListNodesRequest;
import dev.tallyman.proto.v1.ListWorkloadsRequest;
import dev.tallyman.transport.ChannelSpec;
import dev.tallyman.transport.Channels;
import dev.tallyman.transport.Endpoint;
import dev.tallyman.transport.TokenHash;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A control plane with a tokens file, on a unix socket and a TCP port. */
class AccessTest {

  @TempDir private Path folder;
  private final List<ManagedChannel> channels = new ArrayList<>();
  private ControlPlane running;

  @BeforeEach
  void start() throws IOException {
    Path tokens =
        Files.writeString(
            folder.resolve("tokens.yaml"),
            "nodes: {n1: %s}\nadmins: {alice: %s}\n"
                .formatted(TokenHash.of("n1-token").toHex(), TokenHash.of("alice-token").toHex()));
    running =
        ControlPlane.start(
            new ControlPlaneConfig(
                List.of(
                    new Endpoint.UnixSocket(folder.resolve("run/cp.sock")),
                    Endpoint.parse("127.0.0.1:0")),
                folder.resolve("store"),
                Optional.empty(),
                Optional.of(tokens),
                ControlPlaneConfig.DEFAULT_LEASE,
                "test"),
            new TestTime().surroundings());
  }

  @AfterEach
  void stop() {
    channels.forEach(ManagedChannel::shutdownNow);
    running.close();
  }

  @Test
  void node_speaks_for_itself_alone() throws IOException {
    try (FakeNode own = FakeNode.connect(tcp("n1-token"), "n1", "agent-1")) {
      own.awaitWelcome();
    }
    try (FakeNode other = FakeNode.connect(tcp("n1-token"), "n2", "agent-1")) {
      assertThat(other.awaitEnd())
          .returns(Status.Code.PERMISSION_DENIED, Status::getCode)
          .returns(
              "refused: the token of node n1 (expected: that of node n2)", Status::getDescription);
    }
    assertThat(fleetRefusal(tcp("n1-token")))
        .returns(Status.Code.PERMISSION_DENIED, Status::getCode)
        .returns(
            "refused: the token of node n1 (expected: an admin's token)", Status::getDescription);
    assertThat(watchRefusal(tcp("n1-token")).getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
  }

  @Test
  void admin_is_no_node() throws IOException {
    assertThat(fleetRefusal(tcp("alice-token")).isOk()).isTrue();
    try (FakeNode node = FakeNode.connect(tcp("alice-token"), "n1", "agent-1")) {
      assertThat(node.awaitEnd().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    }
  }

  @Test
  void stranger_is_refused_over_tcp() throws IOException {
    assertThat(fleetRefusal(tcp("guessed")).getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
    ManagedChannel without = open(ChannelSpec.plain(running.endpoints().get(1)));
    assertThat(fleetRefusal(without).getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
    try (FakeNode node = FakeNode.connect(without, "n1", "agent-1")) {
      assertThat(node.awaitEnd().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
    }
  }

  @Test
  void unix_socket_needs_no_token() {
    ManagedChannel unix = open(ChannelSpec.plain(running.endpoint()));
    assertThat(fleetRefusal(unix).isOk()).isTrue();
    try (FakeNode node = FakeNode.connect(unix, "n7", "agent-1")) {
      node.awaitWelcome();
    }
  }

  private ManagedChannel tcp(String token) throws IOException {
    Path file = Files.writeString(folder.resolve("token-" + channels.size()), token + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return open(new ChannelSpec(running.endpoints().get(1), Optional.empty(), Optional.of(file)));
  }

  private ManagedChannel open(ChannelSpec spec) {
    ManagedChannel channel = Channels.open(spec);
    channels.add(channel);
    return channel;
  }

  private static Status fleetRefusal(ManagedChannel channel) {
    return refusal(() -> {
      var _ = FleetGrpc.newBlockingStub(channel).listNodes(ListNodesRequest.getDefaultInstance());
    });
  }

  private static Status watchRefusal(ManagedChannel channel) {
    return refusal(() ->
        FleetGrpc.newBlockingStub(channel)
            .watchWorkloads(ListWorkloadsRequest.getDefaultInstance())
            .next());
  }
}
