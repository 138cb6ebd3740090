package dev.tallyman.runtime.oci.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.Isolation;
import dev.tallyman.runtime.Limits;
import dev.tallyman.runtime.Mount;
import dev.tallyman.runtime.NetworkSpec;
import dev.tallyman.runtime.Networking.Attached;
import dev.tallyman.runtime.Networking.Attachment;
import dev.tallyman.runtime.Ownership;
import dev.tallyman.runtime.PortBinding;
import dev.tallyman.runtime.PortBinding.Protocol;
import dev.tallyman.runtime.ProcessSpec;
import dev.tallyman.runtime.Security;
import dev.tallyman.runtime.VolumeSpec;
import dev.tallyman.runtime.oci.engine.Dialect;
import dev.tallyman.runtime.testkit.SpecBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ContainerRequestTest {

  private static final Dialect DIALECT = new Dialect(Dialect.Kind.DOCKER, "20.10.24", "1.41");

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
                 "Healthcheck": {"Test": ["NONE"]},
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
                 "Healthcheck": {"Test": ["NONE"]}, "ExposedPorts": {},
                 "HostConfig": {"RestartPolicy": {"Name": "no"}, "AutoRemove": false,
                                "PortBindings": {}}}
                """
                    .formatted(spec.stopGrace().toSeconds(), spec.specHash())));
  }

  @Test
  void surroundingsAreAskedFor() {
    NetworkSpec first = network("shop_front");
    NetworkSpec second = network("shop_back");
    InstanceSpec spec =
        SpecBuilder.spec("u-1", "registry.example/app:1")
            .named("shop", "web")
            .network(new Attached(List.of(attachment(first, "10.1.0.7"), attachment(second, ""))))
            .mount(
                new Mount(
                    "/data",
                    Mount.Access.READ_ONLY,
                    new Mount.Named(
                        Optional.of(
                            new VolumeSpec(
                                "shop_data",
                                Ownership.STACK,
                                Optional.empty(),
                                Map.of(),
                                Map.of())),
                        Mount.Copy.NONE,
                        Optional.empty())))
            .mount(
                new Mount(
                    "/srv",
                    Mount.Access.READ_WRITE,
                    new Mount.Bind(
                        "/host/srv",
                        Mount.Missing.CREATE_DIRECTORY,
                        Optional.of("rslave"),
                        Mount.SelinuxLabel.SHARED)))
            .mount(
                new Mount(
                    "/mem",
                    Mount.Access.READ_WRITE,
                    new Mount.Tmpfs(4096, 0700, List.of("noexec"))))
            .security(
                new Security(
                    Set.of(Security.Grant.NO_NEW_PRIVILEGES, Security.Grant.READ_ONLY_ROOT),
                    Set.of("NET_ADMIN"),
                    Set.of("ALL"),
                    Optional.of("{}"),
                    Optional.empty(),
                    List.of(),
                    List.of("7"),
                    Optional.of("host")))
            .process(
                new ProcessSpec(
                    Set.of(ProcessSpec.Trait.INIT, ProcessSpec.Trait.TTY),
                    List.of(new ProcessSpec.Ulimit("nofile", 1, 2)),
                    Map.of("net.a", "1"),
                    List.of(new ProcessSpec.Device("/dev/a", "/dev/b", "rw")),
                    42,
                    new ProcessSpec.OfHost(),
                    new ProcessSpec.OfWorkload("db"),
                    Optional.of(new ProcessSpec.Logging("local", Map.of("max-size", "1m"))),
                    Optional.empty(),
                    Optional.empty(),
                    Map.of()))
            .build();
    Resolved resolved =
        new Resolved(
            DIALECT,
            Optional.empty(),
            Map.of("db", "4c20"),
            List.of(new Resolved.BoundFile("/run/secrets/key", Path.of("/run/x/key"))),
            Optional.empty());

    JsonObject body = ContainerRequest.of(spec, "n", resolved);

    assertThat(body.getAsJsonObject("NetworkingConfig"))
        .as("Docker takes one network before API 1.44")
        .isEqualTo(
            JsonParser.parseString(
                """
                {"EndpointsConfig": {"shop_front":
                  {"Aliases": ["web"], "IPAMConfig": {"IPv4Address": "10.1.0.7"}}}}
                """));
    assertThat(NetworkFields.left(spec, DIALECT)).hasSize(1);
    assertThat(NetworkFields.left(spec, new Dialect(Dialect.Kind.PODMAN, "4.3", "1.41"))).isEmpty();
    JsonObject host = body.getAsJsonObject("HostConfig");
    host.remove("RestartPolicy");
    host.remove("AutoRemove");
    host.remove("PortBindings");
    assertThat(host)
        .isEqualTo(
            JsonParser.parseString(
                """
                {"NetworkMode": "shop_front",
                 "Mounts": [
                   {"Type": "volume", "Target": "/data", "ReadOnly": true, "Source": "shop_data",
                    "VolumeOptions": {"NoCopy": true}},
                   {"Type": "bind", "Target": "/run/secrets/key", "ReadOnly": true,
                    "Source": "/run/x/key"}],
                 "Binds": ["/host/srv:/srv:rw,rslave,z"],
                 "Tmpfs": {"/mem": "size=4096,mode=700,noexec"},
                 "ReadonlyRootfs": true, "CapAdd": ["NET_ADMIN"], "CapDrop": ["ALL"],
                 "GroupAdd": ["7"], "UsernsMode": "host",
                 "SecurityOpt": ["no-new-privileges", "seccomp={}"],
                 "Init": true, "Ulimits": [{"Name": "nofile", "Soft": 1, "Hard": 2}],
                 "Sysctls": {"net.a": "1"},
                 "Devices": [{"PathOnHost": "/dev/a", "PathInContainer": "/dev/b",
                              "CgroupPermissions": "rw"}],
                 "ShmSize": 42, "PidMode": "host", "IpcMode": "container:4c20",
                 "LogConfig": {"Type": "local", "Config": {"max-size": "1m"}}}
                """));
  }

  private static NetworkSpec network(String name) {
    return new NetworkSpec(
        name, Ownership.STACK, Optional.empty(), Map.of(), Set.of(), List.of(), Map.of());
  }

  private static Attachment attachment(NetworkSpec network, String ipv4) {
    return new Attachment(
        network,
        List.of("web"),
        Optional.of(ipv4).filter(address -> !address.isEmpty()),
        Optional.empty(),
        Optional.empty());
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
    return JsonParser.parseString(
        ContainerRequest.of(spec, node, Resolved.plain(DIALECT, ociRuntime)).toString());
  }
}
