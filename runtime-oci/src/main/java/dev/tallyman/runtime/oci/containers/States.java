package dev.tallyman.runtime.oci.containers;

import dev.tallyman.runtime.InstanceState;
import dev.tallyman.runtime.InstanceState.ExitCause;
import dev.tallyman.runtime.oci.containers.ContainerReply.Status;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Translates an engine's word for a container's state. Pure.
 *
 * <pre>
 *   created, configured, initialized   Created; Exited if it has run before
 *   running, restarting                Running
 *   paused                             Paused
 *   exited, stopped                    Exited (Podman says stopped until it has cleaned up)
 *   stopping, removing                 what it was, unless that has gone on for long: Broken
 *   dead                               Broken
 * </pre>
 *
 * <p>An exit code counts only if the engine saw the process begin and end. Of one that could not be
 * started Docker says 127 and Podman 0; both are made up.
 */
public final class States {

  /** 128 + SIGKILL. */
  private static final int KILLED = 137;

  private States() {}

  /** Whether the word is one on the way to another. */
  public static boolean isPassing(String word) {
    return word.equals("stopping") || word.equals("removing");
  }

  /**
   * The state that the engine means.
   *
   * @param now stands in for the begin of a run that the engine does not tell
   * @param stuck whether a word on the way to another has stood for longer than that can take
   */
  public static InstanceState of(Status status, Instant now, boolean stuck) {
    return switch (status.word()) {
      case "created", "configured", "initialized" ->
          status.finishedAt().isPresent() ? ended(status) : new InstanceState.Created();
      case "running", "restarting" -> new InstanceState.Running(status.startedAt().orElse(now));
      case "paused" -> new InstanceState.Paused(status.startedAt().orElse(now));
      case "exited", "stopped" -> ended(status);
      case "dead" -> new InstanceState.Broken("the engine says dead");
      case "stopping", "removing" ->
          stuck
              ? new InstanceState.Broken(
                  "the engine says " + status.word() + " and does not end it")
              : byFlags(status, now);
      default -> byFlags(status, now);
    };
  }

  /** For words that say nothing of the process. */
  private static InstanceState byFlags(Status status, Instant now) {
    boolean goesOn =
        status.startedAt().isPresent()
            && status.finishedAt().filter(status.startedAt().get()::isBefore).isEmpty();
    if (status.running() || goesOn) {
      return new InstanceState.Running(status.startedAt().orElse(now));
    }
    return status.startedAt().isPresent() ? ended(status) : new InstanceState.Created();
  }

  private static InstanceState ended(Status status) {
    if (status.startedAt().isEmpty() || !status.error().isEmpty()) {
      return new InstanceState.Exited(
          OptionalInt.empty(), ExitCause.NEVER_STARTED, Optional.empty(), status.finishedAt());
    }
    OptionalInt exitCode = exitCode(status);
    // The engine's flag is also set when only a child was killed and the process ended by itself.
    boolean killed = status.outOfMemory() && exitCode.equals(OptionalInt.of(KILLED));
    return new InstanceState.Exited(
        exitCode,
        killed ? ExitCause.OUT_OF_MEMORY : ExitCause.ENDED,
        status.startedAt(),
        finishedAt(status));
  }

  /** Docker stamps the begin after the process has begun, so a short one ends before it. */
  private static Optional<Instant> finishedAt(Status status) {
    Instant began = status.startedAt().orElse(Instant.EPOCH);
    return status.finishedAt().map(end -> end.isBefore(began) ? began : end);
  }

  private static OptionalInt exitCode(Status status) {
    if (status.finishedAt().isEmpty() || status.exitCode().isEmpty()) {
      return OptionalInt.empty();
    }
    long code = status.exitCode().getAsLong();
    return code >= 0 && code <= 255 ? OptionalInt.of((int) code) : OptionalInt.empty();
  }
}
