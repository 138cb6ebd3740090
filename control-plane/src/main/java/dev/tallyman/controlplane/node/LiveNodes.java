package dev.tallyman.controlplane.node;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The leases of nodes: who lives, and which agent speaks for a node. In memory; what of it must
 * outlive the process is written down now and then by its owner. Safe for use by several threads.
 *
 * <p>Leases are measured with a clock that cannot be set, so that a jump of the host's time neither
 * ends nor prolongs them.
 */
public final class LiveNodes {

  private final Duration duration;
  private final LongSupplier nanoTime;
  private final InstantSource clock;
  private final Map<String, Lease> leases = new HashMap<>();

  /**
   * @param duration how long a node counts as alive after a renewal
   */
  public LiveNodes(Duration duration, LongSupplier nanoTime, InstantSource clock) {
    this.duration = duration;
    this.nanoTime = nanoTime;
    this.clock = clock;
  }

  /** How long a node counts as alive after a renewal. */
  public Duration leaseDuration() {
    return duration;
  }

  /** What became of a claim. */
  public sealed interface Claim {

    /** The agent has the node. */
    record Granted(Before before) implements Claim {}

    /** Another agent has it for so long. */
    record Refused(String agentId, Duration remaining) implements Claim {}
  }

  /** How a lease was when it was renewed. */
  public enum Before {
    /** It lasted. */
    LASTING,
    /** There was none, or it had expired: the node was not known to live. */
    LAPSED
  }

  /**
   * What was seen of a node.
   *
   * @param at last renewal
   * @param deliveredRevision of desired state that it holds
   */
  public record Sighting(String node, Instant at, long deliveredRevision) {}

  /** Takes or renews the lease of a node for an agent, unless another one's lasts. */
  public synchronized Claim claim(String node, String agentId) {
    Lease lease = leases.get(node);
    if (lease != null && lease.lasts() && !lease.agentId.equals(agentId)) {
      return new Claim.Refused(lease.agentId, Duration.ofNanos(lease.remainingNanos()));
    }
    Before before = lease != null && lease.lasts() ? Before.LASTING : Before.LAPSED;
    Lease renewed = new Lease(agentId);
    renewed.deliveredRevision = lease == null ? 0 : lease.deliveredRevision;
    renewed.renew();
    leases.put(node, renewed);
    return new Claim.Granted(before);
  }

  /** Renews the lease. Nothing happens, and it is empty, if another agent has taken it. */
  public synchronized Optional<Before> renew(String node, String agentId) {
    Lease lease = leases.get(node);
    if (lease == null || !lease.agentId.equals(agentId)) {
      return Optional.empty();
    }
    Before before = lease.lasts() ? Before.LASTING : Before.LAPSED;
    lease.renew();
    return Optional.of(before);
  }

  /** Puts back a lease of an earlier life of the process; its time since then counts. */
  public synchronized void restore(
      String node, String agentId, Instant renewedAt, long deliveredRevision) {
    Lease lease = new Lease(agentId);
    Duration age = Duration.between(renewedAt, clock.instant());
    // A clock that was set back must not make a lease longer than it ever was.
    long ageNanos = Math.clamp(age.toNanos(), 0L, duration.toNanos());
    lease.expiresAtNanos = nanoTime.getAsLong() + duration.toNanos() - ageNanos;
    lease.renewedAt = renewedAt;
    lease.deliveredRevision = deliveredRevision;
    lease.expiryTaken = !lease.lasts();
    leases.put(node, lease);
  }

  /** Remembers what desired state the node holds now. */
  public synchronized void delivered(String node, long revision) {
    Lease lease = leases.get(node);
    if (lease != null) {
      lease.deliveredRevision = revision;
      lease.isNew = true;
    }
  }

  /** Whether the node is known to live. */
  public synchronized boolean lasts(String node) {
    Lease lease = leases.get(node);
    return lease != null && lease.lasts();
  }

  /** What was last seen of the node; empty if it was never seen. */
  public synchronized Optional<Sighting> sighting(String node) {
    return Optional.ofNullable(leases.get(node)).map(lease -> lease.sighting(node));
  }

  /** Nodes whose lease has run out since the last call. */
  public synchronized List<Sighting> takeExpired() {
    List<Sighting> expired = new ArrayList<>();
    leases.forEach((node, lease) -> {
      if (!lease.expiryTaken && !lease.lasts()) {
        lease.expiryTaken = true;
        expired.add(lease.sighting(node));
      }
    });
    return expired;
  }

  /** What is new since the last call, to be written down. */
  public synchronized List<Sighting> takeNew() {
    List<Sighting> news = new ArrayList<>();
    leases.forEach((node, lease) -> {
      if (lease.isNew) {
        lease.isNew = false;
        news.add(lease.sighting(node));
      }
    });
    return news;
  }

  /** Guarded by the outer object. */
  private final class Lease {
    private final String agentId;
    private long expiresAtNanos;
    private Instant renewedAt = Instant.EPOCH;
    private long deliveredRevision;
    private boolean expiryTaken;
    private boolean isNew;

    Lease(String agentId) {
      this.agentId = agentId;
    }

    void renew() {
      expiresAtNanos = nanoTime.getAsLong() + duration.toNanos();
      renewedAt = clock.instant();
      expiryTaken = false;
      isNew = true;
    }

    long remainingNanos() {
      return expiresAtNanos - nanoTime.getAsLong();
    }

    boolean lasts() {
      return remainingNanos() > 0;
    }

    Sighting sighting(String node) {
      return new Sighting(node, renewedAt, deliveredRevision);
    }
  }
}
