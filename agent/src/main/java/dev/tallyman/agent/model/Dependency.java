package dev.tallyman.agent.model;

import static java.util.Objects.requireNonNull;

/**
 * Another workload of the same stack that one needs. Starting goes along dependencies, stopping
 * against them.
 *
 * @param workload name of the other one
 * @param condition when the other one is good enough
 * @param need what happens when the other one will never be
 * @param follow what happens when the other one begins anew
 */
public record Dependency(String workload, Condition condition, Need need, Follow follow) {

  /** When a workload is good enough for those that depend on it. */
  public enum Condition {
    /** Its instance runs, or has run to its end with exit code 0. */
    STARTED,
    /** Its instance runs and its probes say that it can be used. */
    HEALTHY,
    /** It has run to its end with exit code 0. */
    COMPLETED
  }

  /** What happens when a workload will never be good enough. */
  public enum Need {
    /** Those that depend on it wait. */
    REQUIRED,
    /** It is not waited for. */
    OPTIONAL
  }

  /** What happens when a workload begins anew. */
  public enum Follow {
    /** Nothing. */
    STAY,
    /** Start again when it was replaced, or restarted by an operator. */
    RESTART,
    /**
     * Start again whenever it did: one lives in a namespace of the other, which is another one
     * then.
     */
    REJOIN
  }

  public Dependency {
    requireNonNull(workload, "workload");
    requireNonNull(condition, "condition");
    requireNonNull(need, "need");
    requireNonNull(follow, "follow");
  }
}
