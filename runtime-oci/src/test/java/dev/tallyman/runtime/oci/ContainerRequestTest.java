package dev.tallyman.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.Isolation;
import dev.tallyman.runtime.Limits;
import dev.tallyman.runtime.PortBinding;
import dev.tallyman.runtime.PortBinding.Protocol;
import dev.tallyman.runtime.testkit.SpecBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ContainerRequestTest {

  @Test
  void everythingInASpecIsAskedFor() {
    InstanceSpec spec =
        SpecBuilder.spec("u-1", "registry.example/app:1")
            .named("shop", "web")
            .label("team", "deck")
            .command(List.of("/app"))
            .args(List.of("--port", "80"))
            .env("B", "2=3\n")
            .env("A", "")
            .workingDir("/srv")
            .user("7:8")
            .isolation(Isolation.SANDBOX)
            .limits(new Limits(1500, 64 << 20, 99))
            .port(new PortBinding(80, 8080, "127.0.0.1", Protocol.TCP))
            .port(new PortBinding(80, 8081, "127.0.0.2", Protocol.TCP))
            .port(new PortBinding(53, 0, "0.0.0.0", Protocol.UDP))
            .stopSignal("SIGINT")
            .stopGrace(Duration.ofMillis(1500))
            .build();

    assertThat(sent(spec, "node-1", Optional.of("runsc")))
        .isEqualTo(
            JsonParser.parseString(
                """
                {"Image": "registry.example/app:1", "Hostname": "web",
                 "Entrypoint": ["/app"], "Cmd": ["--port", "80"],
                 "Env": ["B=2=3\\n", "A="], "WorkingDir": "/srv", "User": "7:8",
                 "StopSignal": "SIGINT", "StopTimeout": 2,
                 "Labels": {"team": "deck", "tallyman.node": "node-1", "tallyman.uid": "u-1",
                            "tallyman.stack": "shop", "tallyman.workload": "web",
                            "tallyman.spec-hash": "%s"},
                 "ExposedPorts": {"80/tcp": {}, "53/udp": {}},
                 "HostConfig": {
                   "RestartPolicy": {"Name": "no"}, "AutoRemove": false,
                   "NanoCpus": 1500000000, "Memory": 67108864, "MemorySwap": 67108864,
                   "PidsLimit": 99, "Runtime": "runsc",
                   "PortBindings": {
                     "80/tcp": [{"HostIp": "127.0.0.1", "HostPort": "8080"},
                                {"HostIp": "127.0.0.2", "HostPort": "8081"}],
                     "53/udp": [{"HostIp": "0.0.0.0", "HostPort": ""}]}}}
                """
                    .formatted(spec.specHash())));
  }

  @Test
  void whatASpecLeavesOpenIsLeftToTheImageAndTheEngine() {
    InstanceSpec spec = SpecBuilder.spec("u-1", "registry.example/app:1").named("s", "w").build();

    assertThat(sent(spec, "n", Optional.empty()))
        .isEqualTo(
            JsonParser.parseString(
                """
                {"Image": "registry.example/app:1", "Hostname": "w", "Env": [],
                 "StopTimeout": %d,
                 "Labels": {"tallyman.node": "n", "tallyman.uid": "u-1", "tallyman.stack": "s",
                            "tallyman.workload": "w", "tallyman.spec-hash": "%s"},
                 "ExposedPorts": {},
                 "HostConfig": {"RestartPolicy": {"Name": "no"}, "AutoRemove": false,
                                "PortBindings": {}}}
                """
                    .formatted(spec.stopGrace().toSeconds(), spec.specHash())));
  }

  @Test
  void whatWouldNotArriveIsNamedAllAtOnce() {
    InstanceSpec spec =
        SpecBuilder.spec("u-1", "app")
            .label("a=b", "c")
            .env("", "x")
            .env("C=D", "y")
            .env("E", "f\0g")
            .build();

    assertThat(ContainerRequest.faults(spec).orElseThrow())
        .contains("labels: key 'a=b'")
        .contains("env: name ''")
        .contains("env: name 'C=D'")
        .contains("env: value of E has a NUL")
        .doesNotContain("f\0g");
  }

  @ParameterizedTest
  @CsvSource({"PT0S, 0", "PT0.001S, 1", "PT1S, 1", "PT1.000000001S, 2", "PT1H, 3600"})
  void aFractionOfASecondIsRoundedUp(Duration grace, long seconds) {
    assertThat(ContainerRequest.seconds(grace)).isEqualTo(seconds);
  }

  private static JsonElement sent(InstanceSpec spec, String node, Optional<String> ociRuntime) {
    return JsonParser.parseString(ContainerRequest.of(spec, node, ociRuntime).toString());
  }
}
