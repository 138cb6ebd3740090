package dev.tallyman.runtime;

import java.util.Arrays;
import java.util.List;

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

  /** Name of the feed that wants the instance. Those made before there were several have none. */
  public static final String FEED = PREFIX + "feed";

  /**
   * Names of the workloads of its stack that the workload depends on, joined by {@code .}, so that
   * it can be stopped before them also by one who knows nothing but the labels.
   */
  public static final String DEPENDS_ON = PREFIX + "depends-on";

  /** What {@link #DEPENDS_ON} says. */
  public static List<String> dependencies(String value) {
    return Arrays.stream(value.split("\\.")).filter(name -> !name.isEmpty()).toList();
  }

  private Labels() {}
}
