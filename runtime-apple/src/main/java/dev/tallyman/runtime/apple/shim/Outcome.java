package dev.tallyman.runtime.apple.shim;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * How the command that a shim waited for has ended.
 *
 * @param at when
 * @param exitCode what the shell saw
 * @param errors the end of its standard error
 * @param wasKilled whether it was ended by a signal
 * @param wasCut whether a part of its standard error was thrown away because there was too much
 */
public record Outcome(Instant at, int exitCode, String errors, boolean wasKilled, boolean wasCut) {
  public Outcome {
    requireNonNull(at, "at");
    requireNonNull(errors, "errors");
  }
}
