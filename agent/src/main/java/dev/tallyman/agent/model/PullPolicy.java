package dev.tallyman.agent.model;

/** When an image is fetched from its registry. */
public enum PullPolicy {
  /** Before each launch of a new instance. */
  ALWAYS,
  /** Only when the engine does not have it. */
  IF_NOT_PRESENT,
  /** Never: a missing image is an error. */
  NEVER
}
