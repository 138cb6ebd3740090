package dev.tallyman.agent.plan;

import dev.tallyman.agent.model.Desired;
import dev.tallyman.agent.model.Health;
import dev.tallyman.agent.model.History;
import dev.tallyman.agent.model.Phase;
import dev.tallyman.agent.model.Rollout;
import dev.tallyman.agent.model.UpdatePolicy.Order;
import dev.tallyman.agent.model.Workload;
import dev.tallyman.agent.plan.Observed.Present;
import dev.tallyman.runtime.Capability;
import dev.tallyman.runtime.InstanceState;
import dev.tallyman.runtime.InstanceState.Broken;
import dev.tallyman.runtime.InstanceState.Created;
import dev.tallyman.runtime.InstanceState.ExitCause;
import dev.tallyman.runtime.InstanceState.Exited;
import dev.tallyman.runtime.InstanceState.Paused;
import dev.tallyman.runtime.InstanceState.Running;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Says what to do next for one uid.
 *
 * <p>{@link #next} is pure and total, and takes at most one step: it compares what is wanted with
 * what is there, and returns the one action that brings them nearer, or none. It is asked again
 * when the action has ended, when something was seen, and at {@link Decision#wakeAt()}. It never
 * looks at an event, only at states, so that a lost or doubled event changes nothing but the time
 * it takes.
 *
 * <p>Two rules stand above all: where an instance may exist that cannot be seen, nothing is
 * launched; and where it is not known what is wanted, nothing is removed.
 */
public final class Plan {

  /** Stands for the hash of a spec where none is wanted. */
  private static final String UNWANTED = "";

  private Plan() {}

  /**
   * The next decision for a uid. It is not to be asked while an action for the uid is under way.
   */
  public static Decision next(Situation s) {
    Optional<Present> unseen = unseen(s.observed());
    if (unseen.isPresent()) {
      return Decision.rest(
          Verdict.of(
              Phase.UNKNOWN,
              "RuntimeUnavailable",
              "Runtime " + unseen.get().runtime() + " does not answer; its last state stands."),
          s.history().orElseGet(() -> History.begin(unseen.get().instance().specHash())));
    }
    return s.desired().isPresent()
        ? switch (s.desired().get()) {
          case Desired.Refused refused -> refused(s, refused);
          case Desired.Wanted wanted -> wanted(s, wanted.workload());
          case Desired.Outgoing outgoing -> outgoing(s, outgoing);
        }
        : unwanted(s);
  }

  private static Optional<Present> unseen(Observed observed) {
    for (Present present : observed.present()) {
      if (!observed.seen().contains(present.runtime())) {
        return Optional.of(present);
      }
    }
    return Optional.empty();
  }

  /**
   * What to remember when an action for the uid failed, so that the next decision waits, tries
   * again or gives up.
   */
  public static History failed(Situation s, ActionFailure failure) {
    History history = s.history().orElseGet(() -> History.begin(UNWANTED));
    if (s.desired().isEmpty()) {
      return Ends.failedUnwanted(history, s.uid(), failure, s.now());
    }
    return switch (s.desired().get()) {
      case Desired.Refused _ -> Ends.failedUnwanted(history, s.uid(), failure, s.now());
      case Desired.Wanted wanted -> Ends.failed(history, wanted.workload(), failure, s.now());
      case Desired.Outgoing outgoing -> Ends.failed(history, outgoing.workload(), failure, s.now());
    };
  }

  /** What to remember after a {@link Action.Restart} or a start that an operator asked for. */
  public static History wishFulfilled(History history) {
    return history.wish() == History.Wish.RESTARTED
        ? history.wishing(History.Wish.NONE).askedAgain()
        : history;
  }

  /** What to remember when an operator asks for something. */
  public static History wish(History history, History.Wish wish) {
    return switch (wish) {
      case RESTARTED -> history.goingOn().steady().wishing(wish);
      case STOPPED -> history.outcome().isPresent() ? history : history.goingOn().wishing(wish);
      case NONE -> history.wishing(wish);
    };
  }

  /**
   * What to remember when the agent starts: an operator's stop ends here, unless the policy says
   * that it outlasts the agent.
   */
  public static History afterAgentStart(History history, Workload workload) {
    return switch (workload.restart().mode()) {
      case ALWAYS ->
          history.wish() == History.Wish.STOPPED ? history.wishing(History.Wish.NONE) : history;
      case NO, ON_FAILURE, UNLESS_STOPPED -> history;
    };
  }

  private static Decision unwanted(Situation s) {
    boolean surelyUnwanted =
        switch (s.knowledge()) {
          case COMPLETE -> true;
          case REMEMBERED -> s.history().map(h -> h.specHash().equals(UNWANTED)).orElse(false);
          case NONE -> false;
        };
    if (!surelyUnwanted) {
      return new Decision(
          Optional.empty(),
          Optional.empty(),
          Verdict.of(
              Phase.UNKNOWN,
              "DesiredStateUnknown",
              "It is left as it is until every feed has said what should run."),
          s.history());
    }
    History history = farewell(s);
    if (s.observed().present().isEmpty()) {
      Optional<String> hidden = history.runtime().filter(r -> !s.observed().seen().contains(r));
      if (hidden.isPresent()) {
        return Decision.rest(
            Verdict.of(
                Phase.UNKNOWN,
                "RuntimeUnavailable",
                "It is not wanted any more, but runtime "
                    + hidden.get()
                    + ", where it was, does not answer."),
            history);
      }
      return new Decision(
          Optional.empty(),
          Optional.empty(),
          Verdict.of(Phase.GONE, "Removed", "Its instance is gone."),
          Optional.empty());
    }
    Optional<Decision> waiting = waitForRetry(s, history, Phase.STOPPING);
    if (waiting.isPresent()) {
      return waiting.get();
    }
    return Dependencies.stopOrder(s)
        .map(verdict -> Decision.rest(verdict, history))
        .orElseGet(() ->
            retire(s, s.observed().present().getFirst(), history, "It is not wanted any more."));
  }

  /** What waits or was counted while it was wanted does not hold up its removal. */
  private static History farewell(Situation s) {
    History fresh = History.begin(UNWANTED);
    return s.history()
        .map(
            h -> h.specHash().equals(UNWANTED) ? h : h.runtime().map(fresh::placedOn).orElse(fresh))
        .orElse(fresh);
  }

  private static Decision refused(Situation s, Desired.Refused refused) {
    String instance =
        s.observed().present().isEmpty() ? "" : " The instance of a former spec is left alone.";
    return Decision.rest(
        Verdict.of(Phase.REJECTED, refused.reason(), refused.message() + instance),
        s.history().orElseGet(() -> History.begin(UNWANTED)));
  }

  /** It is kept running as before until the feed's other one has taken its place. */
  private static Decision outgoing(Situation s, Desired.Outgoing outgoing) {
    Rollout rollout = s.history().map(History::rollout).orElse(Rollout.NONE);
    Workload w = outgoing.workload();
    return Rollouts.sayingOutgoing(step(s, rollout.inPlaceOf(w).orElse(w)), outgoing.successor());
  }

  private static Decision wanted(Situation s, Workload w) {
    Optional<History> givenUp = s.history().filter(h -> Rollouts.isGivenUp(h, w));
    if (givenUp.isPresent()) {
      return givenUp(s, givenUp.get());
    }
    Rollout rollout = s.history().map(History::rollout).orElse(Rollout.NONE);
    Optional<Workload> putBack = rollout.inPlaceOf(w);
    if (putBack.isPresent()) {
      return Rollouts.saying(step(s, putBack.get()), rollout);
    }
    return switch (Rollouts.judge(s, w, step(s, w))) {
      case Rollouts.Judgement.Stands(Decision decision) -> decision;
      case Rollouts.Judgement.GivenUp(History history) -> givenUp(s, history);
      case Rollouts.Judgement.Failed(Workload proven, History history) ->
          Rollouts.saying(step(s.remembering(history), proven), history.rollout());
    };
  }

  /** It has not proven itself, and the one in whose place it came runs on. */
  private static Decision givenUp(Situation s, History history) {
    return s.observed().present().isEmpty()
        ? Decision.rest(ended(history.outcome().orElseThrow()), history)
        : retire(
            s,
            s.observed().present().getFirst(),
            history,
            history.outcome().orElseThrow().message());
  }

  private static Decision step(Situation s, Workload w) {
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
      return waitForRetry(s, history, Phase.STOPPING)
          .orElseGet(() ->
              retire(
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
      case Created _ -> startable(s, w, placed, kept);
      case Running running -> running(s, w, placed, kept, running.startedAt());
      case Paused paused -> running(s, w, placed, kept, paused.startedAt());
      case Exited exited -> exited(s, w, placed, kept, exited);
      case Broken broken -> broken(s, w, placed, kept, broken);
    };
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
      return Decision.rest(ended(history.outcome().get()), history);
    }
    Optional<Decision> held = held(s, history).or(() -> waitForRetry(s, history, Phase.BACKOFF));
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
      case CONDEMNED, COUNTED, TAKEN_FOR_LOST -> counted(history, run);
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
        held(s, history)
            .map(rest -> stopIfRunning(s, old, history, rest))
            .or(() -> waitForRetry(s, history, Phase.BACKOFF));
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
              : retire(s, old, history, "It is to run at runtime " + on.runtime() + ".");
    };
  }

  private static Decision running(
      Situation s, Workload w, History before, Present p, Instant startedAt) {
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
    Optional<Decision> held = held(s, seen);
    if (held.isPresent() || seen.wish() == History.Wish.RESTARTED || dead || anew.isPresent()) {
      Optional<Decision> waiting = waitForRetry(s, seen, Phase.STOPPING);
      if (waiting.isPresent()) {
        return waiting.get();
      }
    }
    if (held.isPresent()) {
      return stopIfRunning(s, p, seen, held.get());
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
        ? retire(s, p, history, why)
        : Decision.act(
            restart(p, w), Verdict.of(Phase.STARTING, "DependencyRestarted", why), history);
  }

  private static Decision exited(
      Situation s, Workload w, History before, Present p, Exited exited) {
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
    return asked
        && switch (w.restart().mode()) {
          case ALWAYS, UNLESS_STOPPED -> true;
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
  private static Decision startable(Situation s, Workload w, History history, Present p) {
    if (history.outcome().isPresent()) {
      return Decision.rest(ended(history.outcome().get()), history);
    }
    Optional<Decision> held = held(s, history).or(() -> waitForRetry(s, history, Phase.BACKOFF));
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
      return retire(
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

  private static Decision broken(
      Situation s, Workload w, History before, Present p, Broken broken) {
    History history =
        before
            .run()
            .filter(History.Run::isOpen)
            .map(run ->
                Ends.count(
                    counted(before, run),
                    w,
                    new Ends.End(
                        OptionalInt.empty(),
                        "InstanceBroken",
                        Optional.of(run.startedAt()),
                        s.now()),
                    s.now()))
            .orElse(before);
    if (history.outcome().isPresent()) {
      return Decision.rest(ended(history.outcome().get()), history);
    }
    return held(s, history)
        .or(() -> waitForRetry(s, history, Phase.BACKOFF))
        .orElseGet(() ->
            retire(s, p, history, "The runtime lost its grip on it (" + broken.detail() + ")."));
  }

  private static History counted(History history, History.Run run) {
    return history.withRun(new History.Run(run.instanceId(), run.startedAt(), History.End.COUNTED));
  }

  /** Whether it must not run now although it is wanted. */
  private static Optional<Decision> held(Situation s, History history) {
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
      case NONE, RESTARTED -> Optional.empty();
    };
  }

  private static Decision stopIfRunning(
      Situation s, Present p, History history, Decision otherwise) {
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

  private static Decision retire(Situation s, Present p, History history, String why) {
    return Decision.act(
        new Action.Retire(p.runtime(), s.uid(), s.stopGrace()),
        Verdict.of(Phase.STOPPING, "Removing", why),
        history);
  }

  /** A try that waits, if its time has not come. */
  private static Optional<Decision> waitForRetry(Situation s, History history, Phase phase) {
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

  private static Verdict ended(History.Outcome outcome) {
    return new Verdict(
        outcome.phase(), outcome.reason(), outcome.message(), outcome.exitCode(), Optional.empty());
  }
}
