package dev.tallyman.transport;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;

/**
 * Channels to instances that run on this host, for probes alone: in plaintext, without a token, and
 * for small answers. To everything else {@link Channels} leads.
 */
public final class InstanceChannels {

  private static final int MAX_ANSWER_BYTES = 4096;

  private InstanceChannels() {}

  /** Opens a channel, which connects at its first call. The caller shuts it down. */
  public static ManagedChannel open(InetSocketAddress address) {
    return NettyChannelBuilder.forAddress(address)
        .channelType(NioSocketChannel.class, InetSocketAddress.class)
        .eventLoopGroup(EventLoops.shared())
        .directExecutor()
        .maxInboundMessageSize(MAX_ANSWER_BYTES)
        .disableServiceConfigLookUp()
        .proxyDetector(_ -> null)
        .userAgent("tallyman-probe")
        .usePlaintext()
        .build();
  }
}
