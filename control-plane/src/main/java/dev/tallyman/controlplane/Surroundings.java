package dev.tallyman.controlplane;

import static java.util.Objects.requireNonNull;

import java.time.InstantSource;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What the control plane takes from the world and what is never the same twice.
 *
 * @param clock dates what is stored and shown
 * @param nanoTime measures leases: a clock that is set does not end them
 * @param ids gives identities of the store, of workloads and commands
 */
public record Surroundings(InstantSource clock, LongSupplier nanoTime, Supplier<UUID> ids) {

  public Surroundings {
    requireNonNull(clock, "clock");
    requireNonNull(nanoTime, "nanoTime");
    requireNonNull(ids, "ids");
  }

  /** The host's. */
  public static Surroundings system() {
    return new Surroundings(InstantSource.system(), System::nanoTime, UUID::randomUUID);
  }
}
