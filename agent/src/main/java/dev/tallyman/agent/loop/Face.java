package dev.tallyman.agent.loop;

import dev.tallyman.agent.model.Dependency;
import dev.tallyman.agent.model.Health;
import dev.tallyman.agent.model.History;
import dev.tallyman.agent.model.Phase;
import dev.tallyman.agent.model.RestartPolicy;
import dev.tallyman.agent.model.WorkloadStatus;
import dev.tallyman.agent.plan.DependencyView;
import dev.tallyman.agent.plan.DependencyView.Standing;
import dev.tallyman.agent.plan.Facts;
import dev.tallyman.agent.plan.Observed.Present;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceState.Running;
import dev.tallyman.runtime.Networking;
import dev.tallyman.runtime.PortBinding;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What others may see of an entry; when it changes, they are looked at again. */
record Face(
    Optional<Phase> phase,
    Optional<String> instance,
    Optional<Instant> startedAt,
    Optional<Health.State> health,
    int asked,
    List<PortBinding> ports,
    Wanted wanted) {

  /** Whether the workload is wanted. */
  enum Wanted {
    YES,
    NO
  }

  /** What others see of an entry now. */
  static Face of(Entry entry) {
    Optional<Instance> instance = entry.present().stream().map(Present::instance).findFirst();
    return new Face(
        entry.status.map(WorkloadStatus::phase),
        instance.map(i -> i.id() + " " + i.state().getClass().getSimpleName()),
        run(entry).map(Running::startedAt),
        entry.health.map(Health::state),
        entry.history().map(History::asked).orElse(0),
        instance.map(Instance::ports).orElse(List.of()),
        entry.desired().isPresent() ? Wanted.YES : Wanted.NO);
  }

  /** What a decision must know of a dependency, whose holder is the one that has its name. */
  static DependencyView view(Dependency dependency, Optional<Entry> holder) {
    Optional<Entry> wanted = holder.filter(e -> e.desired().isPresent());
    if (wanted.isEmpty()) {
      return new DependencyView(
          dependency, Standing.ABSENT, "", Optional.empty(), Optional.empty());
    }
    Entry other = wanted.get();
    Optional<Running> run = run(other);
    Optional<Instance> instance =
        run.flatMap(_ -> other.present().stream().map(Present::instance).findFirst());
    return new DependencyView(
        dependency,
        standing(other, run),
        detail(other),
        run.flatMap(r ->
            instance.flatMap(i ->
                DependencyView.beginning(
                    dependency.follow(),
                    i.id(),
                    r.startedAt(),
                    other.history().map(History::asked).orElse(0)))),
        instance.map(i -> new Facts(host(other, i), i.ports())));
  }

  private static Optional<Running> run(Entry entry) {
    return entry.inFlight.isPresent()
        ? Optional.empty()
        : entry.present().stream()
            .map(p -> p.instance().state())
            .filter(Running.class::isInstance)
            .map(Running.class::cast)
            .findFirst();
  }

  /** How an entry stands as a dependency. */
  static Standing standing(Entry other) {
    return standing(other, run(other));
  }

  private static Standing standing(Entry other, Optional<Running> run) {
    Optional<Phase> phase = other.status.map(WorkloadStatus::phase);
    if (phase.isEmpty()) {
      return Standing.PENDING;
    }
    return switch (phase.get()) {
      case RUNNING -> run.map(r -> whileRunning(other, r.startedAt())).orElse(Standing.PENDING);
      case SUCCEEDED -> isSidecar(other) ? Standing.PENDING : Standing.COMPLETED;
      case FAILED, REJECTED -> Standing.FAILED;
      case PENDING, PULLING, STARTING, STOPPING, BACKOFF, WAITING, UNKNOWN, GONE ->
          Standing.PENDING;
    };
  }

  /** What has ended because nobody needed it is of no use to who needs it again. */
  private static boolean isSidecar(Entry entry) {
    return entry
        .workload()
        .filter(w -> w.restart().mode() == RestartPolicy.Mode.WHILE_NEEDED)
        .isPresent();
  }

  private static Standing whileRunning(Entry other, Instant startedAt) {
    return other
        .health
        .filter(h -> h.startedAt().equals(startedAt))
        .filter(Health::isUsable)
        .map(_ -> Standing.HEALTHY)
        .orElse(Standing.STARTED);
  }

  private static String detail(Entry other) {
    return other
        .status
        .map(s ->
            s.phase() == Phase.RUNNING
                ? other
                    .health
                    .map(h -> "running, " + h.state() + " " + h.message())
                    .orElse("running, not probed yet")
                : s.reason() + " " + s.message())
        .orElse("nothing was done yet");
  }

  private static String host(Entry other, Instance instance) {
    Optional<Networking.Mode> mode =
        other.workload().map(w -> w.spec().surroundings().networking().mode());
    if (mode.isEmpty()) {
      return instance.workload();
    }
    return switch (mode.get()) {
      case Networking.Attached attached ->
          attached.attachments().getFirst().aliases().stream()
              .findFirst()
              .orElse(instance.workload());
      case Networking.Engine _ ->
          instance.addresses().values().stream().findFirst().orElse(instance.workload());
      case Networking.Host _, Networking.None _ -> "127.0.0.1";
      case Networking.SharedWith shared -> shared.workload();
    };
  }
}
