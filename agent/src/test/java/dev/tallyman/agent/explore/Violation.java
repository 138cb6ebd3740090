package dev.tallyman.agent.explore;

/**
 * Something happened that must never happen. An error, so that what handles failures of engines
 * does not handle it.
 */
final class Violation extends Error {
  private static final long serialVersionUID = 1L;

  Violation(String what) {
    super(what);
  }

  /** What it was. */
  String what() {
    return String.valueOf(getMessage());
  }
}
