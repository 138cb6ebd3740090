package dev.tallyman.runtime.apple.command;

import static java.util.Objects.requireNonNull;

/**
 * How a call ended.
 *
 * @param exitCode 128 + n for signal n
 * @param output what it wrote to its standard output
 * @param errors the end of what it wrote to its standard error
 */
public record Finished(int exitCode, String output, String errors) {
  public Finished {
    requireNonNull(output, "output");
    requireNonNull(errors, "errors");
  }

  /** Whether it says that all went well. */
  public boolean isSuccess() {
    return exitCode == 0;
  }
}
