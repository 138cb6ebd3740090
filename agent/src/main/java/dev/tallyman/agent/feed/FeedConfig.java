package dev.tallyman.agent.feed;

import static java.util.Objects.requireNonNull;

import dev.tallyman.agent.model.Backoff;
import dev.tallyman.agent.model.FeedNames;
import dev.tallyman.transport.ChannelSpec;
import java.time.Duration;

/**
 * Which control plane a node belongs to.
 *
 * @param name name of the feed
 * @param channel where the control plane is and how it is spoken to
 * @param reconnect the wait between attempts; a connection that lasted {@link Backoff#resetAfter()}
 *     begins it anew
 * @param patience how long the control plane may take to welcome the node
 * @param bounds how large desired state may be
 */
public record FeedConfig(
    String name, ChannelSpec channel, Backoff reconnect, Duration patience, Bounds bounds) {

  /** 1 s doubling to 30 s, begun anew by a connection that lasted half a minute. */
  public static final Backoff RECONNECT =
      new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofSeconds(30));

  /** How long a control plane may take to welcome a node, unless told otherwise. */
  public static final Duration PATIENCE = Duration.ofSeconds(15);

  /**
   * How large desired state may be. What is larger is not used, and the node keeps what it has.
   *
   * @param snapshotBytes bytes of all messages of a snapshot
   * @param workloads number of workloads
   */
  public record Bounds(long snapshotBytes, int workloads) {

    /** 16 MiB and 10 000 workloads: what fits into the agent's own memory. */
    public static final Bounds DEFAULT = new Bounds(16 << 20, 10_000);
  }

  public FeedConfig {
    requireNonNull(name, "name");
    requireNonNull(channel, "channel");
    requireNonNull(reconnect, "reconnect");
    requireNonNull(patience, "patience");
    requireNonNull(bounds, "bounds");
  }

  /** The control plane behind a channel, with all else as it is by default. */
  public static FeedConfig of(ChannelSpec channel) {
    return new FeedConfig(FeedNames.CONTROL_PLANE, channel, RECONNECT, PATIENCE, Bounds.DEFAULT);
  }
}
