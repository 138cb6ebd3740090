package dev.tallyman.agent.api;

import java.util.Optional;

/** Takes an operator's word that a feed which changed or lost its store is to be believed. */
@FunctionalInterface
public interface FeedGate {

  /**
   * Believes the store that the feed offers.
   *
   * @return why not: no such feed, or it offers another store now; empty when it was done
   */
  Optional<String> accept(String feed, String storeId);
}
