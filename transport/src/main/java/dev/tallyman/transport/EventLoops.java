package dev.tallyman.transport;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The threads that move bytes, shared by all channels and servers of the process as gRPC's own are.
 * They run no code of services or callers, so two are enough. They are daemon threads and live
 * until {@link #end} or as long as the process.
 */
public final class EventLoops {

  private static final int THREADS = 2;
  private static final long END_SECONDS = 1;

  private static volatile boolean begun;

  private EventLoops() {}

  static EventLoopGroup shared() {
    return Holder.GROUP;
  }

  /**
   * Ends the threads, if there are any, and whatever goes over them; waits for a second at most.
   * For a process that ends with its answer: Java's exit waits 300 ms for threads that are inside a
   * call of the system, as these are whenever they have nothing to do.
   */
  public static void end() {
    if (begun) {
      var _ =
          Holder.GROUP
              .shutdownGracefully(0, END_SECONDS, TimeUnit.SECONDS)
              .awaitUninterruptibly(END_SECONDS, TimeUnit.SECONDS);
    }
  }

  private static final class Holder {
    static final EventLoopGroup GROUP = begin();

    private static EventLoopGroup begin() {
      begun = true;
      return new MultiThreadIoEventLoopGroup(
          THREADS, new DefaultThreadFactory("transport-io", true), NioIoHandler.newFactory());
    }
  }
}
