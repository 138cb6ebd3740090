package dev.tallyman.runtime;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/** The state of an instance, as its engine reports it. */
public sealed interface InstanceState {

  /** It exists and has never been started. */
  record Created() implements InstanceState {}

  /**
   * Its process runs.
   *
   * @param startedAt when the present run began, by the engine's clock
   */
  record Running(Instant startedAt) implements InstanceState {
    public Running {
      requireNonNull(startedAt, "startedAt");
    }
  }

  /**
   * Its process is suspended; somebody else did that.
   *
   * @param startedAt when the present run began, by the engine's clock
   */
  record Paused(Instant startedAt) implements InstanceState {
    public Paused {
      requireNonNull(startedAt, "startedAt");
    }
  }

  /**
   * Its process has ended.
   *
   * @param exitCode 0 to 255, with 128 + n for signal n; empty when nobody saw it, or when the
   *     process never began
   * @param cause why it ended, as far as the engine knows
   * @param startedAt when that run began; empty when it never did
   * @param finishedAt when it ended; empty when the engine does not know
   */
  record Exited(
      OptionalInt exitCode,
      ExitCause cause,
      Optional<Instant> startedAt,
      Optional<Instant> finishedAt)
      implements InstanceState {
    public Exited {
      requireNonNull(exitCode, "exitCode");
      requireNonNull(cause, "cause");
      requireNonNull(startedAt, "startedAt");
      requireNonNull(finishedAt, "finishedAt");
    }
  }

  /**
   * The engine has lost its grip on it (Docker's {@code dead}, an eternal {@code stopping}): it can
   * only be removed.
   *
   * @param detail what the engine says
   */
  record Broken(String detail) implements InstanceState {
    public Broken {
      requireNonNull(detail, "detail");
    }
  }

  /** Why a process ended, as far as the engine knows. */
  enum ExitCause {
    /** By itself or by a signal. */
    ENDED,
    /** The kernel killed it for want of memory. */
    OUT_OF_MEMORY,
    /** It was never started: the engine could not. */
    NEVER_STARTED
  }
}
