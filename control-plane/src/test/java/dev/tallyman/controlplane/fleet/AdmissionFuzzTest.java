package dev.tallyman.controlplane.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TextFormat;
import dev.tallyman.proto.v1.ApplyWorkloadsRequest;
import dev.tallyman.proto.v1.Workload;
import java.nio.charset.StandardCharsets;

/** Whatever a request says, each workload is taken, or refused with the paths of its fields. */
class AdmissionFuzzTest {

  /** What clients take as the header in which an error travels. */
  private static final int MOST_HEADER_BYTES = 8 * 1024;

  @FuzzTest
  void bytesOfARequestAreTakenOrRefusedWithEachField(byte[] input) {
    try {
      check(ApplyWorkloadsRequest.parseFrom(input));
    } catch (InvalidProtocolBufferException noMessage) {
      assertThat(noMessage).message().isNotBlank();
    }
  }

  /** The same in protobuf's text, in which values are changed more easily than in bytes. */
  @FuzzTest
  void wordsOfARequestAreTakenOrRefusedWithEachField(byte[] input) {
    try {
      check(
          TextFormat.parse(new String(input, StandardCharsets.UTF_8), ApplyWorkloadsRequest.class));
    } catch (TextFormat.ParseException noMessage) {
      assertThat(noMessage).message().isNotBlank();
    }
  }

  private static void check(ApplyWorkloadsRequest request) {
    Problems all = new Problems();
    for (int i = 0; i < request.getAssignmentsCount(); i++) {
      Workload workload = request.getAssignments(i).getWorkload();
      String path = "assignments[" + i + "].workload";
      Problems own = new Problems();
      WorkloadRules.check(path, workload, own);
      WorkloadRules.check(path, workload, all);
      if (own.isEmpty()) {
        assertThat(workload.getName()).isNotEmpty();
        assertThat(workload.getSpec().getImage()).isNotEmpty();
        assertThat(workload.getSerializedSize())
            .isLessThanOrEqualTo(WorkloadRules.MAX_WORKLOAD_BYTES);
      } else {
        assertThat(own.describe().lines()).allSatisfy(line -> assertThat(line).contains(path));
      }
    }
    String sentence = all.describe();
    assertThat(sentence.isEmpty()).isEqualTo(all.isEmpty());
    assertThat(sentence.getBytes(StandardCharsets.US_ASCII).length).isLessThan(MOST_HEADER_BYTES);
  }
}
