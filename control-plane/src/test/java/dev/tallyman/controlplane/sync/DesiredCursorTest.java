package dev.tallyman.controlplane.sync;

import static dev.tallyman.controlplane.Workloads.workload;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.controlplane.store.SqliteStore;
import dev.tallyman.controlplane.store.Store;
import dev.tallyman.controlplane.store.Transaction;
import dev.tallyman.proto.v1.ControlMessage;
import dev.tallyman.proto.v1.Workload;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DesiredCursorTest {

  private static final int MAX_TOMBSTONES = 4;
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  @TempDir private Path folder;
  private Store store;

  @BeforeEach
  void open() {
    store = SqliteStore.open(folder, () -> "store-1", () -> NOW, MAX_TOMBSTONES);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void revision_from_before_what_is_remembered_begins_with_a_snapshot() {
    put("u0", "kept");
    for (int i = 1; i <= MAX_TOMBSTONES + 1; i++) {
      put("u" + i, "w" + i);
      remove("u" + i);
    }
    DesiredCursor cursor = DesiredCursor.from(store, "n1", "store-1", 1);
    ControlMessage first = cursor.next().orElseThrow();
    assertThat(first.getSnapshot().getWorkloadsList())
        .extracting(Workload::getUid)
        .containsExactly("u0");
    assertThat(cursor.next()).isEmpty();
  }

  @Test
  void node_too_slow_for_what_is_remembered_gets_a_snapshot_in_the_middle() {
    put("u0", "kept");
    DesiredCursor cursor = DesiredCursor.from(store, "n1", "", 0);
    assertThat(cursor.next().orElseThrow().hasSnapshot()).isTrue();
    for (int i = 1; i <= MAX_TOMBSTONES + 1; i++) {
      put("u" + i, "w" + i);
      remove("u" + i);
    }
    assertThat(cursor.next().orElseThrow().hasSnapshot()).isTrue();
    assertThat(cursor.next()).isEmpty();
  }

  @Test
  void change_elsewhere_is_no_message_but_counts_when_the_node_comes_back() {
    put("u0", "a");
    DesiredCursor cursor = DesiredCursor.from(store, "n1", "store-1", 1);
    assertThat(cursor.next().orElseThrow().getDelta().getToRevision()).isEqualTo(1);
    assertThat(cursor.next()).as("it was told that this is all").isEmpty();
    store.write(t -> t.put("n2", uid("u1", "b"), NOW));
    assertThat(cursor.next()).isEmpty();
    ControlMessage caughtUp = DesiredCursor.from(store, "n1", "store-1", 1).next().orElseThrow();
    assertThat(caughtUp.getDelta().getFromRevision()).isEqualTo(1);
    assertThat(caughtUp.getDelta().getToRevision()).isEqualTo(2);
    assertThat(caughtUp.getDelta().getUpsertsList()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void node_ends_with_what_the_store_has_whatever_happens_between_its_messages(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, Workload> truth = new HashMap<>();
    store.write(t -> {
      for (int i = 0; i < 1200; i++) {
        change(t, random, truth, i);
      }
      return true;
    });
    DesiredCursor cursor = DesiredCursor.from(store, "n1", "", 0);
    Node node = new Node();
    for (int i = 1200; i < 1800; i++) {
      if (random.nextInt(20) == 0) {
        cursor.next().ifPresent(node::take);
      }
      if (random.nextInt(150) == 0) {
        // The stream breaks; the node comes back with what it holds.
        cursor = DesiredCursor.from(store, "n1", node.storeId, node.revision);
        node.incoming.clear();
      }
      change(random, truth, i);
    }
    Optional<ControlMessage> message = cursor.next();
    while (message.isPresent()) {
      node.take(message.get());
      message = cursor.next();
    }
    assertThat(node.desired).isEqualTo(truth);
  }

  private void change(SplittableRandom random, Map<String, Workload> truth, int step) {
    store.write(t -> {
      change(t, random, truth, step);
      return true;
    });
  }

  private static void change(
      Transaction store, SplittableRandom random, Map<String, Workload> truth, int step) {
    String uid = "u" + random.nextInt(1500);
    if (truth.containsKey(uid) && random.nextInt(4) == 0) {
      // A few are gone at once; the others wait to be reported gone.
      store.markDeleted(uid, NOW);
      if (random.nextInt(50) == 0) {
        store.remove(uid, NOW);
      }
      truth.remove(uid);
      return;
    }
    boolean used =
        store.isRetired(uid) || store.workload(uid).filter(row -> !row.isLive()).isPresent();
    if (!used) {
      Workload workload = uid(uid, uid).toBuilder().setGeneration(step + 1L).build();
      store.put("n1", workload, NOW);
      truth.put(uid, workload);
    }
  }

  private void put(String uid, String name) {
    store.write(t -> t.put("n1", uid(uid, name), NOW));
  }

  private void remove(String uid) {
    store.write(t -> {
      t.remove(uid, NOW);
      return true;
    });
  }

  private static Workload uid(String uid, String name) {
    return workload(name).toBuilder().setUid(uid).setStack("default").build();
  }

  /** What a node does with what it gets. */
  private static final class Node {
    private final Map<String, Workload> desired = new HashMap<>();
    private final Map<String, Workload> incoming = new HashMap<>();
    private String storeId = "";
    private long revision;

    void take(ControlMessage message) {
      if (message.hasSnapshot()) {
        message.getSnapshot().getWorkloadsList().forEach(w -> incoming.put(w.getUid(), w));
        if (!message.getSnapshot().getMore()) {
          desired.clear();
          desired.putAll(incoming);
          incoming.clear();
          storeId = message.getSnapshot().getStoreId();
          revision = message.getSnapshot().getRevision();
        }
        return;
      }
      assertThat(message.getDelta().getFromRevision()).isEqualTo(revision);
      message.getDelta().getUpsertsList().forEach(w -> desired.put(w.getUid(), w));
      message.getDelta().getRemovedUidsList().forEach(desired::remove);
      revision = message.getDelta().getToRevision();
    }
  }
}
