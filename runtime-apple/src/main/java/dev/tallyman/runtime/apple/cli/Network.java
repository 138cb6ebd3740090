package dev.tallyman.runtime.apple.cli;

import java.util.Map;
import java.util.Optional;

/**
 * A network at the engine.
 *
 * @param name its name
 * @param labels its labels, decoded
 * @param mode {@code nat}, or {@code hostOnly} for one without a way out
 * @param subnet the range that was asked for, in CIDR form; empty for the engine's choice
 * @param gateway the host's address there; empty if it was not told
 */
public record Network(
    String name,
    Map<String, String> labels,
    String mode,
    Optional<String> subnet,
    Optional<String> gateway) {

  /** Whether there is no way out of it. */
  public boolean isInternal() {
    return mode.equals("hostOnly");
  }
}
