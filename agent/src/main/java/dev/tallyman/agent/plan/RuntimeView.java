package dev.tallyman.agent.plan;

import static java.util.Objects.requireNonNull;

import dev.tallyman.runtime.RuntimeInfo;
import java.util.Optional;

/**
 * A runtime of this node, as the loop sees it.
 *
 * @param name its name in the configuration
 * @param reach whether its instances can be seen
 * @param info what it said of itself when it was last there
 * @param message why it cannot be seen
 */
public record RuntimeView(String name, Reach reach, Optional<RuntimeInfo> info, String message) {

  /** Whether a runtime's instances can be seen. */
  public enum Reach {
    /** It has not been listed since the agent started. */
    NOT_LISTED,
    /** It answers, and has been listed. */
    LISTED,
    /** It does not answer. */
    LOST
  }

  public RuntimeView {
    requireNonNull(name, "name");
    requireNonNull(reach, "reach");
    requireNonNull(info, "info");
    requireNonNull(message, "message");
  }

  /** Whether what it has is known. */
  public boolean isSeen() {
    return reach == Reach.LISTED;
  }
}
