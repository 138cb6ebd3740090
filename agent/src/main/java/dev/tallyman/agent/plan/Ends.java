package dev.tallyman.agent.plan;

import dev.tallyman.agent.model.Backoff;
import dev.tallyman.agent.model.History;
import dev.tallyman.agent.model.Phase;
import dev.tallyman.agent.model.RestartPolicy;
import dev.tallyman.agent.model.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What follows from the end of a run and from an action that failed: another try after a wait, or
 * the outcome.
 *
 * <p>The first restart after a run is immediate; the second waits {@link Backoff#initial()}, and
 * the wait doubles from there. An instance that could not even be launched waits from the first
 * time on, because nothing was running that somebody misses.
 */
final class Ends {

  /** How a run ended. */
  record End(OptionalInt exitCode, String reason, Optional<Instant> startedAt, Instant finishedAt) {

    boolean isSuccess() {
      return exitCode.isPresent() && exitCode.getAsInt() == 0;
    }

    String sentence() {
      return exitCode.isPresent()
          ? "ended with exit code " + exitCode.getAsInt()
          : "ended, and its exit code is not known";
    }
  }

  /**
   * How long to leave a runtime alone that did not answer, while nobody has said that it is away.
   */
  private static final Duration UNAVAILABLE_PAUSE = Duration.ofSeconds(1);

  /** For what is not wanted any more and so has no policy of its own. */
  private static final Backoff RETIRE_BACKOFF =
      new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1), Duration.ZERO);

  private Ends() {}

  /** Counts the end of a run, once: the caller remembers the run as counted. */
  static History count(History history, Workload workload, End end, Instant now) {
    RestartPolicy policy = workload.restart();
    return switch (policy.mode()) {
      case NO -> history.ended(outcome(end));
      case ON_FAILURE -> {
        if (end.isSuccess()) {
          yield history.ended(outcome(end));
        }
        if (policy.maxRestarts().isPresent()
            && history.restarts() >= policy.maxRestarts().getAsInt()) {
          yield history.ended(limitReached(history, end));
        }
        yield restart(history, workload, end, now);
      }
      case ALWAYS, UNLESS_STOPPED, WHILE_NEEDED -> restart(history, workload, end, now);
    };
  }

  /** The same, with a run whose end has been counted. */
  static History counted(History history, History.Run run) {
    return history.withRun(new History.Run(run.instanceId(), run.startedAt(), History.End.COUNTED));
  }

  private static History restart(History history, Workload workload, End end, Instant now) {
    Backoff backoff = workload.restart().backoff();
    boolean ranLong =
        end.startedAt()
            .map(started -> !end.finishedAt().isBefore(started.plus(backoff.resetAfter())))
            .orElse(false);
    int crashes = (ranLong ? 0 : history.crashes()) + 1;
    Duration delay =
        crashes == 1 ? Duration.ZERO : backoff.delay(crashes - 1, seed(workload.uid()));
    return history
        .restarted(crashes)
        .retrying(
            new History.Retry(
                now,
                now.plus(delay),
                end.reason(),
                "It " + end.sentence() + "; restart " + (history.restarts() + 1) + ".",
                end.exitCode()));
  }

  private static History.Outcome outcome(End end) {
    return new History.Outcome(
        end.isSuccess() ? Phase.SUCCEEDED : Phase.FAILED,
        end.reason(),
        "It " + end.sentence() + ".",
        end.exitCode(),
        end.startedAt(),
        end.finishedAt());
  }

  private static History.Outcome limitReached(History history, End end) {
    return new History.Outcome(
        Phase.FAILED,
        "RestartLimitReached",
        "It " + end.sentence() + " after " + history.restarts() + " restarts, which is the limit.",
        end.exitCode(),
        end.startedAt(),
        end.finishedAt());
  }

  /** What to remember when an action for a wanted workload failed. */
  static History failed(History history, Workload workload, ActionFailure failure, Instant now) {
    return switch (failure.kind()) {
      case CANCELLED, INSTANCE_NOT_FOUND -> history;
      case RUNTIME_UNAVAILABLE -> pause(history, failure, now, UNAVAILABLE_PAUSE);
      case TIMED_OUT,
          IMAGE_NOT_FOUND,
          PULL_DENIED,
          PULL_FAILED,
          PORT_IN_USE,
          NAME_TAKEN,
          UNSUPPORTED,
          INTERNAL ->
          retryLater(history, workload.restart().backoff(), workload.uid(), failure, now);
      case CANNOT_START -> cannotStart(history, workload, failure, now);
    };
  }

  /** What to remember when an action for something that is not wanted any more failed. */
  static History failedUnwanted(History history, String uid, ActionFailure failure, Instant now) {
    return retryLater(history, RETIRE_BACKOFF, uid, failure, now);
  }

  private static History cannotStart(
      History history, Workload workload, ActionFailure failure, Instant now) {
    RestartPolicy policy = workload.restart();
    boolean givenUp =
        switch (policy.mode()) {
          case NO -> true;
          case ON_FAILURE ->
              policy.maxRestarts().isPresent()
                  && history.restarts() >= policy.maxRestarts().getAsInt();
          case ALWAYS, UNLESS_STOPPED, WHILE_NEEDED -> false;
        };
    if (givenUp) {
      return history.ended(
          new History.Outcome(
              Phase.FAILED,
              failure.kind().word(),
              failure.message(),
              OptionalInt.empty(),
              Optional.empty(),
              now));
    }
    return retryLater(
        history.restarted(history.crashes()), policy.backoff(), workload.uid(), failure, now);
  }

  private static History retryLater(
      History history, Backoff backoff, String uid, ActionFailure failure, Instant now) {
    int attempts = history.attempts() + 1;
    return pause(history.attempting(attempts), failure, now, backoff.delay(attempts, seed(uid)));
  }

  private static History pause(History history, ActionFailure failure, Instant now, Duration wait) {
    return history.retrying(
        new History.Retry(
            now, now.plus(wait), failure.kind().word(), failure.message(), OptionalInt.empty()));
  }

  private static long seed(String uid) {
    return uid.hashCode();
  }
}
