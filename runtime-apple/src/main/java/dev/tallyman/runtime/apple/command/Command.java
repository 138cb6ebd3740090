package dev.tallyman.runtime.apple.command;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One call of a command.
 *
 * @param argv program and arguments; never a secret, because everybody on the host can read them
 * @param environment variables besides the few that every call gets; only this user can read them
 * @param turn whether it waits for its turn
 * @param subject name of what it changes: changes of one name come one after the other; empty for
 *     nothing
 * @param deadline SIGKILL comes after this, counted from its start
 */
public record Command(
    List<String> argv,
    Map<String, String> environment,
    Turn turn,
    Optional<String> subject,
    Duration deadline) {

  /** How a call stands to others. */
  public enum Turn {
    /** It looks only, and is never held up. */
    LOOK,
    /** It changes something: only two of these run at once. */
    CHANGE,
    /** It fetches from far away, which may take minutes: only two of these run at once. */
    FETCH,
    /** It runs something inside an instance: only four of these run at once. */
    INSIDE
  }

  public Command {
    argv = List.copyOf(argv);
    environment = Map.copyOf(environment);
    requireNonNull(turn, "turn");
    requireNonNull(subject, "subject");
    requireNonNull(deadline, "deadline");
  }

  /** A call that only looks. */
  public static Command look(List<String> argv, Duration deadline) {
    return new Command(argv, Map.of(), Turn.LOOK, Optional.empty(), deadline);
  }

  /** A call that changes what has a name. */
  public static Command change(List<String> argv, String subject, Duration deadline) {
    return new Command(argv, Map.of(), Turn.CHANGE, Optional.of(subject), deadline);
  }
}
