package dev.tallyman.runtime.oci.containers;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tallyman.runtime.Instance;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Turns engines' answers into instances, and remembers since when a container is on its way to
 * another state. Podman leaves containers at {@code stopping} for ever when their monitor was
 * killed; only the time that it takes tells them from those that are being stopped.
 */
public final class Observer {

  private static final int MAX_REMEMBERED = 10_000;

  private final InstantSource clock;
  private final Duration patience;
  private final Cache<String, Instant> passingSince =
      Caffeine.newBuilder().maximumSize(MAX_REMEMBERED).build();
  private final Set<String> stopping = ConcurrentHashMap.newKeySet();

  /**
   * An observer with an empty memory.
   *
   * @param patience how long a container may be on its way, its own stop timeout apart
   */
  public Observer(InstantSource clock, Duration patience) {
    this.clock = clock;
    this.patience = patience;
  }

  /** The instance as its engine reports it. */
  public Instance read(ContainerReply reply) {
    return reply.toInstance(States.of(reply.status(), clock.instant(), isStuck(reply)));
  }

  /** The same when a stop has just ended: nothing can still be on its way. */
  public Instance readAfterStop(ContainerReply reply) {
    return reply.toInstance(
        States.of(reply.status(), clock.instant(), States.isPassing(reply.status().word())));
  }

  /** A stop of ours is under way, which may take as long as its grace period. */
  public void stopBegins(String id) {
    stopping.add(id);
  }

  public void stopEnds(String id) {
    stopping.remove(id);
    passingSince.invalidate(id);
  }

  private boolean isStuck(ContainerReply reply) {
    String id = reply.id();
    if (!States.isPassing(reply.status().word()) || stopping.contains(id)) {
      passingSince.invalidate(id);
      return false;
    }
    Instant now = clock.instant();
    Instant since = passingSince.get(id, first -> now);
    return Duration.between(since, now).compareTo(patience.plus(reply.stopTimeout())) > 0;
  }
}
