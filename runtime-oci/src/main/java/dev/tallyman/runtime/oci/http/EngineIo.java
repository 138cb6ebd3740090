package dev.tallyman.runtime.oci.http;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;

/**
 * The thread that moves bytes between engines and those who wait for them. One for all engines of
 * the process: it never blocks, and the sockets are of this host.
 */
public final class EngineIo {

  private EngineIo() {}

  /** The group; its thread begins with the first connection and does not keep the process alive. */
  public static EventLoopGroup group() {
    return Holder.GROUP;
  }

  private static final class Holder {
    static final EventLoopGroup GROUP =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("engine-io", true), NioIoHandler.newFactory());
  }
}
