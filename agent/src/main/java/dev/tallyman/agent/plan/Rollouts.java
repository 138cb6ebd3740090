package dev.tallyman.agent.plan;

import dev.tallyman.agent.model.Health;
import dev.tallyman.agent.model.History;
import dev.tallyman.agent.model.Phase;
import dev.tallyman.agent.model.Rollout;
import dev.tallyman.agent.model.UpdatePolicy.OnFailure;
import dev.tallyman.agent.model.UpdatePolicy.Order;
import dev.tallyman.agent.model.Workload;
import dev.tallyman.agent.plan.Observed.Present;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceState.Running;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/** Whether a changed spec has proven itself, or is to be rolled back. */
final class Rollouts {

  /** What is not probed has proven itself when it has run this long. */
  private static final Duration UNPROBED = Duration.ofSeconds(10);

  private Rollouts() {}

  /** What a decision means for the rollout of its spec. */
  sealed interface Judgement {
    /** This is what to do. */
    record Stands(Decision decision) implements Judgement {}

    /** The spec has failed, and the proven one is to be put back. */
    record Failed(Workload proven, History history) implements Judgement {}

    /** The workload has failed, and the one in whose place it came runs on. */
    record GivenUp(History history) implements Judgement {}
  }

  private static final String ROLLED_BACK = "RolledBack";

  /** Whether the workload was tried beside another one and has failed. */
  static boolean isGivenUp(History history, Workload w) {
    return history.specHash().equals(w.specHash())
        && history.outcome().filter(o -> o.reason().equals(ROLLED_BACK)).isPresent();
  }

  static Judgement judge(Situation s, Workload w, Decision decision) {
    boolean matters =
        w.update().onFailure() == OnFailure.ROLL_BACK || w.update().order() == Order.START_FIRST;
    if (!matters || decision.history().isEmpty()) {
      return new Judgement.Stands(decision);
    }
    History history = decision.history().get();
    Rollout rollout = history.rollout();
    boolean proven = rollout.proven().filter(w::equals).isPresent() && rollout.rejected().isEmpty();
    if (proven) {
      return new Judgement.Stands(decision);
    }
    if (history.outcome().filter(o -> o.phase() == Phase.SUCCEEDED).isPresent()) {
      return new Judgement.Stands(decision.remembering(history.rolling(rollout.proving(w))));
    }
    Optional<Running> run = run(s, w);
    Optional<Health> health = run.flatMap(r -> s.healthOf(r.startedAt()));
    if (health.filter(Health::isUsable).isPresent()) {
      Instant steadyAt = run.orElseThrow().startedAt().plus(UNPROBED);
      boolean unprobed = health.get().state() == Health.State.NOT_PROBED;
      return unprobed && s.now().isBefore(steadyAt)
          ? new Judgement.Stands(decision.wakingBy(steadyAt))
          : new Judgement.Stands(decision.remembering(history.rolling(rollout.proving(w))));
    }
    boolean known = rollout.proven().filter(p -> p.specHash().equals(w.specHash())).isPresent();
    boolean beside = s.neighbours().predecessor() == Neighbours.Predecessor.RUNS;
    boolean nothingElse = rollout.proven().isEmpty() && !beside;
    if (known || nothingElse || w.update().onFailure() == OnFailure.KEEP) {
      return new Judgement.Stands(decision);
    }
    Optional<Instant> deadline = run.map(r -> r.startedAt().plus(w.update().deadline()));
    return failure(s, history, health, deadline)
        .map(why ->
            beside
                ? givenUp(history, run, why, s.now())
                : putBack(history, rollout.proven().orElseThrow(), w, why))
        .orElseGet(() -> new Judgement.Stands(deadline.map(decision::wakingBy).orElse(decision)));
  }

  private static Judgement putBack(History history, Workload proven, Workload failed, String why) {
    return new Judgement.Failed(
        proven,
        history
            .forSpec(proven.specHash())
            .rolling(history.rollout().rejecting(failed.specHash(), why)));
  }

  private static Judgement givenUp(
      History history, Optional<Running> run, String why, Instant now) {
    return new Judgement.GivenUp(
        history.ended(
            new History.Outcome(
                Phase.FAILED,
                ROLLED_BACK,
                "It was tried beside the one before it and failed (" + why + "); that one runs on.",
                history.outcome().map(History.Outcome::exitCode).orElse(OptionalInt.empty()),
                run.map(Running::startedAt),
                now)));
  }

  private static Optional<Running> run(Situation s, Workload w) {
    return s.observed().present().stream()
        .map(Present::instance)
        .filter(instance -> instance.specHash().equals(w.specHash()))
        .map(Instance::state)
        .filter(Running.class::isInstance)
        .map(Running.class::cast)
        .findFirst();
  }

  private static Optional<String> failure(
      Situation s, History history, Optional<Health> health, Optional<Instant> deadline) {
    if (history.outcome().filter(o -> o.phase() == Phase.FAILED).isPresent()) {
      return Optional.of(history.outcome().get().message());
    }
    boolean neverStarted =
        history
            .retry()
            .filter(retry -> retry.reason().equals(ActionFailure.Kind.CANNOT_START.word()))
            .isPresent();
    if (history.retry().isPresent() && (history.crashes() > 0 || neverStarted)) {
      return Optional.of(history.retry().get().message());
    }
    if (health.filter(h -> h.state() != Health.State.STARTING).isPresent()) {
      return Optional.of(health.get().message());
    }
    return deadline
        .filter(at -> !s.now().isBefore(at))
        .map(_ -> "It did not become healthy in time.");
  }

  /** A decision for one whose place another one is to take, saying so. */
  static Decision sayingOutgoing(Decision decision, String successor) {
    Verdict verdict = decision.verdict();
    boolean runs = verdict.phase() == Phase.RUNNING && verdict.message().isEmpty();
    return runs
        ? decision.saying(
            Verdict.of(
                Phase.RUNNING,
                "Outgoing",
                "It runs until " + successor + ", which is to take its place, has proven itself."))
        : decision;
  }

  /** A decision for the spec that was put back, saying so. */
  static Decision saying(Decision decision, Rollout rollout) {
    Verdict verdict = decision.verdict();
    String note =
        "The changed spec was rolled back (" + rollout.why() + "); the one before it is in place.";
    boolean runs = verdict.phase() == Phase.RUNNING && verdict.message().isEmpty();
    return decision.saying(
        new Verdict(
            verdict.phase(),
            runs ? ROLLED_BACK : verdict.reason(),
            verdict.message().isEmpty() ? note : verdict.message() + " " + note,
            verdict.exitCode(),
            verdict.nextAttemptAt()));
  }
}
