package dev.tallyman.agent.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.agent.model.Probe;
import dev.tallyman.agent.model.Probes;
import dev.tallyman.agent.model.Probes.ImageCheck;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProbesReaderTest {

  @Test
  void withoutProbesTheImagesOwnCheckIsUsed() {
    assertThat(Texted.read("").probes()).isEqualTo(Probes.DEFAULT);
    assertThat(Texted.read("spec { ignore_image_health_check: true }").probes().imageCheck())
        .isEqualTo(ImageCheck.IGNORE);
  }

  @Test
  void aProbeHasTheDefaultsOfTheContract() {
    Probe probe =
        Texted.read("spec { liveness { http { port: 80 } } }").probes().liveness().orElseThrow();

    assertThat(probe)
        .isEqualTo(
            new Probe(
                new Probe.Http(80, "/", Probe.Scheme.HTTP, Map.of()),
                Duration.ZERO,
                Duration.ofSeconds(10),
                Duration.ofSeconds(1),
                1,
                3,
                Duration.ZERO,
                Duration.ofSeconds(10)));
  }

  @Test
  void aCommandMayTakeLonger() {
    Probe probe =
        Texted.read("spec { startup { exec { command: 'ok' } } }").probes().startup().orElseThrow();

    assertThat(probe.check()).isEqualTo(new Probe.Exec(List.of("ok")));
    assertThat(probe.timeout()).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void duringTheStartItIsAskedAsOftenAsLaterUnlessToldOtherwise() {
    Probe probe =
        Texted.read("spec { readiness { tcp { port: 80 } interval { seconds: 3 } } }")
            .probes()
            .readiness()
            .orElseThrow();

    assertThat(probe.startInterval()).isEqualTo(Duration.ofSeconds(3));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "initial_delay { } interval { nanos: 100000000 } timeout { nanos: 10000000 }",
        "initial_delay { seconds: 3600 } interval { seconds: 86400 } timeout { seconds: 3600 }",
        "start_period { seconds: 86400 } start_interval { nanos: 100000000 }",
        "success_threshold: 2147483647 failure_threshold: 2147483647",
      })
  void theBoundsThemselvesAreTaken(String probe) {
    assertThat(Texted.read("spec { liveness { tcp { port: 65535 } " + probe + " } }").probes())
        .isNotEqualTo(Probes.DEFAULT);
  }

  private static Stream<Arguments> faults() {
    return Stream.of(
        fault("", "spec.liveness: no check (expected: one of exec, tcp, http, grpc)"),
        fault(
            "exec { }",
            "spec.liveness.exec.command: missing (expected: a command and its arguments)"),
        fault("exec { command: '' }", "spec.liveness.exec.command[0]: empty (expected: a command)"),
        fault(
            "exec { command: 'a' command: 's3cret\\000' }",
            "spec.liveness.exec.command[1]: contains NUL (expected: text without NUL)"),
        fault("tcp { }", "spec.liveness.tcp.port: 0 (expected: 1 to 65535)"),
        fault(
            "grpc { port: 65536 service: 'a b' }",
            "spec.liveness.grpc.port: 65536 (expected: 1 to 65535);"
                + " spec.liveness.grpc.service: \"a b\" (expected: 1 to 255 ASCII characters without"
                + " spaces; or empty)"),
        fault(
            "http { port: 4294967295 path: 'ok' headers { key: 'a b' value: 's3cret\\r\\n' } }",
            "spec.liveness.http.port: 4294967295 (expected: 1 to 65535); spec.liveness.http.path: ok"
                + " (expected: up to 4095 ASCII characters without spaces, the first '/'; or empty);"
                + " spec.liveness.http.headers[\"a b\"]: no name of a header (expected: letters,"
                + " digits and '-'); spec.liveness.http.headers[\"a b\"]: a value with other"
                + " characters (expected: ASCII characters without control characters)"),
        fault(
            "tcp { port: 1 } initial_delay { seconds: 3601 } interval { nanos: 99999999 }"
                + " timeout { nanos: 9999999 }",
            "spec.liveness.initial_delay: 3601s (expected: 0s to 3600s); spec.liveness.interval: 0s"
                + " and 99999999ns (expected: 100ms to 86400s); spec.liveness.timeout: 0s and"
                + " 9999999ns (expected: 10ms to 3600s)"),
        fault(
            "tcp { port: 1 } interval { seconds: 86401 } timeout { seconds: 3601 }"
                + " start_period { seconds: 86401 } start_interval { }",
            "spec.liveness.interval: 86401s (expected: 100ms to 86400s); spec.liveness.timeout:"
                + " 3601s (expected: 10ms to 3600s); spec.liveness.start_period: 86401s (expected:"
                + " 0s to 86400s); spec.liveness.start_interval: 0s (expected: 100ms to 86400s)"),
        fault(
            "tcp { port: 1 } success_threshold: 2147483648 failure_threshold: 4294967295",
            "spec.liveness.success_threshold: 2147483648 (expected: at most 2147483647);"
                + " spec.liveness.failure_threshold: 4294967295 (expected: at most 2147483647)"));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void whatBreaksARuleIsRefusedWithFieldValueAndRule(String probe, String faults) {
    assertThat(Texted.faults("spec { liveness { " + probe + " } }"))
        .isEqualTo(faults)
        .doesNotContain("s3cret");
    assertThat(Texted.faults("spec { readiness { " + probe + " } }"))
        .isEqualTo(faults.replace("spec.liveness", "spec.readiness"));
    assertThat(Texted.faults("spec { startup { " + probe + " } }"))
        .isEqualTo(faults.replace("spec.liveness", "spec.startup"));
  }

  private static Arguments fault(String probe, String faults) {
    return Arguments.of(probe, faults);
  }
}
