package dev.tallyman.agent.model;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is remembered of a uid: enough to go on after a restart of the agent as if nothing had
 * happened. It is kept on disk.
 *
 * @param specHash the spec that all of this is about; another spec begins anew
 * @param runtime the runtime that it was placed on; empty while it never was
 * @param restarts restarts so far
 * @param crashes consecutive runs that ended too early, for the backoff
 * @param attempts consecutive actions that failed, for the backoff
 * @param run the run that was seen last
 * @param retry the next try, and why it is one; empty when nothing failed
 * @param outcome how it ended, when it is not to be started again
 * @param wish what an operator asked for
 * @param asked restarts that an operator asked for, so that those who follow see that there was one
 * @param followed which beginning of each workload that it follows its present run belongs to
 * @param rollout how far a changed spec has come
 */
public record History(
    String specHash,
    Optional<String> runtime,
    int restarts,
    int crashes,
    int attempts,
    Optional<Run> run,
    Optional<Retry> retry,
    Optional<Outcome> outcome,
    Wish wish,
    int asked,
    Map<String, String> followed,
    Rollout rollout) {

  /**
   * One run of an instance's process.
   *
   * @param instanceId the runtime's identifier of the instance
   * @param startedAt when it began, by the engine's clock
   * @param end whether its end has been counted
   */
  public record Run(String instanceId, Instant startedAt, End end) {
    public Run {
      requireNonNull(instanceId, "instanceId");
      requireNonNull(startedAt, "startedAt");
      requireNonNull(end, "end");
    }

    /** Whether its end is still to be counted. */
    public boolean isOpen() {
      return switch (end) {
        case NOT_SEEN, CONDEMNED -> true;
        case COUNTED, TAKEN_FOR_LOST -> false;
      };
    }
  }

  /** Whether the end of a run has been counted as a failure or an outcome. */
  public enum End {
    NOT_SEEN,
    /** We stop it because its probes failed: however it ends, that is a failure. */
    CONDEMNED,
    COUNTED,
    /** Its instance was gone, which was counted; it may have been missed only. */
    TAKEN_FOR_LOST
  }

  /**
   * A try that waits for its time.
   *
   * @param decidedAt when the wait began; a clock that was set back cannot make it longer
   * @param at when to try again
   * @param reason one word: why the last try failed
   * @param message a sentence
   * @param lastExit exit code of the last run, if somebody saw it
   */
  public record Retry(
      Instant decidedAt, Instant at, String reason, String message, OptionalInt lastExit) {
    public Retry {
      requireNonNull(decidedAt, "decidedAt");
      requireNonNull(at, "at");
      requireNonNull(reason, "reason");
      requireNonNull(message, "message");
      requireNonNull(lastExit, "lastExit");
    }
  }

  /**
   * How a workload ended for good.
   *
   * @param phase {@link Phase#SUCCEEDED} or {@link Phase#FAILED}
   * @param reason one word
   * @param message a sentence
   * @param exitCode only if somebody saw it
   * @param startedAt begin of the last run; empty when it never ran
   * @param finishedAt end of the last run, or when it was given up
   */
  public record Outcome(
      Phase phase,
      String reason,
      String message,
      OptionalInt exitCode,
      Optional<Instant> startedAt,
      Instant finishedAt) {
    public Outcome {
      if (!phase.isTerminal()) {
        throw new IllegalArgumentException("phase: " + phase + " (expected: SUCCEEDED or FAILED)");
      }
      requireNonNull(reason, "reason");
      requireNonNull(message, "message");
      requireNonNull(exitCode, "exitCode");
      requireNonNull(startedAt, "startedAt");
      requireNonNull(finishedAt, "finishedAt");
    }
  }

  /** What an operator asked for, over the feed's head. */
  public enum Wish {
    /** Nothing. */
    NONE,
    /** Be stopped, until asked to restart. */
    STOPPED,
    /** Be restarted once. */
    RESTARTED
  }

  public History {
    requireNonNull(specHash, "specHash");
    requireNonNull(runtime, "runtime");
    requireNonNull(run, "run");
    requireNonNull(retry, "retry");
    requireNonNull(outcome, "outcome");
    requireNonNull(wish, "wish");
    followed = Map.copyOf(followed);
    requireNonNull(rollout, "rollout");
  }

  /** Nothing has happened yet. */
  public static History begin(String specHash) {
    return new History(
        specHash,
        Optional.empty(),
        0,
        0,
        0,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Wish.NONE,
        0,
        Map.of(),
        Rollout.NONE);
  }

  /** The same, placed on a runtime. */
  public History placedOn(String name) {
    return runtime.isPresent() && runtime.get().equals(name)
        ? this
        : new History(
            specHash,
            Optional.of(name),
            restarts,
            crashes,
            attempts,
            run,
            retry,
            outcome,
            wish,
            asked,
            followed,
            rollout);
  }

  /** The same, after one more restart, with this many crashes in a row. */
  public History restarted(int newCrashes) {
    return new History(
        specHash,
        runtime,
        restarts + 1,
        newCrashes,
        attempts,
        run,
        retry,
        outcome,
        wish,
        asked,
        followed,
        rollout);
  }

  /** The same, with this many failed actions in a row. */
  public History attempting(int newAttempts) {
    return new History(
        specHash,
        runtime,
        restarts,
        crashes,
        newAttempts,
        run,
        retry,
        outcome,
        wish,
        asked,
        followed,
        rollout);
  }

  /** The same, with no crash in a row. */
  public History steady() {
    return new History(
        specHash, runtime, restarts, 0, attempts, run, retry, outcome, wish, asked, followed,
        rollout);
  }

  /** The same, having seen this run. */
  public History withRun(Run seen) {
    return run.isPresent() && run.get().equals(seen)
        ? this
        : new History(
            specHash,
            runtime,
            restarts,
            crashes,
            attempts,
            Optional.of(seen),
            retry,
            outcome,
            wish,
            asked,
            followed,
            rollout);
  }

  /** The same, with a try that waits. */
  public History retrying(Retry next) {
    return new History(
        specHash,
        runtime,
        restarts,
        crashes,
        attempts,
        run,
        Optional.of(next),
        Optional.empty(),
        wish,
        asked,
        followed,
        rollout);
  }

  /** The same, ended for good. */
  public History ended(Outcome how) {
    return new History(
        specHash,
        runtime,
        restarts,
        crashes,
        attempts,
        run,
        Optional.empty(),
        Optional.of(how),
        wish,
        asked,
        followed,
        rollout);
  }

  /** The same, before this run was taken for lost. */
  public History found(Run run) {
    return new History(
        specHash,
        runtime,
        outcome.isPresent() ? restarts : Math.max(0, restarts - 1),
        outcome.isPresent() ? crashes : Math.max(0, crashes - 1),
        attempts,
        Optional.of(new Run(run.instanceId(), run.startedAt(), End.NOT_SEEN)),
        Optional.empty(),
        Optional.empty(),
        wish,
        asked,
        followed,
        rollout);
  }

  /** The same, neither waiting nor ended, and with no failed action in a row. */
  public History goingOn() {
    return retry.isEmpty() && outcome.isEmpty() && attempts == 0
        ? this
        : new History(
            specHash,
            runtime,
            restarts,
            crashes,
            0,
            run,
            Optional.empty(),
            Optional.empty(),
            wish,
            asked,
            followed,
            rollout);
  }

  /** Another spec begins anew, but what is there is where it was, and what was proven stays so. */
  public History forSpec(String newHash) {
    return new History(
        newHash,
        runtime,
        0,
        0,
        0,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Wish.NONE,
        asked,
        Map.of(),
        rollout);
  }

  /** The same, after one more restart that an operator asked for. */
  public History askedAgain() {
    return new History(
        specHash, runtime, restarts, crashes, attempts, run, retry, outcome, wish, asked + 1,
        followed, rollout);
  }

  /** The same, with a run that belongs to these beginnings of others. */
  public History following(Map<String, String> beginnings) {
    return followed.equals(beginnings)
        ? this
        : new History(
            specHash,
            runtime,
            restarts,
            crashes,
            attempts,
            run,
            retry,
            outcome,
            wish,
            asked,
            beginnings,
            rollout);
  }

  /** The same, with a changed spec that has come this far. */
  public History rolling(Rollout newRollout) {
    return rollout.equals(newRollout)
        ? this
        : new History(
            specHash,
            runtime,
            restarts,
            crashes,
            attempts,
            run,
            retry,
            outcome,
            wish,
            asked,
            followed,
            newRollout);
  }

  /** The same, with another wish of an operator. */
  public History wishing(Wish newWish) {
    return new History(
        specHash, runtime, restarts, crashes, attempts, run, retry, outcome, newWish, asked,
        followed, rollout);
  }
}
