package dev.tallyman.agent.model;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * How far a changed spec has come, where a failed one is rolled back.
 *
 * @param proven the last workload whose instance was healthy
 * @param rejected hash of the spec that was tried after it and failed
 * @param why why it failed; empty when none did
 */
public record Rollout(Optional<Workload> proven, Optional<String> rejected, String why) {

  /** Nothing was proven and nothing failed. */
  public static final Rollout NONE = new Rollout(Optional.empty(), Optional.empty(), "");

  public Rollout {
    requireNonNull(proven, "proven");
    requireNonNull(rejected, "rejected");
    requireNonNull(why, "why");
  }

  /** The same, after the instance of this workload was healthy. */
  public Rollout proving(Workload workload) {
    return new Rollout(Optional.of(workload), Optional.empty(), "");
  }

  /** The same, after this spec failed. */
  public Rollout rejecting(String specHash, String reason) {
    return new Rollout(proven, Optional.of(specHash), reason);
  }

  /** What runs in place of this workload, if it failed and there is something to put back. */
  public Optional<Workload> inPlaceOf(Workload workload) {
    return rejected.isPresent() && rejected.get().equals(workload.specHash())
        ? proven
        : Optional.empty();
  }
}
