package dev.tallyman.agent.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyman.config.fault.Fault;
import dev.tallyman.config.fault.Faults;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A manifest is workloads that can be written and read again, or faults with their places. */
class ManifestFuzzTest {

  @FuzzTest
  void aManifestIsReadOrRefusedWithEachPlace(byte[] input) throws IOException {
    Faults faults = new Faults();
    List<ManifestWorkload> workloads = read(input, faults);
    for (Fault fault : faults.list()) {
      assertThat(fault.where()).startsWith("m.yaml");
      assertThat(fault.message()).isNotBlank().doesNotContain("\n");
    }
    if (faults.isEmpty()) {
      Faults none = new Faults();
      String written = ManifestWriter.write(workloads);
      List<ManifestWorkload> again = read(written.getBytes(StandardCharsets.UTF_8), none);
      assertThat(none.list()).as(written).isEmpty();
      assertThat(again)
          .extracting(ManifestWorkload::node, ManifestWorkload::workload)
          .isEqualTo(workloads.stream().map(one -> tuple(one.node(), one.workload())).toList());
    }
  }

  private static List<ManifestWorkload> read(byte[] input, Faults faults) throws IOException {
    ManifestReader reader = new ManifestReader(faults);
    reader.readStream("m.yaml", new ByteArrayInputStream(input));
    return reader.workloads();
  }
}
