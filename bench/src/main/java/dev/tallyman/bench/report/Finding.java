package dev.tallyman.bench.report;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * One line of the table: what was measured in which setting, beside what, and against which goals.
 *
 * @param setting what tells this line from others of the scenario, like the engine's name
 * @param peer what the series is compared with, measured in the same run
 */
public record Finding(
    String scenario, String setting, Series series, Optional<Series> peer, List<Goal> goals) {
  public Finding {
    requireNonNull(scenario, "scenario");
    requireNonNull(setting, "setting");
    requireNonNull(series, "series");
    requireNonNull(peer, "peer");
    goals = List.copyOf(goals);
  }

  /** A number that stands for itself. */
  public static Finding alone(String scenario, String setting, Series series, Goal... goals) {
    return new Finding(scenario, setting, series, Optional.empty(), List.of(goals));
  }

  /** A number beside its peer's. */
  public static Finding beside(
      String scenario, String setting, Series series, Series peer, Goal... goals) {
    return new Finding(scenario, setting, series, Optional.of(peer), List.of(goals));
  }

  /** How many times the peer's value this has; empty without a peer, or when that has none. */
  public Optional<Series> ratio() {
    return peer.filter(other -> other.min() > 0).map(series::over);
  }

  /** Whether a goal is kept; empty when it cannot be said. */
  public Optional<Boolean> keeps(Goal goal) {
    return goal.measured(series, peer.filter(other -> other.min() > 0))
        .map(value -> value <= goal.atMost());
  }
}
