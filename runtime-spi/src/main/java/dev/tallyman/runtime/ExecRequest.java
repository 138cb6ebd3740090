package dev.tallyman.runtime;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;

/**
 * A command to run inside an instance.
 *
 * @param command program and arguments
 * @param timeout the caller gets {@link RuntimeFailure.TimedOut} after this; engines cannot end the
 *     command then
 */
public record ExecRequest(List<String> command, Duration timeout) {
  public ExecRequest {
    command = List.copyOf(command);
    if (command.isEmpty()) {
      throw new IllegalArgumentException("command: empty (expected: a program)");
    }
    requireNonNull(timeout, "timeout");
  }
}
