package dev.tallyman.controlplane.store;

/**
 * Which workloads are meant. Empty matches everything.
 *
 * @param node name of the node
 * @param stack name of the stack
 */
public record WorkloadFilter(String node, String stack) {

  /** Matches all. */
  public static final WorkloadFilter ALL = new WorkloadFilter("", "");
}
