package dev.tallyman.agent.plan;

import dev.tallyman.agent.model.Health;
import dev.tallyman.agent.model.History;
import dev.tallyman.agent.model.Phase;
import dev.tallyman.agent.model.RestartPolicy;
import dev.tallyman.agent.model.Workload;
import dev.tallyman.agent.plan.Observed.Present;
import dev.tallyman.runtime.Capability;
import dev.tallyman.runtime.InstanceState.Broken;
import dev.tallyman.runtime.InstanceState.ExitCause;
import dev.tallyman.runtime.InstanceState.Exited;
import dev.tallyman.runtime.InstanceState.Paused;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/** The next step for the one instance of the spec that is wanted, by its state. */
final class Runs {

  private Runs() {}

  static Decision running(Situation s, Workload w, History before, Present p, Instant startedAt) {
    List<DependencyView> others = s.neighbours().dependencies();
    History.Run run = new History.Run(p.instance().id(), startedAt, History.End.NOT_SEEN);
    boolean condemned = before.run().filter(condemned(run)::equals).isPresent();
    History seen =
        condemned || before.run().filter(run::equals).isPresent()
            ? before.following(Dependencies.beginnings(before.followed(), others))
            : before.withRun(run).following(Dependencies.beginnings(Map.of(), others));
    Optional<Health> health = s.healthOf(startedAt);
    boolean dead = condemned || health.filter(h -> h.state() == Health.State.DEAD).isPresent();
    Optional<DependencyView> anew = Dependencies.anew(seen, others);
    Optional<Decision> held = Waits.held(s, w, seen);
    if (held.isPresent() || seen.wish() == History.Wish.RESTARTED || dead || anew.isPresent()) {
      Optional<Decision> waiting = Waits.waitForRetry(s, seen, Phase.STOPPING);
      if (waiting.isPresent()) {
        return waiting.get();
      }
    }
    if (held.isPresent()) {
      return Waits.stopIfRunning(s, p, seen, held.get());
    }
    if (seen.wish() == History.Wish.RESTARTED) {
      return Decision.act(
          restart(p, w),
          Verdict.of(Phase.STARTING, "Restarting", "Restarted as an operator asked."),
          seen);
    }
    if (dead) {
      return Decision.act(
          new Action.Stop(p.runtime(), s.uid(), w.spec().stopGrace()),
          Verdict.of(
              Phase.STOPPING,
              "ProbeFailed",
              health.map(Health::message).orElse("Its probe has failed.")),
          seen.withRun(condemned(run)));
    }
    if (anew.isPresent()) {
      return follow(s, w, seen, p, anew.get());
    }
    History going = seen.goingOn();
    Verdict verdict = runs(s, p, health);
    if (going.crashes() == 0) {
      return Decision.rest(verdict, going);
    }
    Instant steadyAt = startedAt.plus(w.restart().backoff().resetAfter());
    return s.now().isBefore(steadyAt)
        ? Decision.rest(verdict, going).wakingAt(steadyAt)
        : Decision.rest(verdict, going.steady());
  }

  private static History.Run condemned(History.Run run) {
    return new History.Run(run.instanceId(), run.startedAt(), History.End.CONDEMNED);
  }

  private static Verdict runs(Situation s, Present p, Optional<Health> health) {
    if (p.instance().state() instanceof Paused) {
      return Verdict.of(Phase.RUNNING, "Paused", "Somebody paused it at the runtime.");
    }
    return health
        .filter(h -> h.state() == Health.State.UNHEALTHY)
        .map(h -> Verdict.of(Phase.RUNNING, "Unhealthy", h.message()))
        .orElseGet(() -> lacking(s, p));
  }

  /** It runs; what its runtime cannot do for it is said for as long as it does. */
  private static Verdict lacking(Situation s, Present p) {
    return switch (s.placement()) {
      case Placement.On(String runtime, Set<Capability> lacking)
          when runtime.equals(p.runtime()) && !lacking.isEmpty() ->
          Verdict.of(
              Phase.RUNNING,
              "Lacking",
              "Runtime "
                  + runtime
                  + " lacks "
                  + lacking.stream()
                      .map(Capability::word)
                      .sorted()
                      .collect(Collectors.joining(", "))
                  + ": it runs without.");
      case Placement.On _, Placement.Refused _, Placement.NotYet _ ->
          Verdict.of(Phase.RUNNING, "Running", "");
    };
  }

  private static Action.Restart restart(Present p, Workload w) {
    return new Action.Restart(
        p.runtime(), w.uid(), w.spec().stopGrace(), w.spec().surroundings().files());
  }

  /** A workload that it follows has begun anew. */
  private static Decision follow(
      Situation s, Workload w, History history, Present p, DependencyView other) {
    String why = other.dependency().workload() + " has begun anew, which it follows.";
    return Dependencies.replacedHost(history, s.neighbours().dependencies()).isPresent()
        ? Waits.retire(s, p, history, why)
        : Decision.act(
            restart(p, w), Verdict.of(Phase.STARTING, "DependencyRestarted", why), history);
  }

  static Decision exited(Situation s, Workload w, History before, Present p, Exited exited) {
    if (exited.cause() == ExitCause.NEVER_STARTED || exited.startedAt().isEmpty()) {
      return startable(s, w, before, p);
    }
    Instant startedAt = exited.startedAt().get();
    History.Run run = new History.Run(p.instance().id(), startedAt, History.End.COUNTED);
    History history =
        before.run().filter(run::equals).isPresent()
            ? before
            : isStoppedByUs(s, w, before)
                ? before.withRun(run)
                : Ends.count(before.withRun(run), w, end(before, run, exited, s.now()), s.now());
    return startable(s, w, history, p);
  }

  /** A service that we stopped has neither crashed nor ended: it goes on when it may. */
  private static boolean isStoppedByUs(Situation s, Workload w, History history) {
    boolean asked = s.mode() != Situation.Mode.SERVING || history.wish() == History.Wish.STOPPED;
    return switch (w.restart().mode()) {
      case ALWAYS, UNLESS_STOPPED -> asked;
      case WHILE_NEEDED -> asked || Dependencies.unneeded(s, w).isPresent();
      case NO, ON_FAILURE -> false;
    };
  }

  private static Ends.End end(History before, History.Run run, Exited exited, Instant now) {
    Optional<Instant> startedAt = Optional.of(run.startedAt());
    Instant finishedAt = exited.finishedAt().orElse(now);
    OptionalInt code = exited.exitCode();
    if (before.run().filter(condemned(run)::equals).isPresent()) {
      // A program that ends well when it is told to stop has not done its work.
      OptionalInt failure = code.orElse(0) == 0 ? OptionalInt.empty() : code;
      return new Ends.End(failure, "ProbeFailed", startedAt, finishedAt);
    }
    String reason =
        switch (exited.cause()) {
          case OUT_OF_MEMORY -> "OutOfMemory";
          case ENDED, NEVER_STARTED ->
              code.isEmpty() ? "ExitCodeUnknown" : code.getAsInt() == 0 ? "Completed" : "Error";
        };
    return new Ends.End(code, reason, startedAt, finishedAt);
  }

  /** There is an instance of this spec that does not run. */
  static Decision startable(Situation s, Workload w, History history, Present p) {
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
    Optional<DependencyView> host =
        Dependencies.replacedHost(history, s.neighbours().dependencies());
    if (host.isPresent()) {
      return Waits.retire(
          s,
          p,
          history,
          "It was made in a namespace of "
              + host.get().dependency().workload()
              + ", which has another instance now.");
    }
    return switch (s.placement()) {
      case Placement.Refused refused ->
          Decision.rest(Verdict.of(Phase.REJECTED, refused.reason(), refused.message()), history);
      case Placement.NotYet _, Placement.On _ ->
          Decision.act(
              new Action.Start(p.runtime(), s.uid(), w.spec().surroundings().files()),
              Verdict.of(Phase.STARTING, "Starting", "Its instance is started."),
              history);
    };
  }

  static Decision broken(Situation s, Workload w, History before, Present p, Broken broken) {
    History history =
        before
            .run()
            .filter(History.Run::isOpen)
            .map(run ->
                Ends.count(
                    Ends.counted(before, run),
                    w,
                    new Ends.End(
                        OptionalInt.empty(),
                        "InstanceBroken",
                        Optional.of(run.startedAt()),
                        s.now()),
                    s.now()))
            .orElseGet(() -> mayHaveRun(before, w, p) ? unseenRun(before, w, s.now()) : before);
    if (history.outcome().isPresent()) {
      return Decision.rest(Waits.ended(history.outcome().get()), history);
    }
    return Waits.held(s, w, history)
        .or(() -> Waits.waitForRetry(s, history, Phase.BACKOFF))
        .orElseGet(() ->
            Waits.retire(
                s, p, history, "The runtime lost its grip on it (" + broken.detail() + ")."));
  }

  /** Nobody saw it run, and nobody can say that it did not: a job is not run a second time. */
  private static boolean mayHaveRun(History before, Workload w, Present p) {
    return w.restart().mode() == RestartPolicy.Mode.NO
        && before.outcome().isEmpty()
        && before.run().filter(run -> run.instanceId().equals(p.instance().id())).isEmpty();
  }

  private static History unseenRun(History before, Workload w, Instant now) {
    return Ends.count(
        before,
        w,
        new Ends.End(OptionalInt.empty(), "ExitCodeUnknown", Optional.empty(), now),
        now);
  }
}
