package dev.tallyman.agent.model;

/** Where a workload stands. The words are those of the wire contract, which explains them. */
public enum Phase {
  PENDING,
  PULLING,
  STARTING,
  RUNNING,
  STOPPING,
  SUCCEEDED,
  FAILED,
  BACKOFF,
  WAITING,
  REJECTED,
  UNKNOWN,
  GONE;

  /** Whether it ended and is not to be started again. */
  public boolean isTerminal() {
    return this == SUCCEEDED || this == FAILED;
  }
}
