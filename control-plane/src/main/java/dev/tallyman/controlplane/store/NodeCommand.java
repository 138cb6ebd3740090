package dev.tallyman.controlplane.store;

/**
 * What a node was last told to do.
 *
 * @param id a node does what comes with the same id once
 * @param reason for people; may be empty
 */
public record NodeCommand(String id, Kind kind, String reason) {

  /** The commands there are. */
  public enum Kind {
    /** Stop all workloads, start none. */
    DRAIN,
    /** Run them again. */
    RESUME
  }
}
