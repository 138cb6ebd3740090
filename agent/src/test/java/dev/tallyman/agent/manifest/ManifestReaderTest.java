package dev.tallyman.agent.manifest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.google.protobuf.TextFormat;
import dev.tallyman.config.fault.Fault;
import dev.tallyman.config.fault.Faults;
import dev.tallyman.proto.v1.Port;
import dev.tallyman.proto.v1.RestartPolicy;
import dev.tallyman.proto.v1.Workload;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestReaderTest {

  private final Faults faults = new Faults();
  private final ManifestReader reader = new ManifestReader(faults);

  private List<ManifestWorkload> read(String yaml) {
    try {
      reader.readStream("m.yaml", new ByteArrayInputStream(yaml.getBytes(UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return reader.workloads();
  }

  private Workload readOne(String fields) {
    List<ManifestWorkload> all =
        read("workloads:\n  - {name: web, image: web:1, " + fields + "}\n");
    assertThat(faults()).isEmpty();
    return all.getFirst().workload();
  }

  private List<String> faultsOf(String fields) {
    read("workloads:\n- {name: web, image: web:1, " + fields + "}\n");
    return faults();
  }

  private List<String> faults() {
    return faults.list().stream().map(Fault::toString).toList();
  }

  @Test
  void aWholeManifestBecomesWorkloads() throws TextFormat.ParseException {
    List<ManifestWorkload> workloads =
        read(
            """
            stack: hello
            node: worker-1
            workloads:
              - name: web
                uid: u-1
                labels: {tier: front, rank: 1}
                image: localhost/tallyman-hello:1
                pullPolicy: never
                command: [httpd]
                args: [-f, -p, 8080, -h, /www]
                env: {GREETING: hello, EMPTY: "", N: 010, ON: true}
                workingDir: /www
                user: "1000:1000"
                isolation: microvm
                runtime: podman
                ports: [{containerPort: 8080, hostPort: 8088, hostIp: 127.0.0.1, protocol: udp}]
                resources: {cpu: 500m, memory: 64M, pids: 64}
                restart:
                  mode: on-failure
                  maxRestarts: 3
                  backoff: {initial: 1s, max: 30s, resetAfter: 1m30s}
                stopSignal: SIGINT
                stopGracePeriod: 1500ms
            """);
    assertThat(faults()).isEmpty();
    assertThat(workloads).hasSize(1);
    assertThat(workloads.getFirst().node()).hasValue("worker-1");
    assertThat(workloads.getFirst().where()).isEqualTo("m.yaml:4:5");
    assertThat(workloads.getFirst().workload())
        .isEqualTo(
            TextFormat.parse(
                """
                uid: "u-1" name: "web" stack: "hello"
                labels { key: "tier" value: "front" } labels { key: "rank" value: "1" }
                spec {
                  image: "localhost/tallyman-hello:1"
                  pull_policy: PULL_POLICY_NEVER
                  command: "httpd"
                  args: ["-f", "-p", "8080", "-h", "/www"]
                  env { name: "GREETING" value: "hello" }
                  env { name: "EMPTY" value: "" }
                  env { name: "N" value: "010" }
                  env { name: "ON" value: "true" }
                  working_dir: "/www"
                  user: "1000:1000"
                  isolation: ISOLATION_MICROVM
                  runtime: "podman"
                  resources { cpu_millis: 500 memory_bytes: 67108864 pids: 64 }
                  restart {
                    mode: RESTART_MODE_ON_FAILURE
                    max_restarts: 3
                    backoff { initial { seconds: 1 } max { seconds: 30 } reset_after { seconds: 90 } }
                  }
                  ports {
                    container_port: 8080 host_port: 8088 host_ip: "127.0.0.1"
                    protocol: PORT_PROTOCOL_UDP
                  }
                  stop_signal: "SIGINT"
                  stop_grace_period { seconds: 1 nanos: 500000000 }
                }
                """,
                Workload.class));
  }

  @Test
  void theStackIsDefaultAndTheNodeOpenWhenNothingIsSaid() {
    ManifestWorkload workload = read("workloads: [{name: a, image: b}]").getFirst();
    assertThat(workload.workload().getStack()).isEqualTo("default");
    assertThat(workload.node()).isEmpty();
  }

  @Test
  void aFileMayHoldSeveralDocuments() {
    List<ManifestWorkload> workloads =
        read(
            """
            stack: one
            workloads: [{name: a, image: i}]
            ---
            stack: two
            workloads: [{name: a, image: i}]
            """);
    assertThat(faults()).isEmpty();
    assertThat(workloads).extracting(w -> w.workload().getStack()).containsExactly("one", "two");
  }

  @ParameterizedTest
  @CsvSource({
    "no, mode: RESTART_MODE_NO",
    "always, mode: RESTART_MODE_ALWAYS",
    "unless-stopped, mode: RESTART_MODE_UNLESS_STOPPED",
    "while-needed, mode: RESTART_MODE_WHILE_NEEDED",
    "on-failure, mode: RESTART_MODE_ON_FAILURE",
    "on-failure:3, mode: RESTART_MODE_ON_FAILURE max_restarts: 3",
  })
  void restartMayBeOneWord(String word, String expected) throws TextFormat.ParseException {
    assertThat(readOne("restart: " + word).getSpec().getRestart())
        .isEqualTo(TextFormat.parse(expected, RestartPolicy.class));
  }

  @ParameterizedTest
  @ValueSource(strings = {"never", "always:3", "on-failure:0", "on-failure:-1", "on-failure:x"})
  void otherRestartWordsAreRefused(String word) {
    assertThat(faultsOf("restart: " + word)).hasSize(1);
    assertThat(faults().getFirst())
        .startsWith("m.yaml:2:38: workloads[0].restart: " + word + " (expected: no, always,");
  }

  @ParameterizedTest
  @CsvSource({
    "8080, container_port: 8080",
    "8088:8080, container_port: 8080 host_port: 8088",
    "53:53/udp, container_port: 53 host_port: 53 protocol: PORT_PROTOCOL_UDP",
    "127.0.0.1:8088:8080/tcp, container_port: 8080 host_port: 8088 host_ip: '127.0.0.1' protocol:"
        + " PORT_PROTOCOL_TCP",
    "0.0.0.0::80, container_port: 80 host_ip: '0.0.0.0'",
    "[::1]:8088:80, container_port: 80 host_port: 8088 host_ip: '::1'",
  })
  void aPortMayBeText(String text, String expected) throws TextFormat.ParseException {
    assertThat(readOne("ports: ['" + text + "']").getSpec().getPorts(0))
        .isEqualTo(TextFormat.parse(expected, Port.class));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0", "65536", "80:0", "70000:80", "a:80", "80/sctp", "1.2.3.4:80", "80-90:80-90"})
  void otherPortTextsAreRefused(String text) {
    assertThat(faultsOf("ports: ['" + text + "']")).hasSize(1);
    assertThat(faults().getFirst()).contains("workloads[0].ports[0]: " + text + " (expected: ");
  }

  @Test
  void envMayBeAListToo() {
    assertThat(readOne("env: [{name: A, value: '1'}, {name: B, value: ''}]").getSpec().getEnvList())
        .extracting(variable -> variable.getName() + "=" + variable.getValue())
        .containsExactly("A=1", "B=");
  }

  @Test
  void valuesWithoutTextAreRefusedByName() {
    assertThat(faultsOf("env: {A: , B: [x]}, labels: {l: ~}, args: [~], user: "))
        .containsExactly(
            "m.yaml:2:37: workloads[0].env.A: nothing (expected: text; \"\" for empty text)",
            "m.yaml:2:43: workloads[0].env.B: a list (expected: text; \"\" for empty text)",
            "m.yaml:2:61: workloads[0].labels.l: nothing (expected: text; \"\" for empty text)",
            "m.yaml:2:72: workloads[0].args[0]: nothing (expected: text)",
            "m.yaml:2:81: workloads[0].user: nothing (expected: text)");
  }

  @Test
  void allFaultsAreReportedAtOnceWithPlaceAndPath() {
    read(
        """
        stak: hello
        workloads:
          - name: web
            imgae: x
            resources: {memory: 64m, cpu: fast, pid: 3, pids: -1}
            stopGracePeriod: 10
          - image: y
            isolation: jail
            ports: [{hostPort: 80}, {containerPort: 70000}]
            command: httpd
            cpu_millis: 5
          - web
        """);
    assertThat(faults())
        .containsExactlyInAnyOrder(
            "m.yaml:1:1: stak: no such field; did you mean stack?",
            "m.yaml:4:5: workloads[0].imgae: no such field; did you mean image?",
            "m.yaml:3:5: workloads[0].image: missing (expected: text)",
            "m.yaml:5:25: workloads[0].resources.memory: 64m (expected: a size like 64M, 8G or"
                + " 1048576, units K M G T of 1024)",
            "m.yaml:5:35: workloads[0].resources.cpu: fast (expected: cores like 2 or 1.5, or"
                + " thousandths of a core like 500m)",
            "m.yaml:5:41: workloads[0].resources.pid: no such field; did you mean pids?",
            "m.yaml:5:55: workloads[0].resources.pids: -1 (expected: a whole number, 0 to"
                + " 4294967295)",
            "m.yaml:6:22: workloads[0].stopGracePeriod: 10 (expected: a duration like 500ms, 10s,"
                + " 2m or 1h30m)",
            "m.yaml:7:5: workloads[1].name: missing (expected: text)",
            "m.yaml:8:16: workloads[1].isolation: jail (expected: one of container, sandbox,"
                + " microvm)",
            "m.yaml:9:13: workloads[1].ports[0].containerPort: missing (expected: a whole number,"
                + " 1 to 65535)",
            "m.yaml:9:45: workloads[1].ports[1].containerPort: 70000 (expected: a whole number, 1"
                + " to 65535)",
            "m.yaml:10:14: workloads[1].command: text (expected: a list)",
            "m.yaml:11:5: workloads[1].cpu_millis: no such field",
            "m.yaml:12:5: workloads[2]: text (expected: a mapping with name, image, ...)");
  }

  @Test
  void namesAndUidsMustDifferOverAllFiles(@TempDir Path dir) throws IOException {
    Path one = dir.resolve("1.yaml");
    Path two = dir.resolve("2.yaml");
    Files.writeString(one, "workloads: [{name: a, image: i}, {name: b, uid: u, image: i}]");
    Files.writeString(two, "workloads: [{name: a, image: i}, {name: c, uid: u, image: i}]");
    reader.readFile(one);
    reader.readFile(two);
    assertThat(faults().stream().map(fault -> fault.replace(dir + "/", "")))
        .containsExactly(
            "2.yaml:1:13: workloads[0].name: a: given twice, first at 1.yaml:1:13",
            "2.yaml:1:34: workloads[1].uid: u: given twice, first at 1.yaml:1:34");
  }

  @Test
  void theSameNameMayStandOnTwoNodesAndInTwoStacks() {
    read("node: n1\nworkloads: [{name: a, image: i}]");
    read("node: n2\nworkloads: [{name: a, image: i}]");
    read("node: n2\nstack: s\nworkloads: [{name: a, image: i}]");
    assertThat(faults()).isEmpty();
    assertThat(reader.workloads()).hasSize(3);
  }

  @Test
  void aDocumentWithoutWorkloadsIsRefused() {
    read("stack: x\n---\nworkloads: {}\n---\n- a\n");
    assertThat(faults())
        .containsExactly(
            "m.yaml:1:1: workloads: missing (expected: a list)",
            "m.yaml:3:12: workloads: a mapping (expected: a list)",
            "m.yaml:5:1: a list (expected: a mapping with stack, node, workloads)");
  }

  @Test
  void aManifestBeyondTheBoundsIsRefused() {
    read("x".repeat((4 << 20) + 1));
    assertThat(faults()).containsExactly("m.yaml: too large (expected: at most 4194304 bytes)");
  }

  @Test
  void anchorsAndDeepNestingAreRefused() {
    read("workloads: [&a {name: a, image: i}, *a]");
    read("[".repeat(100));
    assertThat(faults())
        .contains(
            "m.yaml:1:13: &a: anchors are not supported",
            "m.yaml:1:37: *a: aliases are not supported",
            "m.yaml:1:51: nested too deeply (expected: at most 50 levels)");
  }

  @Test
  void jsonIsYamlToo() {
    String json =
        """
        {"workloads": [{"name": "a", "image": "i", "stopGracePeriod": "2s"}]}
        """;
    Workload workload = read(json).getFirst().workload();
    assertThat(workload.getSpec().getStopGracePeriod())
        .isEqualTo(Duration.newBuilder().setSeconds(2).build());
    assertThat(faults()).isEmpty();
  }

  @Test
  void whatAStackNeedsIsReadToo() throws TextFormat.ParseException {
    Workload workload =
        readOne(
            """
            dependencies: [db, "init:completed", {workload: log, optional: true}],
            update: {onFailure: keep, deadline: 1m},
            env: {A: plain, DB: {template: "${db.url}"}},
            tty: true,
            init: false,
            files: [{target: /key, content: c2VjcmV0, mode: 0440, kind: config}],
            mounts: [{target: /cache, volume: {}}, {target: /tmp, tmpfs: {size: 64M, mode: "1777"}}],
            resources: {memorySwap: -1, oomScoreAdjustment: -5},
            ulimits: [{name: core, soft: 0, hard: -1}],
            sysctls: {net.core.somaxconn: 512},
            readiness: {http: {port: 80, headers: {Host: x}}, interval: 500ms}
            """);
    assertThat(workload)
        .isEqualTo(
            TextFormat.parse(
                """
                name: "web" stack: "default"
                dependencies { workload: "db" }
                dependencies { workload: "init" condition: DEPENDENCY_CONDITION_COMPLETED }
                dependencies { workload: "log" optional: true }
                update { on_failure: UPDATE_FAILURE_KEEP deadline { seconds: 60 } }
                spec {
                  image: "web:1"
                  env { name: "A" value: "plain" } env { name: "DB" template: "${db.url}" }
                  tty: true
                  files { target: "/key" content: "secret" mode: 288 kind: FILE_KIND_CONFIG }
                  mounts { target: "/cache" volume { } }
                  mounts { target: "/tmp" tmpfs { size_bytes: 67108864 mode: 1023 } }
                  resources { memory_swap_bytes: -1 oom_score_adjustment: -5 }
                  ulimits { name: "core" soft: 0 hard: -1 }
                  sysctls { key: "net.core.somaxconn" value: "512" }
                  readiness {
                    http { port: 80 headers { key: "Host" value: "x" } }
                    interval { nanos: 500000000 }
                  }
                }
                """,
                Workload.class));
  }

  @Test
  void formsThatAreNoneAreRefusedAndContentsNotShown() {
    assertThat(
            faultsOf(
                "tty: yes, files: [{target: /a, content: 's3cret!', mode: 0999}],"
                    + " env: {A: {}, B: {value: x, tmplate: y}}, dependencies: ['db:ready'],"
                    + " mounts: [{target: /a, volume: {}, tmpfs: {}}], liveness: {tcp: {port: 0}}"))
        .extracting(fault -> fault.replaceAll("^m.yaml:2:\\d+: workloads\\[0]\\.", ""))
        .containsExactlyInAnyOrder(
            "tty: yes (expected: true or false)",
            "files[0].content: *** (expected: bytes in Base64)",
            "files[0].mode: 0999 (expected: permission bits in octal like 0440)",
            "env.A.value: missing (expected: text, or a template)",
            "env.B.tmplate: no such field; did you mean template?",
            "dependencies[0]: db:ready (expected: WORKLOAD or WORKLOAD:CONDITION with started,"
                + " healthy or completed)",
            "mounts[0].source: volume, tmpfs (expected: one of bind, volume, tmpfs)",
            "liveness.tcp.port: 0 (expected: a whole number, 1 to 65535)");
  }
}
