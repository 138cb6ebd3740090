package dev.tallyman.agent.loop;

import dev.tallyman.agent.model.Desired;
import dev.tallyman.agent.model.Health;
import dev.tallyman.agent.model.History;
import dev.tallyman.agent.model.Phase;
import dev.tallyman.agent.model.WorkloadStatus;
import dev.tallyman.agent.plan.Observed.Present;
import dev.tallyman.agent.plan.Verdict;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceState.Broken;
import dev.tallyman.runtime.InstanceState.Created;
import dev.tallyman.runtime.InstanceState.Exited;
import dev.tallyman.runtime.InstanceState.Paused;
import dev.tallyman.runtime.InstanceState.Running;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts a status together from a verdict and what is known of a uid. Pure. */
final class Statuses {

  private Statuses() {}

  static WorkloadStatus of(Entry entry, Verdict verdict, Instant now) {
    Optional<Desired> desired = entry.desired();
    Optional<WorkloadStatus> before = entry.status;
    Optional<Present> present =
        entry.present().isEmpty() ? Optional.empty() : Optional.of(entry.present().getFirst());
    Optional<Instance> instance = present.map(Present::instance);
    Times times = times(instance, entry.history(), verdict.phase());
    return new WorkloadStatus(
        entry.uid,
        name(desired, instance, before),
        stack(desired, instance, before),
        verdict.phase(),
        verdict.reason(),
        verdict.message(),
        verdict.exitCode(),
        entry.history().map(History::restarts).orElse(0),
        times.startedAt(),
        times.finishedAt(),
        instance.map(Instance::id),
        present.map(Present::runtime).or(() -> entry.history().flatMap(History::runtime)),
        desired
            .map(Desired::generation)
            .orElseGet(() -> before.map(WorkloadStatus::generation).orElse(0L)),
        instance.map(Instance::ports).orElse(List.of()),
        verdict.nextAttemptAt(),
        entry
            .workload()
            .map(w -> w.spec().image())
            .or(() -> instance.map(Instance::image))
            .orElse(""),
        before
            .filter(b -> b.phase() == verdict.phase())
            .map(WorkloadStatus::phaseSince)
            .orElse(now),
        health(entry, instance),
        instance.map(Instance::addresses).orElse(Map.of()));
  }

  /** What probes say of the run that there is now. */
  private static Optional<Health> health(Entry entry, Optional<Instance> instance) {
    return entry.health.filter(h ->
        instance
            .filter(i -> i.id().equals(h.instanceId()))
            .map(Instance::state)
            .filter(state ->
                state instanceof Running running && running.startedAt().equals(h.startedAt()))
            .isPresent());
  }

  private record Times(Optional<Instant> startedAt, Optional<Instant> finishedAt) {}

  private static Times times(Optional<Instance> instance, Optional<History> history, Phase phase) {
    if (phase.isTerminal()) {
      Optional<History.Outcome> outcome = history.flatMap(History::outcome);
      return new Times(
          outcome.flatMap(History.Outcome::startedAt), outcome.map(History.Outcome::finishedAt));
    }
    Optional<Instant> lastStart = history.flatMap(History::run).map(History.Run::startedAt);
    return instance
        .map(i ->
            switch (i.state()) {
              case Created _, Broken _ -> new Times(lastStart, Optional.empty());
              case Running running -> new Times(Optional.of(running.startedAt()), Optional.empty());
              case Paused paused -> new Times(Optional.of(paused.startedAt()), Optional.empty());
              case Exited exited -> new Times(exited.startedAt(), exited.finishedAt());
            })
        .orElseGet(() -> new Times(lastStart, Optional.empty()));
  }

  private static String name(
      Optional<Desired> desired, Optional<Instance> instance, Optional<WorkloadStatus> before) {
    return desired
        .map(Desired::name)
        .or(() -> instance.map(Instance::workload))
        .or(() -> before.map(WorkloadStatus::name))
        .orElse("");
  }

  private static String stack(
      Optional<Desired> desired, Optional<Instance> instance, Optional<WorkloadStatus> before) {
    return desired
        .map(Desired::stack)
        .or(() -> instance.map(Instance::stack))
        .or(() -> before.map(WorkloadStatus::stack))
        .orElse("");
  }
}
