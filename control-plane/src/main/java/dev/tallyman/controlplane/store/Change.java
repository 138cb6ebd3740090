package dev.tallyman.controlplane.store;

import java.util.Set;

/**
 * Says that something was written.
 *
 * @param counters as they are after it
 * @param nodes those whose desired state has changed
 */
public record Change(Counters counters, Set<String> nodes) {

  public Change {
    nodes = Set.copyOf(nodes);
  }
}
