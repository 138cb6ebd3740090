package dev.tallyman.agent.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.agent.feed.SnapshotAssembly.Progress;
import dev.tallyman.proto.v1.Snapshot;
import dev.tallyman.proto.v1.Workload;
import java.util.List;
import org.junit.jupiter.api.Test;

class SnapshotAssemblyTest {

  private static final FeedConfig.Bounds BOUNDS = new FeedConfig.Bounds(1000, 3);

  @Test
  void theWorkloadsOfAllMessagesArePutTogetherInTheirOrder() {
    SnapshotAssembly assembly = new SnapshotAssembly(BOUNDS, chunk(5, true, "a", "b"));

    assertThat(assembly.add(chunk(5, true, "a", "b"))).isEqualTo(new Progress.More());
    assertThat(assembly.add(chunk(5, false, "c")))
        .isEqualTo(new Progress.Complete(List.of(workload("a"), workload("b"), workload("c"))));
  }

  @Test
  void aSnapshotOfNothingIsComplete() {
    assertThat(new SnapshotAssembly(BOUNDS, chunk(5, false)).add(chunk(5, false)))
        .isEqualTo(new Progress.Complete(List.of()));
  }

  @Test
  void aMessageOfAnotherSnapshotIsNotMixedIn() {
    SnapshotAssembly assembly = new SnapshotAssembly(BOUNDS, chunk(5, true, "a"));
    assertThat(assembly.add(chunk(5, true, "a"))).isEqualTo(new Progress.More());

    assertThat(assembly.add(chunk(6, false, "b")))
        .isEqualTo(
            new Progress.Mixed(
                "snapshot of revision 6 of store s1 (expected: the rest of revision 5 of store"
                    + " s1)"));
  }

  @Test
  void tooManyWorkloadsAreNotUsed() {
    SnapshotAssembly assembly = new SnapshotAssembly(BOUNDS, chunk(5, false, "a", "b", "c", "d"));

    assertThat(assembly.add(chunk(5, false, "a", "b", "c", "d")))
        .isEqualTo(
            new Progress.TooLarge(
                "desired state: more than 3 workloads (expected: at most that; give this node"
                    + " fewer)"));
  }

  @Test
  void tooManyBytesAreNotUsedHoweverManyMessagesTheyComeIn() {
    Snapshot chunk = chunk(5, true, "x".repeat(400));
    SnapshotAssembly assembly = new SnapshotAssembly(BOUNDS, chunk);

    assertThat(assembly.add(chunk)).isEqualTo(new Progress.More());
    assertThat(assembly.add(chunk)).isEqualTo(new Progress.More());
    assertThat(assembly.add(chunk)).isInstanceOf(Progress.TooLarge.class);
  }

  private static Snapshot chunk(long revision, boolean more, String... uids) {
    Snapshot.Builder chunk =
        Snapshot.newBuilder().setStoreId("s1").setRevision(revision).setMore(more);
    for (String uid : uids) {
      chunk.addWorkloads(workload(uid));
    }
    return chunk.build();
  }

  private static Workload workload(String uid) {
    return Workload.newBuilder().setUid(uid).build();
  }
}
