package dev.tallyman.runtime;

import static java.util.Objects.requireNonNull;

/**
 * How a command inside an instance ended.
 *
 * @param exitCode 0 to 255; 126 or 127 when it could not be run or was not found
 * @param output the first 4 KiB of what it wrote, both streams together
 */
public record ExecResult(int exitCode, String output) {
  public ExecResult {
    requireNonNull(output, "output");
  }
}
