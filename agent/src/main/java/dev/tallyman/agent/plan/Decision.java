package dev.tallyman.agent.plan;

import static java.util.Objects.requireNonNull;

import dev.tallyman.agent.model.History;
import java.time.Instant;
import java.util.Optional;

/**
 * What to do next for one uid.
 *
 * @param action at most one thing to do
 * @param wakeAt when to decide again although nothing happened
 * @param verdict what to say of the workload
 * @param history what to remember; empty to forget the uid
 */
public record Decision(
    Optional<Action> action, Optional<Instant> wakeAt, Verdict verdict, Optional<History> history) {
  public Decision {
    requireNonNull(action, "action");
    requireNonNull(wakeAt, "wakeAt");
    requireNonNull(verdict, "verdict");
    requireNonNull(history, "history");
  }

  static Decision act(Action action, Verdict verdict, History history) {
    return new Decision(Optional.of(action), Optional.empty(), verdict, Optional.of(history));
  }

  static Decision rest(Verdict verdict, History history) {
    return new Decision(Optional.empty(), Optional.empty(), verdict, Optional.of(history));
  }

  /** The same, looked at again at this time if not before. */
  Decision wakingBy(Instant when) {
    return wakingAt(wakeAt.filter(at -> at.isBefore(when)).orElse(when));
  }

  Decision remembering(History newHistory) {
    return new Decision(action, wakeAt, verdict, Optional.of(newHistory));
  }

  Decision saying(Verdict newVerdict) {
    return new Decision(action, wakeAt, newVerdict, history);
  }

  Decision wakingAt(Instant when) {
    return new Decision(action, Optional.of(when), verdict, history);
  }
}
