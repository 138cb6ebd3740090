package dev.tallyman.runtime.testkit;

/**
 * What a runtime asks of an {@link InMemoryEngine}. Each is one request, but {@link #LAUNCH}, which
 * stands for the whole call around its requests.
 */
public enum Operation {
  /** {@code ping}. */
  PING,
  /** {@code info}, unless the answer is remembered. */
  INFO,
  /** {@code list}. */
  LIST,
  /** {@code find}, and each look for an instance in the other calls. */
  FIND,
  /** {@code launch}: before its first request, or after its last. */
  LAUNCH,
  /** The request of a launch that makes the container. */
  CREATE,
  /** The request of {@code launch} and {@code start} that starts the container. */
  START,
  /** {@code stop}, and that of a launch which replaces. */
  STOP,
  /** {@code remove}, and that of a launch which replaces or cleans up. */
  REMOVE,
  /** {@code watch}. */
  WATCH,
  /** {@code isPresent} and {@code healthCheck}. */
  IMAGE,
  /** {@code pull}. */
  PULL,
  /**
   * The request of a launch that looks for its networks and volumes and makes what is not there.
   */
  MAKE_ASSETS,
  /** {@code assets().list}. */
  LIST_ASSETS,
  /** {@code assets().remove}; its subject is the asset's name. */
  REMOVE_ASSET,
  /** {@code exec}. */
  EXEC,
  /** {@code logs}. */
  LOGS
}
