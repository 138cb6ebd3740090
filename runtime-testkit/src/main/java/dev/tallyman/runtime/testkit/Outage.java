package dev.tallyman.runtime.testkit;

/** What becomes of containers while their engine is away. */
public enum Outage {
  /** Nothing happens to them, and their exit codes are known afterwards. As Podman's. */
  CONTAINERS_LIVE_ON,
  /** They live on and are killed when the engine returns. As Docker's without live-restore. */
  CONTAINERS_KILLED,
  /** They live on; nobody saw how those ended that ended meanwhile. */
  EXIT_CODES_LOST
}
