package dev.tallyman.runtime;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;

/**
 * The health check that an image brings.
 *
 * @param command program and arguments
 * @param interval zero for the default, like the other durations
 * @param retries 0 for the default
 */
public record ImageHealthCheck(
    List<String> command,
    Duration interval,
    Duration timeout,
    Duration startPeriod,
    Duration startInterval,
    int retries) {
  public ImageHealthCheck {
    command = List.copyOf(command);
    requireNonNull(interval, "interval");
    requireNonNull(timeout, "timeout");
    requireNonNull(startPeriod, "startPeriod");
    requireNonNull(startInterval, "startInterval");
  }
}
