package dev.tallyman.agent.model;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * One thing that is true, false or not known of the node.
 *
 * @param type what it is about
 * @param status whether it is so
 * @param reason one word
 * @param message a sentence
 * @param since when the status last changed
 */
public record NodeCondition(
    Type type, Status status, String reason, String message, Instant since) {

  /** What a condition is about. */
  public enum Type {
    /** Every runtime answers. */
    RUNTIME_REACHABLE("RuntimeReachable"),
    /** What the feed offers is believed. */
    FEED_ACCEPTED("FeedAccepted"),
    /** The state directory can be written. */
    STATE_WRITABLE("StateWritable"),
    /** The node takes workloads: it is not drained. */
    SCHEDULABLE("Schedulable");

    private final String word;

    Type(String word) {
      this.word = word;
    }

    /** The word on the wire. */
    public String word() {
      return word;
    }
  }

  /** Whether a condition holds. */
  public enum Status {
    TRUE,
    FALSE,
    UNKNOWN
  }

  public NodeCondition {
    requireNonNull(type, "type");
    requireNonNull(status, "status");
    requireNonNull(reason, "reason");
    requireNonNull(message, "message");
    requireNonNull(since, "since");
  }
}
