package dev.tallyman.agent.plan;

import static java.util.Objects.requireNonNull;

import dev.tallyman.agent.model.Phase;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a decision says of the workload.
 *
 * @param phase where it stands
 * @param reason one word in CamelCase
 * @param message a sentence
 * @param exitCode of the last run, only if somebody saw it
 * @param nextAttemptAt the next try, if one waits for its time
 */
public record Verdict(
    Phase phase,
    String reason,
    String message,
    OptionalInt exitCode,
    Optional<Instant> nextAttemptAt) {
  public Verdict {
    requireNonNull(phase, "phase");
    requireNonNull(reason, "reason");
    requireNonNull(message, "message");
    requireNonNull(exitCode, "exitCode");
    requireNonNull(nextAttemptAt, "nextAttemptAt");
  }

  static Verdict of(Phase phase, String reason, String message) {
    return new Verdict(phase, reason, message, OptionalInt.empty(), Optional.empty());
  }
}
