package dev.tallyman.controlplane.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.controlplane.TestTime;
import dev.tallyman.controlplane.node.LiveNodes;
import dev.tallyman.controlplane.store.NodeRow;
import dev.tallyman.controlplane.store.SqliteStore;
import dev.tallyman.controlplane.store.Store;
import dev.tallyman.proto.v1.NodeInfo;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeaseKeeperTest {

  private static final Duration LEASE = Duration.ofMillis(400);

  @TempDir private Path folder;
  private final TestTime time = new TestTime();

  @Test
  void who_was_seen_is_written_down_while_it_runs_and_known_in_its_next_life() {
    Instant start = time.now();
    try (Store store = SqliteStore.open(folder, () -> "s", time.clock());
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor()) {
      store.write(t -> {
        t.putNode(row("n1", start));
        return true;
      });
      LiveNodes live = live();
      LeaseKeeper keeper = new LeaseKeeper(store, live, timer);
      assertThat(live.lasts("n1")).isTrue();

      time.pass(LEASE.dividedBy(2));
      assertThat(live.renew("n1", "agent-1")).contains(LiveNodes.Before.LASTING);
      live.delivered("n1", 42);
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> {
            NodeRow stored = store.read(v -> v.node("n1")).orElseThrow();
            assertThat(stored.lastSeenAt()).isEqualTo(time.now());
            assertThat(stored.deliveredRevision()).isEqualTo(42);
          });

      time.pass(LEASE.dividedBy(2).plusMillis(1));
      LiveNodes next = live();
      try (LeaseKeeper _ = new LeaseKeeper(store, next, timer)) {
        assertThat(next.lasts("n1")).as("less than a lease since the renewal").isTrue();
        assertThat(next.claim("n1", "agent-2")).isInstanceOf(LiveNodes.Claim.Refused.class);
        time.pass(LEASE);
        assertThat(next.lasts("n1")).isFalse();
        assertThat(next.claim("n1", "agent-2"))
            .isEqualTo(new LiveNodes.Claim.Granted(LiveNodes.Before.LAPSED));
      }
      keeper.close();
    }
  }

  private LiveNodes live() {
    return new LiveNodes(LEASE, time::nanos, time.clock());
  }

  private static NodeRow row(String name, Instant at) {
    return new NodeRow(
        NodeInfo.newBuilder().setName(name).build(),
        "agent-1",
        Optional.empty(),
        at,
        at,
        0,
        Optional.empty());
  }
}
