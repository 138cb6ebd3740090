package dev.tallyman.agent.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TextFormat;
import dev.tallyman.agent.model.Desired;
import dev.tallyman.agent.wire.WorkloadReader.Reading;
import dev.tallyman.proto.v1.Snapshot;
import dev.tallyman.proto.v1.Workload;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Whatever messages say, a workload is one that can be written and read again, or refused. */
class WorkloadFuzzTest {

  /** More than twenty faults with a value's beginning each take; a status must hold it. */
  private static final int LONGEST_REFUSAL = 16_000;

  @FuzzTest
  void bytesOfASnapshotAreWorkloadsOrRefused(byte[] input) {
    try {
      check(Snapshot.parseFrom(input).getWorkloadsList());
    } catch (InvalidProtocolBufferException noMessage) {
      assertThat(noMessage).message().isNotBlank();
    }
  }

  /** The same in protobuf's text, in which values are changed more easily than in bytes. */
  @FuzzTest
  void wordsOfASnapshotAreWorkloadsOrRefused(byte[] input) {
    try {
      check(
          TextFormat.parse(new String(input, StandardCharsets.UTF_8), Snapshot.class)
              .getWorkloadsList());
    } catch (TextFormat.ParseException noMessage) {
      assertThat(noMessage).message().isNotBlank();
    }
  }

  private static void check(List<Workload> messages) {
    Reading reading = WorkloadReader.readAll("feed", messages);
    Set<String> uids = new HashSet<>();
    for (Desired desired : reading.desired()) {
      assertThat(uids.add(desired.uid())).as("uid %s once", desired.uid()).isTrue();
      switch (desired) {
        case Desired.Wanted wanted -> {
          Workload written = WorkloadWriter.write(wanted.workload());
          Desired again = WorkloadReader.read("feed", written);
          assertThat(again).isEqualTo(wanted);
          assertThat(wanted.workload().spec().specHash()).isEqualTo(wanted.workload().specHash());
        }
        case Desired.Refused refused ->
            assertThat(refused.message()).isNotBlank().hasSizeLessThan(LONGEST_REFUSAL);
        case Desired.Outgoing outgoing -> throw new AssertionError("not on the wire: " + outgoing);
      }
    }
    assertThat(reading.unaddressable()).allSatisfy(sentence -> assertThat(sentence).isNotBlank());
  }
}
