package dev.tallyman.agent.model;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * The complete desired state of one feed at one revision.
 *
 * @param feed name of the feed
 * @param storeId identity of the store behind it; a server that lost its data has another one
 * @param revision rises with every change in that store
 * @param desired one for each uid
 */
public record FeedState(String feed, String storeId, long revision, List<Desired> desired) {
  public FeedState {
    requireNonNull(feed, "feed");
    requireNonNull(storeId, "storeId");
    desired = List.copyOf(desired);
  }
}
