package dev.tallyman.agent.plan;

import static java.util.Objects.requireNonNull;

import dev.tallyman.agent.model.Desired;
import dev.tallyman.agent.model.Health;
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
 * @param knowledge what the absence of a desired workload means
 * @param health what its probes said last
 * @param neighbours what there is to know of the other workloads of its stack
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
    Optional<Health> health,
    Neighbours neighbours,
    Duration stopGrace,
    Instant now) {

  /** What the node may do. */
  public enum Mode {
    /** Run what is wanted. */
    SERVING,
    /** Stop everything and start nothing. */
    DRAINED,
    /** The same, because the agent ends; the next one starts again what is wanted. */
    ENDING
  }

  /** What the absence of a desired workload means. */
  public enum Knowledge {
    /** It is not wanted: each feed has said since the agent started what it wants. */
    COMPLETE,
    /**
     * It was not wanted when that was last written down. What came after that is not known, so only
     * what was on its way out already is removed.
     */
    REMEMBERED,
    /** Nothing: some feed has never been heard. */
    NONE
  }

  public Situation {
    requireNonNull(uid, "uid");
    requireNonNull(desired, "desired");
    requireNonNull(observed, "observed");
    requireNonNull(history, "history");
    requireNonNull(placement, "placement");
    requireNonNull(mode, "mode");
    requireNonNull(knowledge, "knowledge");
    requireNonNull(health, "health");
    requireNonNull(neighbours, "neighbours");
    requireNonNull(stopGrace, "stopGrace");
    requireNonNull(now, "now");
  }

  /** What probes say of the run that began then; empty if they spoke of another one. */
  Optional<Health> healthOf(Instant startedAt) {
    return health.filter(h -> h.startedAt().equals(startedAt));
  }

  /** The same, with another memory. */
  Situation remembering(History newHistory) {
    return new Situation(
        uid,
        desired,
        observed,
        Optional.of(newHistory),
        placement,
        mode,
        knowledge,
        health,
        neighbours,
        stopGrace,
        now);
  }
}
