package dev.tallyman.runtime.testkit;

/** How an {@link InMemoryEngine} treats the events that it owes its subscribers. */
public enum EventMode {
  /** Each change is told once. */
  ONCE,
  /** Each change is told twice. */
  TWICE,
  /** Nothing is told, and nobody is told that. */
  DROPPED
}
