package dev.tallyman.agent.feed;

import static java.util.Objects.requireNonNull;

/** Why a session is over. */
sealed interface SessionEnd {

  /** The control plane, or the network, ended it or never let it begin. */
  record ByPeer(Throwable failure) implements SessionEnd {
    public ByPeer {
      requireNonNull(failure, "failure");
    }
  }

  /** We cannot go on with it. */
  record ByUs(String reason) implements SessionEnd {
    public ByUs {
      requireNonNull(reason, "reason");
    }
  }

  /** An operator's word changes what is to be asked for: begin a new one at once. */
  record Renewed() implements SessionEnd {}

  /** The agent stops. */
  record Closed() implements SessionEnd {}
}
