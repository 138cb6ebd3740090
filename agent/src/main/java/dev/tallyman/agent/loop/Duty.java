package dev.tallyman.agent.loop;

import dev.tallyman.agent.plan.Situation.Mode;
import java.util.Optional;

/**
 * What the node may do: run what is wanted, or stop everything because it is drained or the agent
 * ends. Only the loop's thread touches it.
 */
final class Duty {

  private final Takedown takedown = new Takedown();
  private Optional<String> drainReason;

  /**
   * The duty that the agent had when it ended.
   *
   * @param drainReason why the node is drained; empty if it serves
   */
  Duty(Optional<String> drainReason) {
    this.drainReason = drainReason;
  }

  Mode mode() {
    if (takedown.isUnderWay()) {
      return Mode.ENDING;
    }
    return drainReason.isPresent() ? Mode.DRAINED : Mode.SERVING;
  }

  /** Why the node is drained; empty if it is not. */
  Optional<String> drainReason() {
    return drainReason;
  }

  /** It is drained for this reason, or serves again when there is none. */
  void drain(Optional<String> reason) {
    drainReason = reason;
  }

  Takedown takedown() {
    return takedown;
  }
}
