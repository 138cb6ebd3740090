package dev.tallyman.agent.loop;

import dev.tallyman.agent.health.Prober;
import dev.tallyman.agent.model.Workload;
import dev.tallyman.agent.plan.Observed.Present;
import dev.tallyman.runtime.InstanceState.Running;
import dev.tallyman.runtime.Networking;
import java.util.Optional;

/** What there is to probe of an entry. Pure. */
final class Subjects {

  private Subjects() {}

  /** The present run of an entry, if it runs and is wanted. */
  static Optional<Prober.Subject> of(Entry entry) {
    Optional<Workload> workload = entry.workload();
    if (workload.isEmpty()) {
      return Optional.empty();
    }
    for (Present present : entry.present()) {
      boolean ours = present.instance().specHash().equals(workload.get().specHash());
      if (ours && present.instance().state() instanceof Running running) {
        return Optional.of(
            new Prober.Subject(
                entry.uid,
                present.runtime(),
                present.instance().id(),
                running.startedAt(),
                present.instance().image(),
                workload.get().probes(),
                place(workload.get()),
                present.instance().addresses(),
                present.instance().ports()));
      }
    }
    return Optional.empty();
  }

  private static Prober.Place place(Workload workload) {
    return workload.spec().surroundings().networking().mode() instanceof Networking.Host
        ? Prober.Place.HOST
        : Prober.Place.OWN;
  }
}
