package dev.tallyman.agent.feed;

import static java.util.Objects.requireNonNull;

/**
 * The desired state that a node holds.
 *
 * @param storeId identity of the store that it came from; empty for none
 * @param revision its revision there
 */
public record Held(String storeId, long revision) {

  /** No desired state was ever received. */
  public static final Held NOTHING = new Held("", 0);

  public Held {
    requireNonNull(storeId, "storeId");
    if (revision < 0) {
      throw new IllegalArgumentException("revision: " + revision + " (expected: 0 or more)");
    }
  }

  /** Whether there is none. */
  public boolean isNothing() {
    return storeId.isEmpty();
  }
}
