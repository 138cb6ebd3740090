package dev.tallyman.agent.plan;

import static java.util.Objects.requireNonNull;

import dev.tallyman.agent.model.Desired;
import dev.tallyman.agent.model.History;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Everything that a decision for one uid depends on.
 *
 * @param uid the uid
 * @param desired what the feeds want of it
 * @param observed what is known of its instances
 * @param history what is remembered of it
 * @param placement whether and where it may run
 * @param mode what the node may do
 * @param knowledge whether the absence of a desired workload means that it is not wanted
 * @param stopGrace grace period for a stop when nothing is desired any more
 * @param now the time; never goes backwards while the agent runs
 */
public record Situation(
    String uid,
    Optional<Desired> desired,
    Observed observed,
    Optional<History> history,
    Placement placement,
    Mode mode,
    Knowledge knowledge,
    Duration stopGrace,
    Instant now) {

  /** What the node may do. */
  public enum Mode {
    /** Run what is wanted. */
    SERVING,
    /** Stop everything and start nothing. */
    DRAINED
  }

  /** Whether desired state is complete. */
  public enum Knowledge {
    /** Each feed has delivered a complete snapshot, or its last one was read from disk. */
    COMPLETE,
    /** Some feed has not been heard: an instance without a workload may still be wanted. */
    PARTIAL
  }

  public Situation {
    requireNonNull(uid, "uid");
    requireNonNull(desired, "desired");
    requireNonNull(observed, "observed");
    requireNonNull(history, "history");
    requireNonNull(placement, "placement");
    requireNonNull(mode, "mode");
    requireNonNull(knowledge, "knowledge");
    requireNonNull(stopGrace, "stopGrace");
    requireNonNull(now, "now");
  }
}
