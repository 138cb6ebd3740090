package dev.tallyman.controlplane;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;

/** Time that passes when the test says so. The two clocks can be moved apart. */
public final class TestTime {

  private Instant now = Instant.parse("2026-03-01T12:00:00Z");
  private long nanos = 1;

  /** Lets time pass. */
  public synchronized void pass(Duration duration) {
    now = now.plus(duration);
    nanos += duration.toNanos();
  }

  /** Sets the host's clock; no time passes. */
  public synchronized void setClock(Instant to) {
    now = to;
  }

  /** The host's clock. */
  public InstantSource clock() {
    return this::now;
  }

  /** The surroundings of a control plane in this time. */
  public Surroundings surroundings() {
    return new Surroundings(clock(), this::nanos, UUID::randomUUID);
  }

  public synchronized Instant now() {
    return now;
  }

  public synchronized long nanos() {
    return nanos;
  }
}
