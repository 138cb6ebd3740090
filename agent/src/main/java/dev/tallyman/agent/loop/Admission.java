package dev.tallyman.agent.loop;

import dev.tallyman.agent.model.History;
import dev.tallyman.agent.model.Phase;
import dev.tallyman.agent.model.Workload;
import dev.tallyman.agent.plan.Ledger;
import dev.tallyman.agent.plan.Placement;
import dev.tallyman.agent.plan.Placer;
import dev.tallyman.agent.plan.RuntimeView;
import dev.tallyman.agent.plan.Verdict;
import dev.tallyman.runtime.InstanceState;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether and where workloads may run: the {@link Placer}'s word, and room in the {@link Ledger}.
 */
final class Admission {

  private static final Placement NOWHERE =
      new Placement.NotYet("NotWanted", "It is not wanted, or it has ended.");

  private final Ledger ledger;
  private Placer.Memory memory;

  /** Those that did not fit; looked at again when somebody gives room back. */
  private final Set<Entry> starving = new LinkedHashSet<>();

  Admission(Ledger ledger, Placer.Memory memory) {
    this.ledger = ledger;
    this.memory = memory;
  }

  /** Whether what is placed is in the history. */
  Placer.Memory memory() {
    return memory;
  }

  /** All that runs has been seen, and the history has what of it is wanted. */
  void remembersAll() {
    memory = Placer.Memory.INTACT;
  }

  /**
   * Where the workload of an entry may run; one that may has its room from now on.
   *
   * @param siblings the runtime that has the others of its stack
   */
  Placement placement(Entry entry, List<RuntimeView> runtimes, Optional<String> siblings) {
    Optional<Workload> workload = entry.workload();
    if (workload.isEmpty() || isOver(entry, workload.get())) {
      return NOWHERE;
    }
    Workload w = workload.get();
    Placement place = Placer.place(w, entry.history(), siblings, runtimes, memory);
    return switch (place) {
      case Placement.On on -> {
        Optional<Placement.Refused> refused = ledger.admit(entry.uid, w.spec().limits());
        yield refused.isPresent() ? refused.get() : on;
      }
      case Placement.Refused refused -> refused;
      case Placement.NotYet notYet -> notYet;
    };
  }

  private static boolean isOver(Entry entry, Workload workload) {
    Optional<History> history = entry.history();
    return history.isPresent()
        && history.get().outcome().isPresent()
        && history.get().specHash().equals(workload.specHash());
  }

  /** What runs already has its room before anything else is admitted. */
  void occupy(Entry entry) {
    entry
        .workload()
        .filter(w -> entry.present().stream().anyMatch(p -> runs(p.instance().state())))
        .filter(w ->
            entry.present().stream().anyMatch(p -> p.instance().specHash().equals(w.specHash())))
        .ifPresent(w -> ledger.occupy(entry.uid, w.spec().limits()));
  }

  private static boolean runs(InstanceState state) {
    return switch (state) {
      case InstanceState.Exited _ -> false;
      case InstanceState.Created _,
          InstanceState.Running _,
          InstanceState.Paused _,
          InstanceState.Broken _ ->
          true;
    };
  }

  /**
   * Gives room back after a decision, or notes who waits for some.
   *
   * @return those who may fit now
   */
  Set<Entry> settle(Entry entry, Verdict verdict) {
    boolean done =
        verdict.phase().isTerminal()
            || verdict.phase() == Phase.GONE
            || (verdict.phase() == Phase.REJECTED && entry.present().isEmpty());
    Set<Entry> hopeful = Set.of();
    if (done && ledger.release(entry.uid)) {
      hopeful = Set.copyOf(starving);
      starving.clear();
    }
    if (Ledger.isShortage(verdict.reason())) {
      starving.add(entry);
    } else if (!starving.isEmpty()) {
      starving.remove(entry);
    }
    return hopeful;
  }

  /** Nobody waits for room for it any more. */
  void forget(Entry entry) {
    starving.remove(entry);
  }
}
