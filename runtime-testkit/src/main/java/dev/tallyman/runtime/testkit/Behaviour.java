package dev.tallyman.runtime.testkit;

import static java.util.Objects.requireNonNull;

import dev.tallyman.runtime.InstanceState.ExitCause;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a simulated process does from its start on.
 *
 * <pre>{@code
 * Behaviour.runsForever()
 * Behaviour.exitsWith(1).after(Duration.ofSeconds(5))
 * Behaviour.runsForever().ignoringSignals()
 * Behaviour.runsForever().onSignal("SIGTERM", Duration.ofSeconds(3), 0)
 * Behaviour.cannotStart("exec: \"nope\": no such file")
 * }</pre>
 *
 * @param ending how it ends by itself; empty if it does not
 * @param reaction what it does when it is asked to stop
 * @param startFailure why the engine cannot start it; empty if it can
 */
public record Behaviour(Optional<Ending> ending, Reaction reaction, Optional<String> startFailure) {

  /**
   * An end that needs nobody else.
   *
   * @param after time from the start
   * @param exitCode its exit code; empty for one that nobody sees
   * @param cause what the engine says of it
   */
  public record Ending(Duration after, OptionalInt exitCode, ExitCause cause) {
    public Ending {
      requireNonNull(after, "after");
      requireNonNull(exitCode, "exitCode");
      requireNonNull(cause, "cause");
    }
  }

  /** What a process does when a signal other than SIGKILL asks it to stop. */
  public sealed interface Reaction {

    /** It dies of any signal at once. */
    record Dies() implements Reaction {}

    /** It ignores all signals. */
    record Ignores() implements Reaction {}

    /**
     * It ends in good order on one signal, and dies of any other.
     *
     * @param signal the signal, such as {@code SIGTERM}
     * @param needs how long its end takes
     * @param exitCode its exit code then
     */
    record Handles(String signal, Duration needs, int exitCode) implements Reaction {
      public Handles {
        requireNonNull(signal, "signal");
        requireNonNull(needs, "needs");
      }
    }
  }

  public Behaviour {
    requireNonNull(ending, "ending");
    requireNonNull(reaction, "reaction");
    requireNonNull(startFailure, "startFailure");
  }

  /** Runs until it is stopped. */
  public static Behaviour runsForever() {
    return new Behaviour(Optional.empty(), new Reaction.Dies(), Optional.empty());
  }

  /** Ends as soon as it was started. */
  public static Behaviour exitsWith(int exitCode) {
    return runsForever()
        .endingLike(new Ending(Duration.ZERO, OptionalInt.of(exitCode), ExitCause.ENDED));
  }

  /** Is killed for want of memory as soon as it was started. */
  public static Behaviour runsOutOfMemory() {
    return runsForever()
        .endingLike(new Ending(Duration.ZERO, OptionalInt.of(137), ExitCause.OUT_OF_MEMORY));
  }

  /** Cannot be started: the engine refuses, and gives this reason. */
  public static Behaviour cannotStart(String reason) {
    return new Behaviour(Optional.empty(), new Reaction.Dies(), Optional.of(reason));
  }

  /** The same, but its end comes this long after its start. */
  public Behaviour after(Duration lifetime) {
    Ending end =
        ending.orElseThrow(() -> new IllegalStateException("it does not end by itself: " + this));
    return endingLike(new Ending(lifetime, end.exitCode(), end.cause()));
  }

  /** The same, but nobody sees its exit code. */
  public Behaviour withoutExitCode() {
    Ending end =
        ending.orElseThrow(() -> new IllegalStateException("it does not end by itself: " + this));
    return endingLike(new Ending(end.after(), OptionalInt.empty(), end.cause()));
  }

  /** The same, but only SIGKILL stops it. */
  public Behaviour ignoringSignals() {
    return new Behaviour(ending, new Reaction.Ignores(), startFailure);
  }

  /** The same, but it ends in good order on a signal. */
  public Behaviour onSignal(String signal, Duration needs, int exitCode) {
    return new Behaviour(ending, new Reaction.Handles(signal, needs, exitCode), startFailure);
  }

  private Behaviour endingLike(Ending end) {
    return new Behaviour(Optional.of(end), reaction, startFailure);
  }
}
