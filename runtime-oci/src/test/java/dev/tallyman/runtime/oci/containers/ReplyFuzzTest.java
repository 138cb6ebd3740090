package dev.tallyman.runtime.oci.containers;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceState;
import dev.tallyman.runtime.oci.http.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Whatever JSON an engine answers to an inspection, it is read as what it says and no more. */
class ReplyFuzzTest {

  private static final Instant NOW = Instant.parse("2026-11-22T08:00:00Z");

  @FuzzTest
  void anInspectionIsAnInstanceOfWhichNothingIsAssumed(byte[] input) {
    Json json;
    try {
      json = Json.read(new ByteArrayInputStream(input));
    } catch (IOException noJson) {
      return;
    }
    ContainerReply reply = ContainerReply.of(json);
    Observer observer = new Observer(InstantSource.fixed(NOW), Duration.ofMinutes(1));
    Instance instance = observer.read(reply);
    assertThat(observer.readAfterStop(reply).uid()).isEqualTo(instance.uid());
    assertThat(reply.stopTimeout()).isBetween(Duration.ZERO, Duration.ofDays(1));
    if (instance.state() instanceof InstanceState.Exited exited && exited.exitCode().isPresent()) {
      assertThat(exited.exitCode().getAsInt()).isBetween(0, 255);
      assertThat(json.at("State").at("ExitCode").number()).hasValue(exited.exitCode().getAsInt());
    }
  }
}
