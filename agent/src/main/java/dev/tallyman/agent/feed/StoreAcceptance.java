package dev.tallyman.agent.feed;

import java.util.Optional;

/** Takes an operator's word on a feed that lost or changed its store. Safe for any threads. */
@FunctionalInterface
public interface StoreAcceptance {

  /**
   * The store is to be believed, whatever its revision.
   *
   * @return empty when that was noted, else why not: it is not the one that is offered and refused
   *     now
   */
  Optional<String> accept(String storeId);
}
