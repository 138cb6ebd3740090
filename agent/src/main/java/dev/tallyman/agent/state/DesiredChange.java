package dev.tallyman.agent.state;

import static java.util.Objects.requireNonNull;

import dev.tallyman.agent.model.Desired;
import java.util.Map;
import java.util.Optional;

/**
 * What is different in the desired state of a feed from what was handed over before. The first one
 * of a feed has all that the feed wants.
 *
 * @param storeId the store that the feed is at
 * @param revision of that store
 * @param changes by uid; empty for what the feed does not want any more
 */
public record DesiredChange(
    String feed, String storeId, long revision, Map<String, Optional<Desired>> changes) {
  public DesiredChange {
    requireNonNull(feed, "feed");
    requireNonNull(storeId, "storeId");
    changes = Map.copyOf(changes);
  }
}
