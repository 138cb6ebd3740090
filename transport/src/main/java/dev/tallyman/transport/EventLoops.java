package dev.tallyman.transport;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;

/**
 * The threads that move bytes, shared by all channels and servers of the process as gRPC's own are.
 * They run no code of services or callers, so two are enough. They are daemon threads and live as
 * long as the process.
 */
final class EventLoops {

  private static final int THREADS = 2;

  private EventLoops() {}

  static EventLoopGroup shared() {
    return Holder.GROUP;
  }

  private static final class Holder {
    static final EventLoopGroup GROUP =
        new MultiThreadIoEventLoopGroup(
            THREADS, new DefaultThreadFactory("transport-io", true), NioIoHandler.newFactory());
  }
}
