package dev.tallyman.runtime;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * How the kernel treats an instance, beyond {@link Limits}.
 *
 * @param memorySwapBytes memory and swap together; 0 for the engine's choice, -1 for no bound
 * @param memoryReservationBytes what it is left with when the host runs short; 0 for nothing
 * @param cpuShares its share when processors are scarce, 2 to 262144; 0 for the engine's choice
 * @param cpuset processors that it may use, such as {@code 0-2,4}; empty for all
 * @param oomScoreAdjustment whom the kernel kills first, -1000 to 1000
 */
public record Tuning(
    long memorySwapBytes,
    long memoryReservationBytes,
    long cpuShares,
    Optional<String> cpuset,
    int oomScoreAdjustment) {

  /** The engine's own choices. */
  public static final Tuning DEFAULT = new Tuning(0, 0, 0, Optional.empty(), 0);

  public Tuning {
    requireNonNull(cpuset, "cpuset");
  }
}
