package dev.tallyman.agent.feed;

import java.time.Duration;

/**
 * Renews the lease of one session, on a platform thread that does nothing else: neither the loop
 * nor virtual threads that hold their carriers can keep it from its work. It also ends a session in
 * which nothing has come for a whole lease; the answers to renewals alone would have.
 */
final class Heartbeat {

  private static final int RENEWALS_PER_LEASE = 4;
  private static final Duration SHORTEST_LEASE = Duration.ofMillis(400);
  private static final Duration LONGEST_LEASE = Duration.ofHours(1);
  private static final Duration DEFAULT_LEASE = Duration.ofSeconds(40);

  private Heartbeat() {}

  /** The lease to go by when a control plane says this one; 0 is none said. */
  static Duration lease(Duration said) {
    if (said.isZero() || said.isNegative()) {
      return DEFAULT_LEASE;
    }
    if (said.compareTo(SHORTEST_LEASE) < 0) {
      return SHORTEST_LEASE;
    }
    return said.compareTo(LONGEST_LEASE) > 0 ? LONGEST_LEASE : said;
  }

  /** Renews until the session is over. */
  static void start(Session session, Duration lease) {
    Thread.ofPlatform().name("lease").daemon(true).start(() -> beat(session, lease));
  }

  private static void beat(Session session, Duration lease) {
    Duration interval = lease.dividedBy(RENEWALS_PER_LEASE);
    try {
      long sequence = 0;
      do {
        if (session.silence().compareTo(lease) > 0) {
          session.finish(
              new SessionEnd.ByUs(
                  "nothing was heard for " + Troubles.text(lease) + ", the time of the lease"));
        }
        session.renewLease(++sequence);
      } while (!session.endsWithin(interval));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
