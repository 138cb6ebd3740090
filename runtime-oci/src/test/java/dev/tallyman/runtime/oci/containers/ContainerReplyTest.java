package dev.tallyman.runtime.oci.containers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.runtime.PortBinding;
import dev.tallyman.runtime.PortBinding.Protocol;
import dev.tallyman.runtime.oci.http.Json;
import java.io.IOException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ContainerReplyTest {

  @Test
  void anInspectionIsRead() {
    ContainerReply reply =
        reply(
            """
            {"Id": "4c20", "Name": "/shop-web-1", "Unknown": [{"a": 1}],
             "State": {"Status": "running", "Running": true, "OOMKilled": false, "ExitCode": 0,
               "Error": "", "StartedAt": "2026-11-22T08:46:57.483815146+02:00",
               "FinishedAt": "0001-01-01T00:00:00Z"},
             "HostConfig": {"Runtime": "runsc"},
             "Config": {"Image": "localhost/app:1", "StopTimeout": 7, "Labels": {
               "tallyman.node": "n", "tallyman.uid": "u", "tallyman.stack": "shop",
               "tallyman.workload": "web", "tallyman.spec-hash": "00ff"}},
             "NetworkSettings": {"Ports": {
               "80/tcp": [{"HostIp": "127.0.0.1", "HostPort": "8080"}],
               "53/udp": [{"HostIp": "0.0.0.0", "HostPort": "5353"}],
               "81/tcp": null, "7/sctp": [{"HostIp": "", "HostPort": "7"}]}}}
            """);

    assertThat(reply.id()).isEqualTo("4c20");
    assertThat(reply.name()).isEqualTo("shop-web-1");
    assertThat(reply.image()).isEqualTo("localhost/app:1");
    assertThat(reply.belongsTo("n")).isTrue();
    assertThat(reply.belongsTo("n2")).isFalse();
    assertThat(reply.specHash()).isEqualTo("00ff");
    assertThat(reply.ociRuntime()).isEqualTo("runsc");
    assertThat(reply.stopTimeout()).hasSeconds(7);
    assertThat(reply.status().startedAt())
        .contains(Instant.parse("2026-11-22T06:46:57.483815146Z"));
    assertThat(reply.status().finishedAt()).isEmpty();
    assertThat(reply.ports())
        .containsExactly(
            new PortBinding(53, 5353, "0.0.0.0", Protocol.UDP),
            new PortBinding(80, 8080, "127.0.0.1", Protocol.TCP));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "null",
        "{\"State\": null, \"Config\": [], \"NetworkSettings\": {\"Ports\": null}}",
        "{\"State\": {\"Status\": 7, \"ExitCode\": \"0\", \"StartedAt\": \"yesterday\"}}",
        "{\"Config\": {\"Labels\": null, \"StopTimeout\": null}}",
        "{\"NetworkSettings\": {\"Ports\": {\"x/tcp\": [{}], \"99999/tcp\": [{\"HostPort\": \"1\"}]}}}"
      })
  void whatIsMissingOrStrangeIsNotSaid(String json) {
    ContainerReply reply = reply(json);

    assertThat(reply.belongsTo("n")).isFalse();
    assertThat(reply.status().exitCode()).isEmpty();
    assertThat(reply.status().startedAt()).isEmpty();
    assertThat(reply.ports()).isEmpty();
  }

  private static ContainerReply reply(String json) {
    try {
      return ContainerReply.of(Json.parse(json));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
