package dev.tallyman.agent.health;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Promise;
import java.util.concurrent.Callable;

/** What blocks, and is therefore not done on the thread of the probes. */
final class Aside {

  private Aside() {}

  /**
   * Does it on a virtual thread of its own, which is interrupted when the result is cancelled.
   *
   * @param loop on which the result is told
   */
  static <T> Promise<T> call(EventLoop loop, String name, Callable<T> work) {
    Promise<T> result = loop.newPromise();
    Thread thread =
        Thread.ofVirtual()
            .name(name)
            .start(() -> {
              try {
                result.trySuccess(work.call());
              } catch (InterruptedException _) {
                result.cancel(false);
              } catch (Exception e) {
                result.tryFailure(e);
              }
            });
    result.addListener(ended -> {
      if (ended.isCancelled()) {
        thread.interrupt();
      }
    });
    return result;
  }
}
