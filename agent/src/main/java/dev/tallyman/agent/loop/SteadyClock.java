package dev.tallyman.agent.loop;

import java.time.Instant;
import java.time.InstantSource;

/**
 * A clock that goes on evenly from the time at which it was made, whatever is done to the host's
 * clock: waits are neither cut short nor drawn out by a jump.
 */
public final class SteadyClock implements InstantSource {
  private final Instant origin;
  private final long originNanos;

  /** A clock that is right now and steady from here. */
  public SteadyClock(InstantSource wall) {
    this.origin = wall.instant();
    this.originNanos = System.nanoTime();
  }

  @Override
  public Instant instant() {
    return origin.plusNanos(System.nanoTime() - originNanos);
  }
}
