package dev.tallyman.runtime;

import java.util.List;

/**
 * The networks and volumes that were made for stacks of this node. They are made by launches that
 * need them. The rules of {@link ContainerRuntime} hold for these methods too.
 */
public interface StackAssets {

  /** A network or volume that carries the label of this node. */
  record Asset(Kind kind, String name, String stack) {}

  /** What there is. */
  enum Kind {
    NETWORK,
    VOLUME
  }

  /** All that were made for this node's stacks, in no order. */
  List<Asset> list();

  /**
   * Removes one. It is a success when it is gone. One that is not this node's is not touched.
   *
   * @throws RuntimeFailure.Conflict with {@link RuntimeFailure.Conflict.Subject#ASSET} if it is in
   *     use
   */
  void remove(Asset asset);
}
