package dev.tallyman.agent.plan;

import dev.tallyman.agent.model.History;
import dev.tallyman.agent.model.Phase;
import dev.tallyman.agent.model.Workload;
import dev.tallyman.agent.plan.Observed.Present;
import dev.tallyman.runtime.InstanceState;
import dev.tallyman.runtime.InstanceState.Paused;
import dev.tallyman.runtime.InstanceState.Running;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What all steps share: reasons not to start now, and the way an instance is taken away. */
final class Waits {

  private Waits() {}

  /** Whether it must not run now although it is wanted. */
  static Optional<Decision> held(Situation s, Workload w, History history) {
    Optional<Verdict> mode =
        switch (s.mode()) {
          case SERVING -> Optional.empty();
          case DRAINED ->
              Optional.of(Verdict.of(Phase.WAITING, "NodeDrained", "The node is drained."));
          case ENDING ->
              Optional.of(
                  Verdict.of(
                      Phase.WAITING, "AgentEnds", "The agent ends and takes it down with it."));
        };
    if (mode.isPresent()) {
      return mode.map(verdict -> Decision.rest(verdict, history));
    }
    return switch (history.wish()) {
      case STOPPED ->
          Optional.of(
              Decision.rest(
                  Verdict.of(
                      Phase.WAITING,
                      "StoppedByOperator",
                      "An operator stopped it; it waits for a restart."),
                  history));
      case NONE, RESTARTED ->
          Dependencies.unneeded(s, w).map(verdict -> Decision.rest(verdict, history));
    };
  }

  static Decision stopIfRunning(Situation s, Present p, History history, Decision otherwise) {
    InstanceState state = p.instance().state();
    boolean runs = state instanceof Running || state instanceof Paused;
    Optional<Verdict> order = Dependencies.stopOrder(s);
    if (runs && order.isPresent()) {
      return Decision.rest(order.get(), history);
    }
    return runs
        ? Decision.act(
            new Action.Stop(p.runtime(), s.uid(), s.stopGrace()),
            Verdict.of(
                Phase.STOPPING, "Stopping", "It is stopped: " + otherwise.verdict().message()),
            history)
        : otherwise;
  }

  static Decision retire(Situation s, Present p, History history, String why) {
    return Decision.act(
        new Action.Retire(p.runtime(), s.uid(), s.stopGrace()),
        Verdict.of(Phase.STOPPING, "Removing", why),
        history);
  }

  /** A try that waits, if its time has not come. */
  static Optional<Decision> waitForRetry(Situation s, History history, Phase phase) {
    return history
        .retry()
        .map(retry -> bounded(retry, s.now()))
        .filter(retry -> s.now().isBefore(retry.at()))
        .map(retry ->
            Decision.rest(
                    new Verdict(
                        phase,
                        retry.reason(),
                        retry.message(),
                        retry.lastExit(),
                        Optional.of(retry.at())),
                    history.retrying(retry))
                .wakingAt(retry.at()));
  }

  /** A clock that was set back makes no wait longer: it begins again. */
  private static History.Retry bounded(History.Retry retry, Instant now) {
    return now.isBefore(retry.decidedAt())
        ? new History.Retry(
            now,
            now.plus(Duration.between(retry.decidedAt(), retry.at())),
            retry.reason(),
            retry.message(),
            retry.lastExit())
        : retry;
  }

  static Verdict ended(History.Outcome outcome) {
    return new Verdict(
        outcome.phase(), outcome.reason(), outcome.message(), outcome.exitCode(), Optional.empty());
  }
}
