package dev.tallyman.agent.plan;

import dev.tallyman.agent.model.Desired;
import dev.tallyman.agent.model.History;
import dev.tallyman.agent.model.Phase;
import dev.tallyman.agent.model.Rollout;
import dev.tallyman.agent.model.Workload;
import dev.tallyman.agent.plan.Observed.Present;
import java.util.Optional;

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
      case ALWAYS, WHILE_NEEDED ->
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
    Optional<Decision> waiting = Waits.waitForRetry(s, history, Phase.STOPPING);
    if (waiting.isPresent()) {
      return waiting.get();
    }
    return Dependencies.stopOrder(s)
        .map(verdict -> Decision.rest(verdict, history))
        .orElseGet(() ->
            Waits.retire(
                s, s.observed().present().getFirst(), history, "It is not wanted any more."));
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
    return Rollouts.sayingOutgoing(
        Steps.step(s, rollout.inPlaceOf(w).orElse(w)), outgoing.successor());
  }

  private static Decision wanted(Situation s, Workload w) {
    Optional<History> givenUp = s.history().filter(h -> Rollouts.isGivenUp(h, w));
    if (givenUp.isPresent()) {
      return givenUp(s, givenUp.get());
    }
    Rollout rollout = s.history().map(History::rollout).orElse(Rollout.NONE);
    Optional<Workload> putBack = rollout.inPlaceOf(w);
    if (putBack.isPresent()) {
      return Rollouts.saying(Steps.step(s, putBack.get()), rollout);
    }
    return switch (Rollouts.judge(s, w, Steps.step(s, w))) {
      case Rollouts.Judgement.Stands(Decision decision) -> decision;
      case Rollouts.Judgement.GivenUp(History history) -> givenUp(s, history);
      case Rollouts.Judgement.Failed(Workload proven, History history) ->
          Rollouts.saying(Steps.step(s.remembering(history), proven), history.rollout());
    };
  }

  /** It has not proven itself, and the one in whose place it came runs on. */
  private static Decision givenUp(Situation s, History history) {
    return s.observed().present().isEmpty()
        ? Decision.rest(Waits.ended(history.outcome().orElseThrow()), history)
        : Waits.retire(
            s,
            s.observed().present().getFirst(),
            history,
            history.outcome().orElseThrow().message());
  }
}
