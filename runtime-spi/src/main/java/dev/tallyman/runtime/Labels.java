package dev.tallyman.runtime;

/** The labels by which an instance is known to be ours and whose it is. */
public final class Labels {

  /** Everything that begins with this belongs to Tallyman. */
  public static final String PREFIX = "tallyman.";

  /** Name of the node that owns the instance: without this label and its value it is not ours. */
  public static final String NODE = PREFIX + "node";

  /** Uid of the workload. */
  public static final String UID = PREFIX + "uid";

  /** Name of the workload's stack. */
  public static final String STACK = PREFIX + "stack";

  /** Name of the workload. */
  public static final String WORKLOAD = PREFIX + "workload";

  /** {@link InstanceSpec#specHash()}. */
  public static final String SPEC_HASH = PREFIX + "spec-hash";

  private Labels() {}
}
