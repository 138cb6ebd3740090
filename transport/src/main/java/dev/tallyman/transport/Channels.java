package dev.tallyman.transport;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Opens gRPC channels.
 *
 * <p>Callbacks and marshalling run on virtual threads: a callback may block. Opening is cheap (the
 * threads that move bytes are shared) and does not connect; the first call does.
 *
 * <p><b>Reconnecting.</b> A gRPC channel that cannot connect waits by itself before it tries again:
 * 1 s at first, up to 2 minutes, and that cannot be configured; meanwhile its calls fail at once,
 * also after the server is back. A caller with a backoff of its own must therefore open a new
 * channel for each attempt, and shut the old one down: then it alone decides how long a restart of
 * the server goes unnoticed. A connection that breaks ends the calls on it at once, on unix sockets
 * and loopback; over the network keepalive finds a silent peer within {@value
 * #KEEPALIVE_TIME_SECONDS} + {@value #KEEPALIVE_TIMEOUT_SECONDS} s.
 */
public final class Channels {

  /** Largest message that either side takes, in bytes: 16 MiB. A larger one fails the call. */
  public static final int MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

  static final int KEEPALIVE_TIME_SECONDS = 20;
  static final int KEEPALIVE_TIMEOUT_SECONDS = 10;
  private static final int CONNECT_TIMEOUT_MILLIS = 10_000;

  private Channels() {}

  /**
   * Opens a channel. The caller shuts it down. Host names are looked up for each connection; there
   * are no proxies, no service configuration from DNS and no TXT records.
   *
   * @throws TransportException if the endpoint is not local and there is no TLS, if a unix socket
   *     comes with TLS, or if a certificate or token file cannot be used as it is
   */
  public static ManagedChannel open(ChannelSpec spec) {
    Endpoint endpoint = spec.endpoint();
    if (spec.tls().isEmpty() && !endpoint.isLocal()) {
      throw new TransportException(
          endpoint
              + ": plaintext to another host is refused (expected: TLS, or a unix socket or loopback address)");
    }
    // Reading it once here tells of a wrong file before the first call does.
    Optional<TokenFile> token = spec.tokenFile().map(TokenFile::new);
    token.ifPresent(TokenFile::read);

    NettyChannelBuilder builder =
        switch (endpoint) {
          case Endpoint.UnixSocket socket -> unix(socket, spec.tls());
          case Endpoint.HostPort hostPort -> tcp(hostPort, spec.tls());
        };
    token.ifPresent(builder::intercept);
    return builder
        .eventLoopGroup(EventLoops.shared())
        .executor(VirtualThreads.EXECUTOR)
        .offloadExecutor(VirtualThreads.EXECUTOR)
        .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
        .keepAliveTime(KEEPALIVE_TIME_SECONDS, TimeUnit.SECONDS)
        .keepAliveTimeout(KEEPALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
        .maxInboundMessageSize(MAX_MESSAGE_BYTES)
        .disableServiceConfigLookUp()
        .proxyDetector(_ -> null)
        .userAgent("tallyman")
        .build();
  }

  private static NettyChannelBuilder unix(Endpoint.UnixSocket socket, Optional<TlsClient> tls) {
    if (tls.isPresent()) {
      throw new TransportException(socket + ": TLS is not used on unix sockets (expected: none)");
    }
    return NettyChannelBuilder.forAddress((SocketAddress) UnixDomainSocketAddress.of(socket.path()))
        .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
        // gRPC sets it for all sockets; a unix socket has no such option, and Netty warns each
        // time. No value takes it back.
        .withOption(ChannelOption.SO_KEEPALIVE, null)
        .overrideAuthority("localhost")
        .usePlaintext();
  }

  private static NettyChannelBuilder tcp(Endpoint.HostPort hostPort, Optional<TlsClient> tls) {
    if (hostPort.port() == 0) {
      throw new TransportException(hostPort + ": port: 0 (expected: 1 to 65535)");
    }
    NettyChannelBuilder builder =
        hostPort
            .address()
            .map(a -> NettyChannelBuilder.forAddress(new InetSocketAddress(a, hostPort.port())))
            .orElseGet(() -> NettyChannelBuilder.forTarget("dns:///" + hostPort))
            .channelType(NioSocketChannel.class, InetSocketAddress.class);
    if (tls.isEmpty()) {
      return builder.overrideAuthority(hostPort.toString()).usePlaintext();
    }
    return builder
        .overrideAuthority(tls.get().serverName().orElse(hostPort.toString()))
        .sslContext(TlsContexts.client(tls.get()));
  }

  /** One executor for all channels: virtual threads cost nothing while there is nothing to do. */
  private static final class VirtualThreads {
    static final Executor EXECUTOR =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("grpc-client-", 0).factory());
  }
}
