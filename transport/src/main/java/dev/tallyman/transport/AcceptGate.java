package dev.tallyman.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands before gRPC on a listening socket and closes connections that nobody may have: those of
 * strangers, and those above the bound. They are closed before a byte is read.
 */
@ChannelHandler.Sharable
final class AcceptGate extends ChannelInboundHandlerAdapter {

  private static final Logger log = LoggerFactory.getLogger(AcceptGate.class);

  private final Endpoint endpoint;
  private final int maxConnections;
  private final Predicate<Channel> welcome;
  private final AtomicInteger open = new AtomicInteger();
  // So that a flood is logged once for each time the bound is reached.
  private final AtomicBoolean full = new AtomicBoolean();

  AcceptGate(Endpoint endpoint, int maxConnections, Predicate<Channel> welcome) {
    this.endpoint = endpoint;
    this.maxConnections = maxConnections;
    this.welcome = welcome;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    Channel connection = (Channel) message;
    if (!welcome.test(connection)) {
      connection.unsafe().closeForcibly();
      return;
    }
    int now = open.incrementAndGet();
    if (now > maxConnections) {
      open.decrementAndGet();
      if (full.compareAndSet(false, true)) {
        log.warn(
            "{}: {} connections are open, the most that are allowed; further ones are closed until some end",
            endpoint,
            maxConnections);
      }
      connection.unsafe().closeForcibly();
      return;
    }
    full.set(false);
    connection.closeFuture().addListener(_ -> open.decrementAndGet());
    context.fireChannelRead(connection);
  }
}
