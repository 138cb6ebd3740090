package dev.tallyman.runtime.apple.shim;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * One attempt to run a container, as it stands on disk.
 *
 * @param number from 1 on, counted for each container
 * @param folder where it stands
 * @param begin when it was begun, a moment before the engine was asked
 * @param before the engine's start time before that; empty if there was none
 * @param progress whether its shim still waits
 * @param outcome what the shim found; empty while it waits, and if it was killed
 * @param started when the container was seen to have started by it; empty if nobody saw that
 */
public record Run(
    int number,
    Path folder,
    Instant begin,
    Optional<Instant> before,
    Progress progress,
    Optional<Outcome> outcome,
    Optional<Instant> started) {

  /** Whether a shim still waits. */
  public enum Progress {
    WAITING,
    OVER
  }

  public Run {
    requireNonNull(folder, "folder");
    requireNonNull(begin, "begin");
    requireNonNull(before, "before");
    requireNonNull(progress, "progress");
    requireNonNull(outcome, "outcome");
    requireNonNull(started, "started");
  }

  /** Whether its shim still waits for its end. */
  public boolean isWaiting() {
    return progress == Progress.WAITING && outcome.isEmpty();
  }
}
