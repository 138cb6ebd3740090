package dev.tallyman.cli;

import dev.tallyman.cli.client.Connection;
import dev.tallyman.cli.client.Connections;
import dev.tallyman.cli.process.CommandFailure;
import dev.tallyman.cli.process.Host;
import dev.tallyman.proto.v1.FleetGrpc.FleetBlockingStub;
import dev.tallyman.proto.v1.FleetGrpc.FleetStub;
import dev.tallyman.transport.ChannelSpec;
import dev.tallyman.transport.Endpoint;
import dev.tallyman.transport.TlsClient;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which control plane to ask, and how. */
final class ServerOptions {

  static final String SERVER = "TALLYMAN_SERVER";
  static final String TOKEN_FILE = "TALLYMAN_TOKEN_FILE";
  static final String TLS_CA = "TALLYMAN_TLS_CA";

  @Option(
      names = "--server",
      paramLabel = "ENDPOINT",
      description = {
        "Control plane to ask: unix:/path or host:port. Default: $TALLYMAN_SERVER, else the socket"
            + " of a control plane of this user on this host."
      })
  private Optional<Endpoint> server = Optional.empty();

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "File with the bearer token. Default: $TALLYMAN_TOKEN_FILE, else none.")
  private Optional<Path> tokenFile = Optional.empty();

  @Option(
      names = "--tls-ca",
      paramLabel = "FILE",
      description =
          "PEM file of the authorities to trust. Default: $TALLYMAN_TLS_CA, else those of the Java"
              + " runtime.")
  private Optional<Path> tlsCa = Optional.empty();

  /** Whether somebody said which control plane is meant. */
  boolean isNamed(Host host) {
    return server.isPresent() || host.environment().containsKey(SERVER);
  }

  /**
   * Opens a connection to the control plane.
   *
   * @throws CommandFailure when the environment names no endpoint
   * @throws dev.tallyman.transport.TransportException when it cannot be opened as it is asked for
   */
  Connection<FleetBlockingStub, FleetStub> connect(Host host) {
    Endpoint endpoint =
        server
            .or(() -> environment(host, SERVER).map(text -> Endpoints.parse(SERVER, text)))
            .orElseGet(() -> Endpoints.socket(host.paths().controlPlaneSocket()));
    Optional<Path> ca = tlsCa.or(() -> environment(host, TLS_CA).map(Path::of));
    Optional<TlsClient> tls =
        ca.isPresent() || !endpoint.isLocal()
            ? Optional.of(new TlsClient(ca, Optional.empty()))
            : Optional.empty();
    Optional<Path> token = tokenFile.or(() -> environment(host, TOKEN_FILE).map(Path::of));
    return Connections.toControlPlane(new ChannelSpec(endpoint, tls, token));
  }

  private static Optional<String> environment(Host host, String name) {
    return Optional.ofNullable(host.environment().get(name));
  }
}
