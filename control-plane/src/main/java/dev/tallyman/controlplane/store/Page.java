package dev.tallyman.controlplane.store;

import java.util.List;

/**
 * Part of a longer list, cut where a bound was reached.
 *
 * @param isLast nothing follows
 */
public record Page<T>(List<T> items, boolean isLast) {

  public Page {
    items = List.copyOf(items);
  }

  /**
   * How much a page may have. At least one item is always in it, if there is one.
   *
   * @param items at most so many
   * @param bytes no further item once the encoded ones have so many
   */
  public record Bounds(int items, int bytes) {}
}
