package dev.tallyman.transport;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelOption;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Starts gRPC servers. Calls run on virtual threads: a service may block.
 *
 * <p>Bounds of each server: {@link Channels#MAX_MESSAGE_BYTES} a message, {@value
 * #MAX_METADATA_BYTES} bytes of headers, {@value #MAX_CALLS_PER_CONNECTION} calls at once on a
 * connection, {@value #MAX_CONNECTIONS} connections. What is above is refused. A connection on
 * which nobody has begun to speak HTTP/2 after {@value #HANDSHAKE_TIMEOUT_SECONDS} s is closed, and
 * so is one whose calls are begun and cancelled more than {@value #MAX_RESETS} times in {@value
 * #RESET_WINDOW_SECONDS} s.
 */
public final class Servers {

  /** Most connections that a server has open at once. */
  public static final int MAX_CONNECTIONS = 2048;

  /** Most calls that a connection has open at once. */
  public static final int MAX_CALLS_PER_CONNECTION = 256;

  static final int MAX_METADATA_BYTES = 16 * 1024;

  private static final int HANDSHAKE_TIMEOUT_SECONDS = 10;

  // Each costs a thread and a line of work, and no count of open calls sees it. A person who leaves
  // a command cancels a few.
  static final int MAX_RESETS = 1000;
  private static final int RESET_WINDOW_SECONDS = 10;

  // Below the clients' keepalive, so that a client that pings as Channels does is never refused.
  private static final int PERMITTED_KEEPALIVE_SECONDS = Channels.KEEPALIVE_TIME_SECONDS / 2;
  private static final int KEEPALIVE_TIME_SECONDS = 60;

  private Servers() {}

  /**
   * Starts a server; it listens when this returns.
   *
   * <p>A unix socket gets mode 0600, its folder is created with 0700 if there is none, and only the
   * same user and root may connect, whatever the modes become. A socket file that a killed process
   * left is replaced.
   *
   * @throws TransportException if the endpoint is not local and there is no TLS, is in use, or
   *     cannot be listened on; if certificate or key cannot be used
   */
  public static RunningServer start(ServerSpec spec) {
    return switch (spec.endpoint()) {
      case Endpoint.UnixSocket socket -> unix(spec, socket);
      case Endpoint.HostPort hostPort -> tcp(spec, hostPort);
    };
  }

  private static RunningServer unix(ServerSpec spec, Endpoint.UnixSocket socket) {
    if (spec.tls().isPresent()) {
      throw new TransportException(socket + ": TLS is not used on unix sockets (expected: none)");
    }
    SocketFile file = SocketFile.claim(socket.path());
    try {
      AcceptGate gate =
          new AcceptGate(socket, MAX_CONNECTIONS, new PeerCheck(socket, file.owner()));
      NettyServerBuilder builder =
          NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(socket.path()))
              .channelFactory(gated(NioServerDomainSocketChannel::new, gate))
              // See Channels: no value takes it back, so that Netty does not warn.
              .withChildOption(ChannelOption.SO_KEEPALIVE, null);
      return start(spec, builder, Optional.of(file));
    } catch (IOException e) {
      file.close();
      throw new TransportException(socket + ": cannot listen: " + Failures.rootMessage(e), e);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static RunningServer tcp(ServerSpec spec, Endpoint.HostPort hostPort) {
    if (spec.tls().isEmpty() && !hostPort.isLocal()) {
      throw new TransportException(
          hostPort
              + ": listening without TLS is refused (expected: TLS certificate and key, or a unix socket or loopback address)");
    }
    AcceptGate gate = new AcceptGate(hostPort, MAX_CONNECTIONS, _ -> true);
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(resolve(hostPort))
            .channelFactory(gated(NioServerSocketChannel::new, gate));
    spec.tls().map(TlsContexts::server).ifPresent(builder::sslContext);
    try {
      return start(spec, builder, Optional.empty());
    } catch (IOException e) {
      throw new TransportException(hostPort + ": cannot listen: " + Failures.rootMessage(e), e);
    }
  }

  private static InetSocketAddress resolve(Endpoint.HostPort hostPort) {
    try {
      InetAddress address =
          hostPort.address().isPresent()
              ? hostPort.address().get()
              : InetAddress.getByName(hostPort.host());
      return new InetSocketAddress(address, hostPort.port());
    } catch (UnknownHostException e) {
      throw new TransportException(
          hostPort + ": no address for this name (expected: an address of this host)", e);
    }
  }

  private static ChannelFactory<ServerChannel> gated(
      ChannelFactory<? extends ServerChannel> factory, AcceptGate gate) {
    return () -> {
      ServerChannel channel = factory.newChannel();
      channel.pipeline().addFirst(gate);
      return channel;
    };
  }

  private static RunningServer start(
      ServerSpec spec, NettyServerBuilder builder, Optional<SocketFile> file) throws IOException {
    ExecutorService executor =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("grpc-server-", 0).factory());
    builder
        .executor(executor)
        .bossEventLoopGroup(EventLoops.shared())
        .workerEventLoopGroup(EventLoops.shared())
        .maxInboundMessageSize(Channels.MAX_MESSAGE_BYTES)
        .maxInboundMetadataSize(MAX_METADATA_BYTES)
        .maxConcurrentCallsPerConnection(MAX_CALLS_PER_CONNECTION)
        .maxRstFramesPerWindow(MAX_RESETS, RESET_WINDOW_SECONDS)
        .permitKeepAliveTime(PERMITTED_KEEPALIVE_SECONDS, TimeUnit.SECONDS)
        .permitKeepAliveWithoutCalls(true)
        .keepAliveTime(KEEPALIVE_TIME_SECONDS, TimeUnit.SECONDS);
    builder.handshakeTimeout(HANDSHAKE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    spec.services().forEach(builder::addService);
    // gRPC calls the one that was added last first.
    spec.interceptors().reversed().forEach(builder::intercept);
    Server server = builder.build();
    try {
      server.start();
      if (file.isPresent()) {
        file.get().restrict();
      }
    } catch (IOException | RuntimeException e) {
      server.shutdownNow();
      executor.shutdown();
      throw e;
    }
    return new RunningServer(spec, server, executor, file);
  }
}
