package dev.tallyman.controlplane.sync;

import dev.tallyman.controlplane.node.LiveNodes;
import dev.tallyman.controlplane.store.NodeRow;
import dev.tallyman.controlplane.store.Store;
import dev.tallyman.controlplane.store.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after leases: tells watchers when one has expired, and writes down who was seen, so that a
 * restart of the control plane does not forget who lives.
 */
public final class LeaseKeeper implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(LeaseKeeper.class);
  private static final int LOOKS_PER_LEASE = 40;
  private static final int LOOKS_PER_FLUSH = LOOKS_PER_LEASE / 4;

  private final Store store;
  private final LiveNodes live;
  private final ScheduledFuture<?> looking;
  private int looks;
  private boolean closed;

  /** Begins with what the store remembers, and looks forty times within a lease from then on. */
  public LeaseKeeper(Store store, LiveNodes live, ScheduledExecutorService timer) {
    this.store = store;
    this.live = live;
    for (NodeRow row : store.read(view -> view.nodes())) {
      live.restore(row.name(), row.agentId(), row.lastSeenAt(), row.deliveredRevision());
    }
    Duration period = live.leaseDuration().dividedBy(LOOKS_PER_LEASE);
    this.looking =
        timer.scheduleWithFixedDelay(
            this::look, period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Writes down who was seen. */
  @Override
  public synchronized void close() {
    looking.cancel(false);
    closed = true;
    flush();
  }

  private synchronized void look() {
    if (closed) {
      return;
    }
    try {
      live.takeExpired().forEach(this::expire);
      looks++;
      if (looks % LOOKS_PER_FLUSH == 0) {
        flush();
      }
    } catch (StoreException e) {
      log.error("leases: {}; tried again in a moment", e.getMessage());
    } catch (RuntimeException e) {
      log.error("leases: an error of this program; tried again in a moment", e);
    }
  }

  private void expire(LiveNodes.Sighting sighting) {
    log.warn(
        "node {}: lease expired, last renewed at {}; its workloads show as Unknown until it is back",
        sighting.node(),
        sighting.at());
    store.write(transaction -> {
      transaction.touch(sighting.node());
      return true;
    });
  }

  private void flush() {
    List<LiveNodes.Sighting> news = live.takeNew();
    if (news.isEmpty()) {
      return;
    }
    store.write(transaction -> {
      for (LiveNodes.Sighting sighting : news) {
        transaction
            .node(sighting.node())
            .ifPresent(
                row -> transaction.putNode(row.seen(sighting.at(), sighting.deliveredRevision())));
      }
      return true;
    });
  }
}
