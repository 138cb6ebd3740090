package dev.tallyman.controlplane;

import static dev.tallyman.controlplane.Workloads.workload;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.proto.v1.Delta;
import dev.tallyman.proto.v1.Snapshot;
import dev.tallyman.proto.v1.Workload;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ten thousand workloads on one node. The times are for people; what is asserted is the shape. */
class ScaleTest {

  private static final int WORKLOADS = 10_000;
  private static final int BATCH = 1_000;

  @TempDir private Path folder;

  @Test
  void node_with_ten_thousand_workloads_is_served() {
    try (ControlPlaneFixture control = new ControlPlaneFixture(folder, new TestTime())) {
      long start = System.nanoTime();
      for (int batch = 0; batch < WORKLOADS / BATCH; batch++) {
        int first = batch * BATCH;
        control.apply(
            "n1",
            IntStream.range(first, first + BATCH)
                .mapToObj(i -> workload("w" + i))
                .toArray(Workload[]::new));
      }
      say("applied " + WORKLOADS, start);

      start = System.nanoTime();
      try (FakeNode node = FakeNode.connect(control.channel(), "n1", "agent-1")) {
        int parts = 0;
        Snapshot part;
        do {
          part = node.awaitSnapshot();
          parts++;
        } while (part.getMore());
        say("snapshot", start);
        assertThat(node.desired()).hasSize(WORKLOADS);
        assertThat(parts).isEqualTo(WORKLOADS / 500);

        start = System.nanoTime();
        for (int i = 0; i < 100; i++) {
          control.apply("n1", workload("w" + i, "busybox:2"));
          Delta delta = node.awaitDelta();
          assertThat(delta.getUpsertsCount()).isEqualTo(1);
        }
        say("100 single changes, each applied and delivered", start);
      }
      start = System.nanoTime();
      assertThat(control.list()).hasSize(WORKLOADS);
      say("list", start);
    }
  }

  private static void say(String what, long start) {
    System.out.printf("%s: %d ms%n", what, Duration.ofNanos(System.nanoTime() - start).toMillis());
  }
}
