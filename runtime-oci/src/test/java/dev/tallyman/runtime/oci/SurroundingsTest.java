package dev.tallyman.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tallyman.runtime.Deadlines;
import dev.tallyman.runtime.ExecRequest;
import dev.tallyman.runtime.ExecResult;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.InstanceState;
import dev.tallyman.runtime.Limits;
import dev.tallyman.runtime.LogRequest;
import dev.tallyman.runtime.Mount;
import dev.tallyman.runtime.NetworkSpec;
import dev.tallyman.runtime.Networking;
import dev.tallyman.runtime.Ownership;
import dev.tallyman.runtime.ProcessSpec;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.Security;
import dev.tallyman.runtime.Tuning;
import dev.tallyman.runtime.VolumeSpec;
import dev.tallyman.runtime.oci.http.EngineHttp;
import dev.tallyman.runtime.oci.http.EngineRefusal;
import dev.tallyman.runtime.testkit.SpecBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the surroundings of a spec look like from inside an instance. */
abstract class SurroundingsTest {

  private static final String FOREVER = "while :; do sleep 3600 & wait; done";

  @TempDir Path folder;
  private FaultProxy proxy;
  private EngineHttp http;
  private String mark;
  private int uids;
  OciRuntime runtime;

  abstract TestEngine engine();

  @BeforeEach
  void connect() {
    proxy = new FaultProxy(folder.resolve("proxy.sock"), engine().socket());
    http = new EngineHttp(engine().socket());
    mark = Long.toHexString(System.nanoTime());
    runtime =
        new OciRuntime(
            engine().kind(),
            "around-" + mark,
            folder.resolve("proxy.sock"),
            Deadlines.DEFAULT,
            InstantSource.system(),
            folder,
            Path.of("/dev/shm/tallyman-test-" + mark));
  }

  @AfterEach
  void sweep() {
    if (runtime != null) {
      runtime.list().forEach(instance -> runtime.remove(instance.uid()));
      runtime.assets().list().forEach(runtime.assets()::remove);
      runtime.close();
      proxy.close();
      var _ = Path.of("/dev/shm/tallyman-test-" + mark).toFile().delete();
    }
  }

  /**
   * In the closed network nothing is sent: not every test machine forwards there. That there is no
   * way out of it is the engine's word: Docker closes it by firewall rules, which are switched off
   * in private engines.
   */
  @Test
  void instancesFindEachOtherByAliasAtTheAddressThatTheyWereGiven() {
    NetworkSpec open = network("open", Set.of(), Optional.empty());
    NetworkSpec closed =
        network("closed", Set.of(NetworkSpec.Trait.INTERNAL), Optional.of("10.211.77.0/24"));
    Instance server =
        launch(
            spec("httpd -f -p 8080 -h /etc")
                .named("s", "server")
                .network(
                    new Networking.Attached(
                        List.of(
                            new Networking.Attachment(
                                open,
                                List.of("db", "database"),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty()),
                            new Networking.Attachment(
                                closed,
                                List.of("inner"),
                                Optional.of("10.211.77.77"),
                                Optional.empty(),
                                Optional.empty())))));
    Instance client = launch(spec(FOREVER).network(Wanted.attached(open, "client")));
    Instance inner = launch(spec(FOREVER).network(Wanted.attached(closed, "client")));

    assertThat(client.addresses()).containsOnlyKeys(open.name());
    assertThat(server.addresses())
        .containsOnlyKeys(open.name(), closed.name())
        .containsEntry(closed.name(), "10.211.77.77");
    assertThat(says(client, hostNameOf("database"))).isEqualTo("server");
    assertThat(says(inner, "nslookup inner")).contains("10.211.77.77");
    assertThat(isInternal(closed)).isTrue();
    assertThat(isInternal(open)).isFalse();
  }

  /** The static wget of the test image crashes where an engine has its own name server. */
  private static String hostNameOf(String alias) {
    return ask("$(nslookup %s | sed -n 's/^Address: //p' | head -n 1)".formatted(alias));
  }

  private static String ask(String address) {
    return "printf 'GET /hostname HTTP/1.0\\r\\n\\r\\n' | nc -w 2 %s 8080 | tail -n 1 | grep ."
        .formatted(address);
  }

  @Test
  void aSecondLaunchInANetworkAsksNothingAboutIt() {
    NetworkSpec network = network("net", Set.of(), Optional.empty());
    launch(spec(FOREVER).network(Wanted.attached(network, "one")));
    proxy.forgetRequests();

    launch(spec(FOREVER).network(Wanted.attached(network, "two")));

    assertThat(proxy.requests()).hasSize(3);
  }

  @Test
  void anInstanceSharesTheNetworkAndTheProcessesOfAnother() {
    launch(spec("httpd -f -p 8080 -h /etc").named("s", "main"));
    Instance sidecar =
        launch(
            spec(FOREVER)
                .named("s", "sidecar")
                .network(new Networking.SharedWith("main"))
                .process(
                    Wanted.process(
                        Set.of(),
                        List.of(),
                        Map.of(),
                        List.of(),
                        0,
                        new ProcessSpec.OfWorkload("main"))));

    assertThat(says(sidecar, ask("127.0.0.1"))).isEqualTo("main");
    assertThat(says(sidecar, "ps")).contains("httpd -f -p 8080");
  }

  @Test
  void aVolumeOutlivesItsInstancesAndANamelessOneDoesNot() throws Exception {
    VolumeSpec volume =
        new VolumeSpec(
            "vol-" + mark, Ownership.STACK, Optional.empty(), Map.of(), Map.of("a", "b"));
    int before = volumes();
    Instance first =
        launch(
            spec(FOREVER)
                .mount(Wanted.named("/data", Optional.of(volume), Mount.Access.READ_WRITE))
                .mount(Wanted.named("/scratch", Optional.empty(), Mount.Access.READ_WRITE)));
    assertThat(says(first, "echo kept > /data/file; echo lost > /scratch/file; echo done"))
        .isEqualTo("done");
    assertThat(volumes()).isEqualTo(before + 2);
    runtime.remove(first.uid());

    assertThat(volumes()).isEqualTo(before + 1);
    Instance second =
        launch(
            spec(FOREVER)
                .mount(Wanted.named("/data", Optional.of(volume), Mount.Access.READ_ONLY)));
    assertThat(says(second, "cat /data/file")).isEqualTo("kept");
    assertThat(exec(second, "echo more > /data/file").exitCode()).isNotZero();
  }

  @Test
  void directoriesOfTheHostAndMemoryAreMounted() throws Exception {
    Path there = Files.createDirectory(folder.resolve("there"));
    Files.writeString(there.resolve("file"), "of the host");
    Path made = folder.resolve("made/deep");
    Instance instance =
        launch(
            spec(FOREVER)
                .mount(Wanted.bind("/ro", there, Mount.Access.READ_ONLY, Mount.Missing.REFUSE))
                .mount(
                    Wanted.bind(
                        "/rw", made, Mount.Access.READ_WRITE, Mount.Missing.CREATE_DIRECTORY))
                .mount(
                    new Mount(
                        "/mem",
                        Mount.Access.READ_WRITE,
                        new Mount.Tmpfs(1 << 20, 0700, List.of("noexec")))));

    assertThat(says(instance, "cat /ro/file")).isEqualTo("of the host");
    assertThat(exec(instance, "echo x > /ro/file").exitCode()).isNotZero();
    assertThat(says(instance, "echo written > /rw/file; cat /rw/file")).isEqualTo("written");
    assertThat(Files.readString(made.resolve("file"))).isEqualTo("written\n");
    assertThat(says(instance, "grep ' /mem ' /proc/mounts"))
        .contains("tmpfs", "noexec", "size=1024k", "mode=700");
  }

  @Test
  void aPathThatIsNotThereIsRefusedAndNotMade() {
    Path missing = folder.resolve("missing");
    InstanceSpec spec =
        spec(FOREVER)
            .mount(Wanted.bind("/x", missing, Mount.Access.READ_WRITE, Mount.Missing.REFUSE))
            .build();

    assertThatThrownBy(() -> runtime.launch(spec))
        .isInstanceOf(RuntimeFailure.InvalidSpec.class)
        .hasMessageContaining(missing.toString());
    assertThat(missing).doesNotExist();
    assertThat(runtime.list()).isEmpty();
  }

  @Test
  void privilegesAreTakenAwayAndGiven() {
    Instance instance =
        launch(
            spec(FOREVER)
                .security(
                    new Security(
                        Set.of(Security.Grant.NO_NEW_PRIVILEGES, Security.Grant.READ_ONLY_ROOT),
                        Set.of("NET_ADMIN"),
                        Set.of("ALL"),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        List.of("777"),
                        Optional.empty())));
    String status = says(instance, "cat /proc/1/status");

    // NET_ADMIN is bit 12.
    assertThat(status).containsPattern("CapEff:\\s+0000000000001000");
    assertThat(status).containsPattern("CapBnd:\\s+0000000000001000");
    assertThat(status).containsPattern("NoNewPrivs:\\s+1");
    assertThat(status).containsPattern("Groups:.*777");
    assertThat(exec(instance, "touch /file").output()).contains("Read-only file system");
  }

  @Test
  void aSeccompProfileOfTheWorkloadIsInForce() {
    String profile =
        """
        {"defaultAction": "SCMP_ACT_ALLOW",
         "syscalls": [{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO"}]}
        """;
    Instance confined = launch(spec(FOREVER).security(Wanted.seccomp(profile)));
    Instance free = launch(spec(FOREVER).security(Wanted.seccomp("unconfined")));

    assertThat(exec(confined, "mkdir /tmp/made").output()).contains("Operation not permitted");
    assertThat(exec(confined, "grep Seccomp: /proc/self/status").output()).contains("2");
    assertThat(exec(free, "mkdir /tmp/made").exitCode()).isZero();
    assertThat(exec(free, "grep Seccomp: /proc/self/status").output()).contains("0");
  }

  @Test
  void theProcessHasTheSurroundingsThatItAsksFor() {
    Instance instance =
        launch(
            spec(FOREVER)
                .limits(new Limits(0, 64L << 20, 0))
                .networking(
                    new Networking(
                        new Networking.Engine(),
                        Optional.of("my-host"),
                        Optional.empty(),
                        new Networking.Dns(List.of("192.0.2.53"), List.of("in.example"), List.of()),
                        List.of(new Networking.HostEntry("other", "192.0.2.7"))))
                .process(
                    Wanted.process(
                        Set.of(),
                        // Podman raises the second one itself where only the first is given, which
                        // not every test machine allows.
                        List.of(
                            new ProcessSpec.Ulimit("nofile", 100, 200),
                            new ProcessSpec.Ulimit("nproc", 900, 900)),
                        Map.of("net.core.somaxconn", "77"),
                        List.of(new ProcessSpec.Device("/dev/null", "/dev/nothing", "rw")),
                        8 << 20,
                        new ProcessSpec.Own()))
                .tuning(new Tuning(128L << 20, 32L << 20, 512, Optional.of("0"), 100)));

    assertThat(says(instance, "hostname")).isEqualTo("my-host");
    assertThat(says(instance, "cat /etc/resolv.conf")).contains("192.0.2.53", "in.example");
    assertThat(says(instance, "cat /etc/hosts")).containsPattern("192.0.2.7\\s+other");
    assertThat(says(instance, "cat /proc/1/limits"))
        .containsPattern("Max open files\\s+100\\s+200")
        .containsPattern("Max processes\\s+900\\s+900");
    assertThat(says(instance, "cat /proc/sys/net/core/somaxconn")).isEqualTo("77");
    assertThat(says(instance, "test -c /dev/nothing && echo device")).isEqualTo("device");
    assertThat(says(instance, "grep /dev/shm /proc/mounts")).contains("size=8192k");
    assertThat(says(instance, "cat /proc/1/oom_score_adj")).isEqualTo("100");
    assertThat(says(instance, "grep Cpus_allowed_list /proc/1/status")).endsWith("\t0");
    assertThat(number(instance, "Memory")).hasValue(64L << 20);
    assertThat(number(instance, "MemorySwap")).hasValue(128L << 20);
    assertThat(number(instance, "MemoryReservation")).hasValue(32L << 20);
    assertThat(number(instance, "CpuShares")).hasValue(512);
  }

  @Test
  void theOutputOfATerminalIsReadAsItCame() {
    Instance instance =
        runtime.launch(
            spec("echo one; echo two >&2; sleep 1")
                .process(
                    Wanted.process(
                        Set.of(ProcessSpec.Trait.TTY),
                        List.of(),
                        Map.of(),
                        List.of(),
                        0,
                        new ProcessSpec.Own()))
                .build());
    StringBuilder text = new StringBuilder();

    runtime.logs(
        instance.uid(),
        new LogRequest(OptionalInt.empty(), LogRequest.End.WITH_INSTANCE),
        (stream, at, data) -> {
          assertThat(at).isPresent();
          text.append(stream).append(' ').append(new String(data, StandardCharsets.UTF_8));
        });

    assertThat(text.toString()).isEqualTo("STDOUT one\r\nSTDOUT two\r\n");
  }

  @Test
  void anInstanceThatKeepsNoOutputSaysSo() {
    Instance instance =
        launch(spec(FOREVER).process(Wanted.logging(new ProcessSpec.Logging("none", Map.of()))));

    assertThatThrownBy(() ->
            runtime.logs(
                instance.uid(),
                new LogRequest(OptionalInt.empty(), LogRequest.End.NOW),
                (_, _, _) -> {}))
        .isInstanceOf(RuntimeFailure.Unsupported.class);
  }

  @Test
  void theHealthCheckOfTheImageIsSwitchedOff() throws Exception {
    Instance instance = launch(spec(FOREVER));

    assertThat(
            http.get("/v1.41/containers/" + instance.id() + "/json")
                .body()
                .at("Config")
                .at("Healthcheck")
                .at("Test")
                .toString())
        .isEqualTo("[\"NONE\"]");
    assertThat(runtime.images().healthCheck(engine().image())).isEmpty();
    assertThatThrownBy(() -> runtime.images().healthCheck("localhost/no-such-image:1"))
        .isInstanceOf(RuntimeFailure.ImageNotFound.class);
  }

  @Test
  void whatTheEngineWouldIgnoreIsRefusedByName() {
    assertRefused(spec(FOREVER).process(Wanted.annotations(Map.of("a", "b"))), "annotations");
    assertRefused(
        spec(FOREVER).process(Wanted.logging(new ProcessSpec.Logging("nowhere", Map.of()))),
        "nowhere");
    assertRefused(spec(FOREVER).process(Wanted.platform("linux/riscv64")), "linux/riscv64");
    assertRefused(spec(FOREVER).process(Wanted.ociRuntime("nobody")), "nobody");
    assertRefused(
        spec(FOREVER)
            .mount(
                new Mount(
                    "/x",
                    Mount.Access.READ_WRITE,
                    new Mount.Named(Optional.empty(), Mount.Copy.NONE, Optional.of("sub")))),
        "volumes/subpath");
    assertRefused(
        spec(FOREVER)
            .security(
                new Security(
                    Set.of(),
                    Set.of(),
                    Set.of(),
                    Optional.empty(),
                    Optional.empty(),
                    List.of(),
                    List.of(),
                    Optional.of("nonsense"))),
        "nonsense");
    assertThat(runtime.list()).isEmpty();
  }

  void assertRefused(SpecBuilder spec, String word) {
    assertThatThrownBy(() -> runtime.launch(spec.build()))
        .isInstanceOfAny(RuntimeFailure.Unsupported.class, RuntimeFailure.InvalidSpec.class)
        .hasMessageContaining(word);
  }

  Instance launch(SpecBuilder spec) {
    Instance instance = runtime.launch(spec.build());
    assertThat(instance.state()).isInstanceOf(InstanceState.Running.class);
    return instance;
  }

  SpecBuilder spec(String script) {
    return SpecBuilder.spec("around-" + mark + "-" + ++uids, engine().image())
        .named("s", "app")
        .command(List.of("/bin/sh", "-c"))
        .args(List.of(script))
        .stopGrace(Duration.ZERO);
  }

  /** Retried for a moment: servers inside need one to begin. */
  String says(Instance instance, String command) {
    ExecResult result =
        exec(
            instance,
            "for i in 1 2 3 4 5 6 7 8 9; do { %s; } 2>/dev/shm/err && exit 0; sleep 0.2; done; cat /dev/shm/err; exit 9"
                .formatted(command));
    assertThat(result.exitCode()).as(result.output()).isZero();
    return result.output().strip();
  }

  private ExecResult exec(Instance instance, String command) {
    return runtime.exec(
        instance.uid(), new ExecRequest(List.of("/bin/sh", "-c", command), Duration.ofSeconds(20)));
  }

  private OptionalLong number(Instance instance, String field) {
    try {
      return http.get("/v1.41/containers/" + instance.id() + "/json")
          .body()
          .at("HostConfig")
          .at(field)
          .number();
    } catch (IOException | EngineRefusal e) {
      throw new AssertionError(e);
    }
  }

  private boolean isInternal(NetworkSpec network) {
    try {
      return http.get("/v1.41/networks/" + network.name()).body().at("Internal").isTrue();
    } catch (IOException | EngineRefusal e) {
      throw new AssertionError(e);
    }
  }

  private int volumes() throws IOException, EngineRefusal {
    return http.get("/v1.41/volumes").body().at("Volumes").items().size();
  }

  NetworkSpec network(String name, Set<NetworkSpec.Trait> traits, Optional<String> subnet) {
    return new NetworkSpec(
        name + "-" + mark,
        Ownership.STACK,
        Optional.empty(),
        Map.of(),
        traits,
        subnet
            .map(
                range -> List.of(new NetworkSpec.Subnet(range, Optional.empty(), Optional.empty())))
            .orElse(List.of()),
        Map.of());
  }
}
