package dev.tallyman.runtime;

import static java.util.Objects.requireNonNull;

import java.util.OptionalInt;

/**
 * Which part of an instance's output is asked for.
 *
 * @param tail at most so many lines of the past; empty for all
 * @param end whether to go on
 */
public record LogRequest(OptionalInt tail, End end) {

  /** Where to end. */
  public enum End {
    /** At what has been written so far. */
    NOW,
    /** When the instance has ended. */
    WITH_INSTANCE
  }

  public LogRequest {
    requireNonNull(tail, "tail");
    requireNonNull(end, "end");
  }
}
