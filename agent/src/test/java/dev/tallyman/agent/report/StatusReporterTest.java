package dev.tallyman.agent.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallyman.agent.TestLoop;
import dev.tallyman.agent.feed.Line.Delivery;
import dev.tallyman.agent.feed.Line.Extent;
import dev.tallyman.agent.model.Desired;
import dev.tallyman.agent.report.Lines.Batch;
import dev.tallyman.agent.report.Lines.TestLine;
import dev.tallyman.agent.telemetry.Telemetry;
import dev.tallyman.proto.v1.Phase;
import dev.tallyman.proto.v1.WorkloadStatus;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StatusReporterTest {

  private final TestLoop loop = new TestLoop();
  private final Lines lines = new Lines();
  private final AtomicInteger reported = new AtomicInteger();
  private final StatusReporter reporter =
      StatusReporter.start(
          loop.statuses,
          loop.node,
          lines,
          new Telemetry() {
            @Override
            public void reported(int statuses) {
              reported.addAndGet(statuses);
            }
          },
          System::nanoTime,
          Duration.ofSeconds(1));

  StatusReporterTest() {
    // Whether instances are gone can be said only where a runtime was seen.
    loop.runtimeUp();
  }

  @AfterEach
  void stop() {
    reporter.close();
  }

  @Test
  void aNewLineGetsEverythingAndThenTheEndOfIt() {
    want("x", "u1", "u2");
    TestLine line = lines.open();

    assertThat(line.batch(1).extent()).isEqualTo(Extent.FULL);
    assertThat(line.batch(1).uids()).containsExactlyInAnyOrder("u1", "u2");
    assertThat(line.batch(1).statuses())
        .allMatch(status -> status.getPhase() == Phase.PHASE_REJECTED);
    assertThat(line.batch(2).extent()).isEqualTo(Extent.CHANGES);
    assertThat(line.batch(2).uids()).isEmpty();
    await().untilAsserted(() -> assertThat(reported).hasValue(2));
  }

  @Test
  void havingNothingIsReportedToo() {
    loop.want();
    TestLine line = lines.open();

    assertThat(line.batch(1).extent()).isEqualTo(Extent.FULL);
    assertThat(line.batch(1).uids()).isEmpty();
    assertThat(line.batch(2).extent()).isEqualTo(Extent.CHANGES);
  }

  @Test
  void nothingIsReportedBeforeTheFirstPassUnlessThatTakesTooLong() {
    TestLine line = lines.open();
    long began = System.nanoTime();
    line.batch(1);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(900));

    line.end();
    want("x", "u1");
    TestLine next = lines.open();
    assertThat(next.batch(1).uids()).containsExactly("u1");
  }

  @Test
  void aLargeReportComesInSeveralBatchesEachUidOnce() {
    loop.want(
        IntStream.range(0, 2500)
            .mapToObj(i -> TestLoop.refused("u" + i, "x"))
            .toArray(Desired[]::new));
    TestLine line = lines.open();

    assertThat(line.batch(4).extent()).isEqualTo(Extent.CHANGES);
    assertThat(line.batches.stream().limit(3))
        .allMatch(batch -> batch.extent() == Extent.FULL)
        .extracting(batch -> batch.statuses().size())
        .containsExactly(1000, 1000, 500);
    assertThat(line.batches.stream().flatMap(batch -> batch.uids().stream()))
        .doesNotHaveDuplicates()
        .hasSize(2500);
  }

  @Test
  void aChangeIsReportedSoon() {
    loop.want();
    TestLine line = lines.open();
    line.batch(2);

    want("x", "u1");

    assertThat(line.batch(3).uids()).containsExactly("u1");
    assertThat(line.batch(3).extent()).isEqualTo(Extent.CHANGES);
  }

  @Test
  void whileAnAcknowledgementIsAwaitedOnlyTheLatestOfEachWorkloadWaits() {
    loop.want();
    TestLine line = lines.openSlow();
    line.acknowledge(1);
    line.acknowledge(2);
    want("first", "u1");
    Batch held = line.batch(3);
    for (int i = 0; i < 500; i++) {
      want("change " + i, "u1", "u2");
    }
    assertThat(line.batches).hasSize(3);

    held.answer().complete(Delivery.ACKNOWLEDGED);

    Batch merged = line.acknowledge(4);
    assertThat(merged.uids()).containsExactlyInAnyOrder("u1", "u2");
    assertThat(merged.statuses()).extracting(WorkloadStatus::getMessage).containsOnly("change 499");
    await().untilAsserted(() -> assertThat(reported).hasValue(3));
    assertThat(line.batches).hasSize(4);
  }

  @Test
  void thatAWorkloadIsGoneIsToldUntilItIsAcknowledged() {
    want("x", "u1", "u2");
    TestLine first = lines.openSlow();
    first.acknowledge(1);
    first.acknowledge(2);
    want("x", "u2");
    assertThat(first.batch(3).statuses())
        .singleElement()
        .matches(status -> status.getUid().equals("u1") && status.getPhase() == Phase.PHASE_GONE);
    first.end();

    TestLine second = lines.openSlow();
    assertThat(second.acknowledge(1).uids()).containsExactly("u2");
    assertThat(second.acknowledge(2).uids()).containsExactly("u1");
    await().untilAsserted(() -> assertThat(reported).hasValue(4));
    second.end();

    TestLine third = lines.open();
    assertThat(third.batch(1).uids()).containsExactly("u2");
    assertThat(third.batch(2).uids()).isEmpty();
  }

  @Test
  void aWorkloadThatCameBackIsNotGone() {
    want("x", "u1");
    TestLine first = lines.openSlow();
    first.acknowledge(1);
    first.acknowledge(2);
    want("x");
    first.batch(3);
    first.end();
    want("again", "u1");

    TestLine second = lines.open();

    assertThat(second.batch(1).uids()).containsExactly("u1");
    assertThat(second.batch(2).uids()).isEmpty();
  }

  @Test
  void aReportThatDidNotArriveIsMadeAgainAsThingsAreThen() {
    want("x", "u1");
    TestLine first = lines.openSlow();
    first.batch(1);
    first.end();
    want("y", "u1", "u2");

    TestLine second = lines.open();

    assertThat(second.batch(1).uids()).containsExactlyInAnyOrder("u1", "u2");
    assertThat(second.batch(1).statuses()).extracting(WorkloadStatus::getMessage).containsOnly("y");
  }

  @Test
  void batchesEndBeforeTheyAreTooLarge() {
    WorkloadStatus large =
        WorkloadStatus.newBuilder().setUid("u").setMessage("x".repeat(300_000)).build();

    assertThat(Batches.of(List.of(large, large, large, large, large)))
        .extracting(List::size)
        .containsExactly(3, 2);
    assertThat(Batches.of(List.of())).isEmpty();
  }

  private void want(String message, String... uids) {
    loop.want(
        List.of(uids).stream().map(uid -> TestLoop.refused(uid, message)).toArray(Desired[]::new));
  }
}
