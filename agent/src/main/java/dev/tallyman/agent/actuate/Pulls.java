package dev.tallyman.agent.actuate;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tallyman.agent.plan.ActionFailure;
import dev.tallyman.agent.telemetry.Telemetry;
import dev.tallyman.runtime.ContainerRuntime;
import dev.tallyman.runtime.PullProgress;
import dev.tallyman.runtime.RuntimeFailure;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/**
 * Fetches each image once for all who want it at the same time, and different images side by side.
 *
 * <p>Whoever joins a pull that is under way gets its progress and its outcome. A caller that is
 * interrupted leaves; the pull itself goes on for the others, and is broken off when the last one
 * has left. An image that arrived a moment ago, and is still there, is not asked for again, so that
 * forty replicas with the policy «always» ask the registry once.
 */
final class Pulls {

  private record Key(String runtime, String image) {}

  private final class Pull {
    final CompletableFuture<Void> done = new CompletableFuture<>();
    final List<Consumer<PullProgress>> waiters = new CopyOnWriteArrayList<>();
    final Thread thread;

    Pull(ContainerRuntime runtime, Key key) {
      thread =
          Thread.ofVirtual().name("pull " + key.image()).unstarted(() -> run(runtime, key, this));
    }

    void progress(PullProgress progress) {
      waiters.forEach(waiter -> waiter.accept(progress));
    }
  }

  private static final Duration STILL_FRESH = Duration.ofSeconds(10);
  private static final int MOST_IMAGES = 1000;

  private final Telemetry telemetry;
  private final Map<Key, Pull> underWay = new ConcurrentHashMap<>();
  private final Cache<Key, Boolean> fresh =
      Caffeine.newBuilder().maximumSize(MOST_IMAGES).expireAfterWrite(STILL_FRESH).build();

  Pulls(Telemetry telemetry) {
    this.telemetry = telemetry;
  }

  /**
   * Makes sure that the runtime has the image as its registry has it, and returns when it does.
   *
   * @param progress told by a thread of the pull
   * @throws RuntimeFailure as {@link dev.tallyman.runtime.Images#pull} does
   */
  void pull(ContainerRuntime runtime, String image, Consumer<PullProgress> progress) {
    Key key = new Key(runtime.name(), image);
    if (fresh.getIfPresent(key) != null && runtime.images().isPresent(image)) {
      return;
    }
    Pull pull =
        underWay.compute(
            key,
            (_, running) -> {
              Pull joined = running == null ? new Pull(runtime, key) : running;
              joined.waiters.add(progress);
              if (running == null) {
                joined.thread.start();
              }
              return joined;
            });
    await(key, pull, progress);
  }

  private void run(ContainerRuntime runtime, Key key, Pull pull) {
    long began = System.nanoTime();
    Optional<ActionFailure> failure = Optional.empty();
    try {
      runtime.images().pull(key.image(), pull::progress);
      fresh.put(key, true);
      underWay.remove(key, pull);
      pull.done.complete(null);
    } catch (RuntimeException failed) {
      failure =
          Optional.of(
              failed instanceof RuntimeFailure known
                  ? Performer.failure(known)
                  : new ActionFailure(ActionFailure.Kind.INTERNAL, failed.toString()));
      underWay.remove(key, pull);
      pull.done.completeExceptionally(failed);
    } finally {
      telemetry.pulled(runtime.name(), failure, Duration.ofNanos(System.nanoTime() - began));
    }
  }

  private void await(Key key, Pull pull, Consumer<PullProgress> progress) {
    try {
      pull.done.get();
    } catch (InterruptedException _) {
      leave(key, pull, progress);
      Thread.currentThread().interrupt();
      throw new RuntimeFailure.Cancelled("The pull of " + key.image() + " is not waited for.");
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof RuntimeFailure failure
          ? failure
          : new RuntimeFailure.Internal(
              "The pull of " + key.image() + " failed: " + failed.getCause(), failed.getCause());
    }
  }

  private void leave(Key key, Pull pull, Consumer<PullProgress> progress) {
    underWay.computeIfPresent(
        key,
        (_, running) -> {
          pull.waiters.remove(progress);
          if (running == pull && pull.waiters.isEmpty()) {
            pull.thread.interrupt();
            return null;
          }
          return running;
        });
  }
}
