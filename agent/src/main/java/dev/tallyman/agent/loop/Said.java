package dev.tallyman.agent.loop;

import dev.tallyman.agent.loop.Entry.InFlight;
import dev.tallyman.agent.model.Desired;
import dev.tallyman.agent.model.Health;
import dev.tallyman.agent.model.History;
import dev.tallyman.agent.plan.Observed.Present;
import dev.tallyman.agent.plan.Verdict;
import java.util.List;
import java.util.Optional;

/**
 * What was said of an entry, and all of the entry that this depends on: its status, what others see
 * of it, and what is probed. While that is the same, so are they, and need not be made again.
 */
record Said(
    Verdict verdict,
    Optional<Desired> desired,
    List<Present> present,
    Optional<History> history,
    Optional<Health> health,
    Optional<InFlight> inFlight) {

  static Said of(Entry entry, Verdict verdict) {
    return new Said(
        verdict, entry.desired(), entry.present(), entry.history(), entry.health, entry.inFlight);
  }

  /** Whether the same is to be said of it now. */
  boolean isStill(Entry entry, Verdict now) {
    return verdict.equals(now)
        && desired.equals(entry.desired())
        && present.equals(entry.present())
        && history.equals(entry.history())
        && health.equals(entry.health)
        && inFlight.equals(entry.inFlight);
  }
}
