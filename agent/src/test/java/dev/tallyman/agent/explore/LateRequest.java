package dev.tallyman.agent.explore;

import dev.tallyman.agent.plan.Action;

/**
 * A request that an engine took, did not answer, and will still do.
 *
 * @param subject a uid for {@link Kind#CREATE}, else the id of a container
 * @param action what it was a part of
 */
record LateRequest(String engine, Kind kind, String subject, Action action) {

  /** What an engine can be asked for. */
  enum Kind {
    FIND,
    CREATE,
    START,
    STOP,
    REMOVE
  }
}
