package dev.tallyman.agent.plan;

import dev.tallyman.agent.model.History;
import dev.tallyman.agent.model.Phase;
import dev.tallyman.agent.model.UpdatePolicy.Order;
import dev.tallyman.agent.model.Workload;
import dev.tallyman.agent.plan.Observed.Present;
import dev.tallyman.runtime.InstanceState.Broken;
import dev.tallyman.runtime.InstanceState.Created;
import dev.tallyman.runtime.InstanceState.Exited;
import dev.tallyman.runtime.InstanceState.Paused;
import dev.tallyman.runtime.InstanceState.Running;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The next step for a workload that is wanted: which of its instances counts, and what to do when
 * there is none, or one that cannot stay.
 */
final class Steps {

  private Steps() {}

  static Decision step(Situation s, Workload w) {
    History history =
        s.history()
            .map(h -> h.specHash().equals(w.specHash()) ? h : h.forSpec(w.specHash()))
            .orElseGet(() -> History.begin(w.specHash()));
    if (s.observed().present().isEmpty()) {
      return absent(s, w, history);
    }
    Present kept =
        s.observed().present().size() == 1
            ? s.observed().present().getFirst()
            : keeper(s, w, history);
    Optional<Present> surplus = other(s.observed().present(), kept);
    if (surplus.isPresent()) {
      return Waits.waitForRetry(s, history, Phase.STOPPING)
          .orElseGet(() ->
              Waits.retire(
                  s,
                  surplus.get(),
                  history,
                  "It has a second instance at runtime " + surplus.get().runtime() + "."));
    }
    History placed = found(history, kept).placedOn(kept.runtime());
    boolean misplaced = w.runtime().isPresent() && !w.runtime().get().equals(kept.runtime());
    if (misplaced || !kept.instance().specHash().equals(w.specHash())) {
      return replace(s, w, placed, kept);
    }
    return switch (kept.instance().state()) {
      case Created _ -> created(s, w, placed, kept);
      case Running running -> Runs.running(s, w, placed, kept, running.startedAt());
      case Paused paused -> Runs.running(s, w, placed, kept, paused.startedAt());
      case Exited exited -> Runs.exited(s, w, placed, kept, exited);
      case Broken broken -> Runs.broken(s, w, placed, kept, broken);
    };
  }

  /**
   * Whoever made it was cut off, and may not have got as far as its networks; or the engine was,
   * and may not be able to start it any more. A launch finishes it, or makes it anew.
   */
  private static Decision created(Situation s, Workload w, History history, Present p) {
    Decision decision = Runs.startable(s, w, history, p);
    return s.placement() instanceof Placement.On on
            && on.runtime().equals(p.runtime())
            && decision.action().filter(Action.Start.class::isInstance).isPresent()
        ? launch(
            s,
            new Action.Launch(on.runtime(), w.without(on.lacking()), Action.Intent.FRESH),
            decision.verdict(),
            history)
        : decision;
  }

  private static Optional<Present> other(List<Present> all, Present than) {
    return all.size() == 1
        ? Optional.empty()
        : all.stream().filter(p -> !p.equals(than)).findFirst();
  }

  /** Of several instances: the one of this spec, where it was placed, that runs; in this order. */
  private static Present keeper(Situation s, Workload w, History history) {
    return s.observed().present().stream()
        .max((a, b) -> Integer.compare(keepRank(a, w, history), keepRank(b, w, history)))
        .orElseThrow();
  }

  private static int keepRank(Present p, Workload w, History history) {
    int rank = p.instance().specHash().equals(w.specHash()) ? 8 : 0;
    rank += w.runtime().map(p.runtime()::equals).orElse(true) ? 4 : 0;
    rank += history.runtime().map(p.runtime()::equals).orElse(false) ? 2 : 0;
    return rank + (p.instance().state() instanceof Running ? 1 : 0);
  }

  private static Decision absent(Situation s, Workload w, History before) {
    Optional<String> hidden = before.runtime().filter(r -> !s.observed().seen().contains(r));
    if (hidden.isPresent()) {
      return Decision.rest(
          Verdict.of(
              Phase.UNKNOWN,
              "RuntimeUnavailable",
              "Runtime " + hidden.get() + ", where it was placed, does not answer."),
          before);
    }
    History history = before.outcome().isPresent() ? before : countLost(before, w, s.now());
    if (history.outcome().isPresent()) {
      return Decision.rest(Waits.ended(history.outcome().get()), history);
    }
    Optional<Decision> held =
        Waits.held(s, w, history).or(() -> Waits.waitForRetry(s, history, Phase.BACKOFF));
    if (held.isPresent()) {
      return held.get();
    }
    Optional<Verdict> waiting = Dependencies.wait(s);
    if (waiting.isPresent()) {
      return Decision.rest(waiting.get(), history);
    }
    return switch (s.placement()) {
      case Placement.Refused refused ->
          Decision.rest(Verdict.of(Phase.REJECTED, refused.reason(), refused.message()), history);
      case Placement.NotYet notYet ->
          Decision.rest(Verdict.of(Phase.WAITING, notYet.reason(), notYet.message()), history);
      case Placement.On on ->
          launch(
              s,
              new Action.Launch(on.runtime(), w.without(on.lacking()), Action.Intent.FRESH),
              Verdict.of(
                  Phase.STARTING, "Launching", "Being launched by runtime " + on.runtime() + "."),
              history.placedOn(on.runtime()));
    };
  }

  /** Launches a workload whose environment may hold facts of others. */
  private static Decision launch(
      Situation s, Action.Launch launch, Verdict verdict, History history) {
    return switch (Templates.resolve(launch.workload(), s.neighbours().dependencies())) {
      case Templates.Resolution.Values(Map<String, String> variables) ->
          Decision.act(
              variables.isEmpty()
                  ? launch
                  : new Action.Launch(
                      launch.runtime(), launch.workload().withLateEnv(variables), launch.intent()),
              verdict,
              history);
      case Templates.Resolution.Missing(String what) ->
          Decision.rest(
              Verdict.of(Phase.WAITING, "ValueNotKnown", "It waits for the value " + what + "."),
              history);
    };
  }

  /** It ran, its end was not seen, and now its instance is gone: somebody else removed it. */
  private static History countLost(History history, Workload w, Instant now) {
    return history
        .run()
        .filter(History.Run::isOpen)
        .map(run ->
            Ends.count(
                lost(history, run),
                w,
                new Ends.End(
                    OptionalInt.empty(), "InstanceLost", Optional.of(run.startedAt()), now),
                now))
        .orElse(history);
  }

  /** What may still turn out otherwise: a list that misses an instance looks the same. */
  private static History lost(History history, History.Run run) {
    return switch (run.end()) {
      case NOT_SEEN ->
          history.withRun(
              new History.Run(run.instanceId(), run.startedAt(), History.End.TAKEN_FOR_LOST));
      case CONDEMNED, COUNTED, TAKEN_FOR_LOST -> Ends.counted(history, run);
    };
  }

  /** An instance that was taken for lost is there: how its run ended is seen only now. */
  private static History found(History history, Present p) {
    return history
        .run()
        .filter(run -> run.end() == History.End.TAKEN_FOR_LOST)
        .filter(run -> run.instanceId().equals(p.instance().id()))
        .map(history::found)
        .orElse(history);
  }

  private static Decision replace(Situation s, Workload w, History history, Present old) {
    boolean otherSpec = !old.instance().specHash().equals(w.specHash());
    if (otherSpec && w.update().order() == Order.START_FIRST) {
      return Decision.rest(
          Verdict.of(
              Phase.REJECTED,
              "SameUid",
              "uid: "
                  + w.uid()
                  + " (expected: another one, for with update.order UPDATE_ORDER_START_FIRST the"
                  + " changed spec runs beside the former one, whose instance is left alone)."),
          history);
    }
    Optional<Decision> held =
        Waits.held(s, w, history)
            .map(rest -> Waits.stopIfRunning(s, old, history, rest))
            .or(() -> Waits.waitForRetry(s, history, Phase.BACKOFF));
    if (held.isPresent()) {
      return held.get();
    }
    Optional<Verdict> waiting = Dependencies.wait(s);
    if (waiting.isPresent()) {
      Verdict verdict = waiting.get();
      return Decision.rest(
          Verdict.of(
              verdict.phase(),
              verdict.reason(),
              verdict.message() + " The instance of the former spec is left alone."),
          history);
    }
    return switch (s.placement()) {
      case Placement.Refused refused ->
          Decision.rest(
              Verdict.of(
                  Phase.REJECTED,
                  refused.reason(),
                  refused.message() + " The instance of the former spec is left alone."),
              history);
      case Placement.NotYet notYet ->
          Decision.rest(Verdict.of(Phase.WAITING, notYet.reason(), notYet.message()), history);
      case Placement.On on ->
          on.runtime().equals(old.runtime())
              ? launch(
                  s,
                  new Action.Launch(on.runtime(), w.without(on.lacking()), Action.Intent.REPLACE),
                  Verdict.of(
                      Phase.STARTING,
                      "Replacing",
                      "Its instance is replaced by one of the new spec."),
                  history)
              : Waits.retire(s, old, history, "It is to run at runtime " + on.runtime() + ".");
    };
  }
}
