package dev.tallyman.agent.model;

/** The names of the sources of desired state. */
public final class FeedNames {

  /** A control plane over gRPC. */
  public static final String CONTROL_PLANE = "control-plane";

  /** Stacks that were handed over on the node's own socket. */
  public static final String STACKS = "stacks";

  /** A watched folder of manifests. */
  public static final String MANIFESTS = "manifests";

  private FeedNames() {}
}
