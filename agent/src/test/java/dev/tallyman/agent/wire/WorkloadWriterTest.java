package dev.tallyman.agent.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tallyman.agent.model.Desired;
import dev.tallyman.agent.model.Workload;
import dev.tallyman.proto.v1.FileMount;
import org.junit.jupiter.api.Test;

class WorkloadWriterTest {

  @Test
  void peopleAreShownConfigsAndNoSecrets() {
    Workload workload = ((Desired.Wanted) WorkloadReader.read("test", Samples.ATTACHED)).workload();
    dev.tallyman.proto.v1.Workload whole = WorkloadWriter.write(workload);
    assertThat(whole.toByteString().toString(UTF_8)).contains("s3cret");

    dev.tallyman.proto.v1.Workload shown = WorkloadWriter.shown(workload);

    assertThat(shown.toByteString().toString(UTF_8)).doesNotContain("s3cret");
    assertThat(shown.getSpec().getFilesList())
        .extracting(FileMount::getTarget)
        .containsExactly("/app.conf", "/run/secrets/key");
    assertThat(shown.getSpec().getFiles(0).getContent())
        .isEqualTo(ByteString.copyFromUtf8("plain"));
    dev.tallyman.proto.v1.Workload.Builder withSecrets = shown.toBuilder();
    withSecrets.getSpecBuilder().getFilesBuilder(1).setContent(ByteString.copyFromUtf8("s3cret"));
    assertThat(withSecrets.build()).isEqualTo(whole);
  }

  @Test
  void whatIsLeftToItsDefaultIsWrittenOutAndReadAsTheSame() {
    Workload workload = Texted.read("stack: 'shop' spec { liveness { tcp { port: 80 } } }");

    dev.tallyman.proto.v1.Workload written = WorkloadWriter.write(workload);

    assertThat(written.getSpec().getLiveness().getInterval().getSeconds()).isEqualTo(10);
    assertThat(((Desired.Wanted) WorkloadReader.read("test", written)).workload())
        .isEqualTo(workload);
  }
}
