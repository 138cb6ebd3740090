package dev.tallyman.controlplane.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tallyman.controlplane.Workloads;
import dev.tallyman.proto.v1.NodeCondition;
import dev.tallyman.proto.v1.NodeInfo;
import dev.tallyman.proto.v1.NodeState;
import dev.tallyman.proto.v1.Phase;
import dev.tallyman.proto.v1.Workload;
import dev.tallyman.proto.v1.WorkloadStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store does. An implementation's test extends it. */
abstract class StoreContract {

  static final int MAX_TOMBSTONES = 8;
  static final Instant NOW = Instant.parse("2026-03-01T12:00:00.123Z");
  private static final Page.Bounds WIDE = new Page.Bounds(1000, Integer.MAX_VALUE);

  Store store;

  /** Opens the store that the test began with, or a new one; remembers {@link #MAX_TOMBSTONES}. */
  abstract Store open();

  @BeforeEach
  void openStore() {
    store = open();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  @Test
  void new_store_is_empty_and_has_an_identity_that_stays() {
    String id = store.id();
    assertThat(id).isNotEmpty();
    assertThat(counters()).isEqualTo(new Counters(0, 0));
    reopen();
    assertThat(store.id()).isEqualTo(id);
  }

  @Test
  void what_was_written_is_there_after_reopening() {
    WorkloadRow row = put("n1", workload("u1", "a"));
    NodeRow node = node("n1");
    write(t -> t.putNode(node));
    Counters before = counters();
    reopen();
    assertThat(row("u1")).contains(row);
    Optional<NodeRow> found = store.read(v -> v.node("n1"));
    assertThat(found).contains(node);
    assertThat(store.read(View::nodes)).containsExactly(node);
    assertThat(counters()).isEqualTo(before);
  }

  @Test
  void each_change_of_desired_state_takes_the_next_revision_and_the_next_sequence() {
    assertThat(put("n1", workload("u1", "a")))
        .returns(1L, WorkloadRow::revision)
        .returns(1L, WorkloadRow::sequence)
        .returns(NOW, WorkloadRow::createdAt)
        .returns(Optional.empty(), WorkloadRow::deletedAt);
    assertThat(put("n1", workload("u1", "a").toBuilder().setGeneration(2).build()))
        .returns(2L, WorkloadRow::revision);
    write(t -> t.setStatus("u1", Optional.of(status("u1", Phase.PHASE_RUNNING))));
    assertThat(counters()).isEqualTo(new Counters(2, 3));
  }

  @Test
  void change_keeps_creation_time_and_status() {
    put("n1", workload("u1", "a"));
    WorkloadStatus running = status("u1", Phase.PHASE_RUNNING);
    write(t -> t.setStatus("u1", Optional.of(running)));
    WorkloadRow changed = store.write(t -> t.put("n1", workload("u1", "a"), NOW.plusSeconds(100)));
    assertThat(changed.createdAt()).isEqualTo(NOW);
    assertThat(changed.status()).contains(running);
  }

  @Test
  void status_that_says_nothing_new_takes_no_number() {
    put("n1", workload("u1", "a"));
    write(t -> t.setStatus("u1", Optional.of(status("u1", Phase.PHASE_RUNNING))));
    Counters before = counters();
    write(t -> t.setStatus("u1", Optional.of(status("u1", Phase.PHASE_RUNNING))));
    write(t -> t.setStatus("nobody", Optional.of(status("nobody", Phase.PHASE_RUNNING))));
    assertThat(counters()).isEqualTo(before);
    write(t -> t.setStatus("u1", Optional.empty()));
    assertThat(counters().sequence()).isEqualTo(before.sequence() + 1);
    assertThat(row("u1").orElseThrow().status()).isEmpty();
  }

  @Test
  void refused_write_leaves_no_trace() {
    put("n1", workload("u1", "a"));
    Counters before = counters();
    IllegalStateException refusal = new IllegalStateException("no");
    assertThatThrownBy(() ->
            write(t -> {
              t.put("n1", workload("u2", "b"), NOW);
              t.markDeleted("u1", NOW);
              t.putNode(node("n1"));
              throw refusal;
            }))
        .isSameAs(refusal);
    assertThat(counters()).isEqualTo(before);
    assertThat(row("u2")).isEmpty();
    assertThat(row("u1").orElseThrow().isLive()).isTrue();
    assertThat(store.read(View::nodes)).isEmpty();
  }

  @Test
  void transaction_sees_what_it_wrote() {
    write(t -> {
      t.put("n1", workload("u1", "a"), NOW);
      assertThat(t.liveWorkload("n1", "default", "a")).isPresent();
      assertThat(t.counters().revision()).isEqualTo(1);
      t.remove("u1", NOW);
      assertThat(t.workload("u1")).isEmpty();
      assertThat(t.isRetired("u1")).isTrue();
    });
  }

  @Test
  void marked_workload_stays_but_is_not_live() {
    put("n1", workload("u1", "a"));
    WorkloadRow marked = store.write(t -> t.markDeleted("u1", NOW));
    assertThat(marked.deletedAt()).contains(NOW);
    assertThat(marked.revision()).isEqualTo(2);
    WorkloadRow again = store.write(t -> t.markDeleted("u1", NOW.plusSeconds(9)));
    assertThat(again).isEqualTo(marked);
    Optional<WorkloadRow> live = store.read(v -> v.liveWorkload("n1", "default", "a"));
    assertThat(live).isEmpty();
    assertThat(row("u1")).contains(marked);
    put("n1", workload("u2", "a"));
    List<WorkloadRow> namesakes = store.read(v -> v.namesakes("default", "a"));
    assertThat(namesakes).extracting(WorkloadRow::uid).containsExactly("u1", "u2");
    assertThatThrownBy(() -> store.write(t -> t.markDeleted("nobody", NOW)))
        .isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void changes_since_a_revision_are_those_of_the_node_each_once_in_order() {
    put("n1", workload("u1", "a"));
    put("n1", workload("u2", "b"));
    put("n1", workload("u3", "c"));
    put("n2", workload("u4", "d"));
    long held = counters().revision();
    put("n1", workload("u3", "c").toBuilder().setGeneration(2).build());
    put("n1", workload("u1", "a").toBuilder().setGeneration(2).build());
    put("n1", workload("u1", "a").toBuilder().setGeneration(3).build());
    write(t -> t.markDeleted("u2", NOW));
    write(t -> t.remove("u2", NOW));
    put("n2", workload("u4", "d").toBuilder().setGeneration(2).build());

    Page<DesiredChange> changes = store.read(v -> v.desiredSince("n1", held, WIDE));
    assertThat(changes.isLast()).isTrue();
    assertThat(changes.items())
        .containsExactly(
            new DesiredChange.Upsert(
                held + 1, workload("u3", "c").toBuilder().setGeneration(2).build()),
            new DesiredChange.Upsert(
                held + 3, workload("u1", "a").toBuilder().setGeneration(3).build()),
            new DesiredChange.Removed(held + 4, "u2"));
    assertThat(store.read(v -> v.desiredSince("n1", held + 6, WIDE)).items()).isEmpty();
  }

  @Test
  void pages_are_cut_at_their_bounds_and_go_on_where_they_ended() {
    for (int i = 0; i < 5; i++) {
      put("n1", workload("u" + i, "w" + i));
    }
    write(t -> t.markDeleted("u3", NOW));
    List<String> uids = new ArrayList<>();
    String after = "";
    Page<WorkloadRow> page;
    do {
      String from = after;
      page = store.read(v -> v.desired("n1", from, new Page.Bounds(2, Integer.MAX_VALUE)));
      assertThat(page.items()).hasSizeLessThanOrEqualTo(2);
      page.items().forEach(row -> uids.add(row.uid()));
      after = page.items().getLast().uid();
    } while (!page.isLast());
    assertThat(uids).containsExactly("u0", "u1", "u2", "u4");

    Page<WorkloadRow> narrow = store.read(v -> v.desired("n1", "", new Page.Bounds(100, 1)));
    assertThat(narrow.items()).as("one at least, however large").hasSize(1);
    assertThat(narrow.isLast()).isFalse();
    Page<WorkloadRow> none = store.read(v -> v.desired("n2", "", WIDE));
    assertThat(none).isEqualTo(new Page<>(List.of(), true));
  }

  @Test
  void changes_since_a_sequence_show_rows_and_what_is_gone() {
    put("n1", workload("u1", "a"));
    put("n2", workload("u2", "b").toBuilder().setStack("shop").build());
    long seen = counters().sequence();
    write(t -> t.setStatus("u2", Optional.of(status("u2", Phase.PHASE_RUNNING))));
    write(t -> t.remove("u1", NOW));

    List<RowChange> all = changesSince(WorkloadFilter.ALL, seen);
    assertThat(all).hasSize(2);
    assertThat(all.get(0)).isEqualTo(new RowChange.Present(row("u2").orElseThrow()));
    assertThat(all.get(1)).isEqualTo(new RowChange.Gone(seen + 2, "u1", "n1", "default", "a", NOW));
    assertThat(changesSince(new WorkloadFilter("n1", ""), seen)).containsExactly(all.get(1));
    assertThat(changesSince(new WorkloadFilter("", "shop"), seen)).containsExactly(all.get(0));
    assertThat(changesSince(new WorkloadFilter("n1", "shop"), seen)).isEmpty();
  }

  @Test
  void touched_rows_count_as_changed_but_not_as_desired_anew() {
    put("n1", workload("u1", "a"));
    put("n2", workload("u2", "b"));
    Counters before = counters();
    write(t -> t.touch("n1"));
    assertThat(changesSince(WorkloadFilter.ALL, before.sequence()))
        .singleElement()
        .isInstanceOfSatisfying(
            RowChange.Present.class, change -> assertThat(change.row().uid()).isEqualTo("u1"));
    assertThat(counters().revision()).isEqualTo(before.revision());
  }

  @Test
  void old_removals_are_forgotten_and_revisions_before_them_are_out_of_reach() {
    long first = counters().revision();
    for (int i = 0; i <= MAX_TOMBSTONES; i++) {
      String uid = "u" + i;
      put("n1", workload(uid, "w" + i));
      write(t -> t.remove(uid, NOW));
    }
    long last = counters().revision();
    assertThat(reaches(first)).isFalse();
    assertThat(reaches(last)).isTrue();
    assertThat(reaches(last + 1)).as("a revision that is not there yet").isFalse();
    boolean reachesSequence = store.read(v -> v.reachesSequence(0));
    assertThat(reachesSequence).isFalse();
    long reachable = last;
    while (reaches(reachable - 1)) {
      reachable--;
    }
    long from = reachable;
    assertThat(store.read(v -> v.desiredSince("n1", from, WIDE)).items())
        .as("everything since the oldest revision in reach")
        .hasSize(MAX_TOMBSTONES / 2)
        .hasSize((int) (last - from) / 2);
    boolean retired = store.read(v -> v.isRetired("u0"));
    assertThat(retired).as("forgotten with the others").isFalse();
    reopen();
    assertThat(reaches(first)).isFalse();
  }

  @Test
  void listener_hears_of_each_write_with_the_nodes_that_it_concerns() throws Exception {
    BlockingQueue<Change> heard = new LinkedBlockingQueue<>();
    try (Store.Subscription _ = store.subscribe(heard::add)) {
      write(t -> {
        t.put("n1", workload("u1", "a"), NOW);
        t.put("n2", workload("u2", "b"), NOW);
      });
      assertThat(heard.poll(10, TimeUnit.SECONDS))
          .isEqualTo(new Change(new Counters(2, 2), Set.of("n1", "n2")));
      write(t -> t.setStatus("u1", Optional.of(status("u1", Phase.PHASE_RUNNING))));
      assertThat(heard.poll(10, TimeUnit.SECONDS))
          .isEqualTo(new Change(new Counters(2, 3), Set.of()));
      write(t -> t.putNode(node("n1")));
    }
    write(t -> t.remove("u1", NOW));
    assertThat(heard).as("nothing that can be seen, and nothing after the end").isEmpty();
  }

  @Test
  void listener_that_hears_of_a_change_can_read_it() throws Exception {
    BlockingQueue<Boolean> found = new LinkedBlockingQueue<>();
    try (Store.Subscription _ = store.subscribe(_ -> found.add(row("u1").isPresent()));
        ExecutorService other = Executors.newSingleThreadExecutor()) {
      Future<?> written = other.submit(() -> put("n1", workload("u1", "a")));
      written.get(10, TimeUnit.SECONDS);
      assertThat(found.poll(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void many_writers_at_once_each_get_their_own_number() throws Exception {
    int writers = 16;
    int each = 25;
    int all = writers * each;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      for (int w = 0; w < writers; w++) {
        String prefix = "w" + w + "-";
        running.add(
            threads.submit(() -> {
              for (int i = 0; i < each; i++) {
                put("n1", workload(prefix + i, prefix + i));
              }
            }));
      }
      for (Future<?> one : running) {
        one.get(60, TimeUnit.SECONDS);
      }
    }
    assertThat(counters().revision()).isEqualTo(all);
    assertThat(store.read(v -> v.desiredSince("n1", 0, WIDE)).items())
        .extracting(DesiredChange::revision)
        .hasSize(all)
        .doesNotHaveDuplicates()
        .isSorted();
  }

  @Test
  void write_is_answered_only_when_everybody_can_see_it() {
    for (int i = 0; i < 300; i++) {
      String uid = "u" + i;
      put("n1", workload(uid, "w" + i));
      assertThat(row(uid)).as("write %d, right after its answer", i).isPresent();
    }
  }

  @Test
  void closed_store_refuses() {
    store.close();
    assertThatThrownBy(() -> put("n1", workload("u1", "a"))).isInstanceOf(StoreException.class);
    store = open();
  }

  void reopen() {
    store.close();
    store = open();
  }

  static Workload workload(String uid, String name) {
    return Workloads.workload(name).toBuilder()
        .setUid(uid)
        .setStack("default")
        .setGeneration(1)
        .build();
  }

  WorkloadRow put(String node, Workload workload) {
    return store.write(t -> t.put(node, workload, NOW));
  }

  private void write(Consumer<Transaction> work) {
    store.write(t -> {
      work.accept(t);
      return true;
    });
  }

  private Optional<WorkloadRow> row(String uid) {
    return store.read(v -> v.workload(uid));
  }

  private Counters counters() {
    return store.read(View::counters);
  }

  private boolean reaches(long revision) {
    return store.read(v -> v.reachesRevision(revision));
  }

  private List<RowChange> changesSince(WorkloadFilter filter, long sequence) {
    return store.read(v -> v.changesSince(filter, sequence, WIDE)).items();
  }

  private static WorkloadStatus status(String uid, Phase phase) {
    return WorkloadStatus.newBuilder().setUid(uid).setPhase(phase).build();
  }

  private static NodeRow node(String name) {
    return new NodeRow(
        NodeInfo.newBuilder().setName(name).putLabels("zone", "a").build(),
        "agent-1",
        Optional.of(
            NodeState.newBuilder()
                .addConditions(NodeCondition.newBuilder().setType("StateWritable"))
                .build()),
        NOW,
        NOW.plusSeconds(1),
        7,
        Optional.of(new NodeCommand("c1", NodeCommand.Kind.DRAIN, "why")));
  }
}
