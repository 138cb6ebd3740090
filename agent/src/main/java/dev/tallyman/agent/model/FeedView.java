package dev.tallyman.agent.model;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * How a feed is.
 *
 * @param name name of the feed
 * @param source where it comes from
 * @param link whether it is connected
 * @param message why it is not connected, or why what it offers is refused; may be empty
 * @param storeId identity of the store that is believed; empty while none is
 * @param revision revision that is held
 * @param refusedStoreId the store that is offered and waits for an operator's word
 */
public record FeedView(
    String name,
    String source,
    Link link,
    String message,
    String storeId,
    long revision,
    Optional<String> refusedStoreId) {

  /** Whether a feed is connected. */
  public enum Link {
    CONNECTED,
    DISCONNECTED
  }

  public FeedView {
    requireNonNull(name, "name");
    requireNonNull(source, "source");
    requireNonNull(link, "link");
    requireNonNull(message, "message");
    requireNonNull(storeId, "storeId");
    requireNonNull(refusedStoreId, "refusedStoreId");
  }
}
