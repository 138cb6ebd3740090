package dev.tallyman.compose.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.proto.v1.EnvVar;
import dev.tallyman.proto.v1.Workload;
import dev.tallyman.proto.v1.WorkloadSpec;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TranslatorTest {

  @Test
  void aServiceBecomesAWorkloadOfTheStack() {
    Stack stack =
        Compose.of(
                """
                name: app
                services:
                  web:
                    image: nginx:1.29
                    command: [nginx, -g, daemon off;]
                    entrypoint: null
                    environment: {A: "1", B: null, C: ""}
                    working_dir: /srv
                    user: "1000:1000"
                    hostname: www
                    init: true
                    tty: true
                    stdin_open: true
                    stop_signal: sigquit
                    stop_grace_period: 1m30s
                    platform: linux/arm64/v8
                    pull_policy: always
                    runtime: runc
                    annotations: {run.oci.keep: "1"}
                    labels: {team: web}
                    logging: {driver: json-file, options: {max-size: 10m}}
                """)
            .stack();

    assertThat(stack.name()).isEqualTo("app");
    Workload web = stack.workloads().getFirst();
    assertThat(web.getName()).isEqualTo("web");
    assertThat(web.getStack()).isEqualTo("app");
    assertThat(web.getUid()).isEqualTo("app.web");
    assertThat(web.getGeneration()).isZero();
    assertThat(web.getLabelsMap()).containsExactly(java.util.Map.entry("team", "web"));
    WorkloadSpec spec = web.getSpec();
    assertThat(spec.getImage()).isEqualTo("nginx:1.29");
    assertThat(spec.getCommandList()).isEmpty();
    assertThat(spec.getArgsList()).containsExactly("nginx", "-g", "daemon off;");
    assertThat(spec.getEnvList()).containsExactly(variable("A", "1"), variable("C", ""));
    assertThat(spec.getWorkingDir()).isEqualTo("/srv");
    assertThat(spec.getUser()).isEqualTo("1000:1000");
    assertThat(spec.getHostname()).isEqualTo("www");
    assertThat(spec.getInit()).isTrue();
    assertThat(spec.getTty()).isTrue();
    assertThat(spec.getStdinOpen()).isTrue();
    assertThat(spec.getStopSignal()).isEqualTo("SIGQUIT");
    assertThat(spec.getStopGracePeriod().getSeconds()).isEqualTo(90);
    assertThat(spec.getPlatform()).isEqualTo("linux/arm64/v8");
    assertThat(spec.getPullPolicy().name()).isEqualTo("PULL_POLICY_ALWAYS");
    assertThat(spec.getOciRuntime()).isEqualTo("runc");
    assertThat(spec.getAnnotationsMap()).containsEntry("run.oci.keep", "1");
    assertThat(spec.getLogging().getDriver()).isEqualTo("json-file");
    assertThat(spec.getLogging().getOptionsMap()).containsEntry("max-size", "10m");
  }

  private static EnvVar variable(String name, String value) {
    return EnvVar.newBuilder().setName(name).setValue(value).build();
  }

  @Test
  void anEntrypointReplacesTheImagesAndAnEmptyOneTakesItAway() {
    WorkloadSpec both = Compose.service("entrypoint: [/run.sh]\ncommand: [a]").web();
    assertThat(both.getCommandList()).containsExactly("/run.sh");
    assertThat(both.getArgsList()).containsExactly("a");

    WorkloadSpec cleared = Compose.service("entrypoint: []\ncommand: [sleep, '1']").web();
    assertThat(cleared.getCommandList()).containsExactly("sleep", "1");
    assertThat(cleared.getArgsList()).isEmpty();

    assertThat(Compose.service("entrypoint: []").faults())
        .singleElement()
        .asString()
        .startsWith("compose.yaml:4:5: services.web.entrypoint: empty");
    assertThat(Compose.service("command: []").faults())
        .singleElement()
        .asString()
        .startsWith("compose.yaml:4:5: services.web.command: empty");
  }

  @Test
  void allFaultsOfAProjectAreToldAtOnceInTheOrderOfTheFile() {
    assertThat(
            Compose.of(
                    """
                    services:
                      web:
                        image: nginx
                        build: {context: .}
                        working_dir: srv
                        prots: []
                        volumes:
                          - {type: volume, source: dta, target: /data}
                      db:
                        restart: sometimes
                        x-tallyman: {polcy: hardened}
                    volumes:
                      data: {}
                    """)
                .faults())
        .containsExactly(
            "compose.yaml:4:5: services.web.build: not supported: build the image with your engine's build command and name it with image:",
            "compose.yaml:5:18: services.web.working_dir: srv (expected: an absolute path)",
            "compose.yaml:6:5: services.web.prots: unknown key of a service; did you mean ports?",
            "compose.yaml:8:32: services.web.volumes[0].source: there is no volume dta under volumes:; did you mean data?",
            "compose.yaml:9:3: services.db: image: missing (expected: the image to run, such as redis:8)",
            "compose.yaml:10:14: services.db.restart: sometimes (expected: no, always, on-failure, on-failure:3 or unless-stopped)",
            "compose.yaml:11:18: services.db.x-tallyman.polcy: unknown key of x-tallyman of a service; did you mean policy?");
  }

  @Test
  void aFileSaysWhatBecomesOfAStackThatDoesNotComeUp() {
    assertThat(stack("on_failure: roll_back").onFailure()).contains(Stack.OnFailure.ROLL_BACK);
    assertThat(stack("on_failure: keep").onFailure()).contains(Stack.OnFailure.KEEP);
    assertThat(stack("").onFailure()).isEmpty();
    assertThat(
            Compose.of("x-tallyman: {on_failure: rollback}\nservices: {web: {image: x}}").faults())
        .containsExactly(
            "compose.yaml:1:26: x-tallyman.on_failure: rollback (expected: keep, roll_back; did you mean roll_back?)");
  }

  private static Stack stack(String extension) {
    return Compose.of("x-tallyman: {%s}\nservices: {web: {image: x}}".formatted(extension)).stack();
  }

  @Test
  void extensionsOfOthersAreIgnoredButNotOursMistyped() {
    Compose compose =
        Compose.of(
            """
            x-common: {a: 1}
            services:
              web:
                image: busybox
                x-podman: {b: 2}
                x-talyman: {policy: hardened}
            """);

    assertThat(compose.warnings())
        .containsExactly(
            "compose.yaml:6:5: services.web.x-talyman: is ignored; did you mean x-tallyman?");
    assertThat(
            Compose.of(
                    """
                    services: {web: {image: x, deploy: {x-tallyman: {}}}}
                    volumes: {data: {x-tallyman: {}, x-other: {}}}
                    """)
                .faults())
        .containsExactly(
            "compose.yaml:1:37: services.web.deploy.x-tallyman: has no meaning in deploy (expected: in a service or beside services:)",
            "compose.yaml:2:18: volumes.data.x-tallyman: has no meaning in a volume (expected: in a service or beside services:)");
  }

  @Test
  void replicasBecomeWorkloadsOfTheirOwnAndShareAName() {
    Compose compose =
        Compose.of(
            """
            services:
              my_web.1:
                image: busybox
                networks: {default: null}
                deploy: {replicas: 3}
              job: {image: busybox, scale: 0}
            networks: {default: {name: app_default}}
            """);

    List<Workload> workloads = compose.stack().workloads();
    assertThat(workloads.stream().map(Workload::getName))
        .containsExactly("my-web-1-1", "my-web-1-2", "my-web-1-3");
    assertThat(workloads.stream().map(Workload::getUid))
        .containsExactly("app.my-web-1-1", "app.my-web-1-2", "app.my-web-1-3");
    assertThat(workloads)
        .allSatisfy(workload ->
            assertThat(workload.getSpec().getNetworking().getNetworks(0).getAliasesList())
                .containsExactly("my_web.1", "my-web-1"));
  }

  @Test
  void replicasCannotShareWhatThereIsOneOf() {
    assertThat(
            Compose.of(
                    """
                    services:
                      web:
                        image: x
                        scale: 2
                        container_name: www
                        ports: [{target: 80, published: "8080"}]
                        networks: {net: {ipv4_address: 10.0.0.5}}
                    networks: {net: {name: net}}
                    """)
                .faults())
        .satisfiesExactly(
            name -> assertThat(name).contains("container_name: one name for 2 replicas"),
            port -> assertThat(port).contains("published: 8080 for 2 replicas (compose.yaml:4:12)"),
            address -> assertThat(address).contains("ipv4_address: 10.0.0.5 for 2 replicas"));
  }

  @Test
  void namesThatMeetOrVanishAreRefused() {
    assertThat(
            Compose.of(
                    """
                    services:
                      a_b: {image: x}
                      a.b: {image: x}
                      __: {image: x}
                      web-1: {image: x}
                      web: {image: x, scale: 2}
                    """)
                .faults())
        .satisfiesExactly(
            meets ->
                assertThat(meets)
                    .startsWith("compose.yaml:3:")
                    .contains(
                        "its workload is called a-b, as one of services.a_b at compose.yaml:2:"),
            vanishes ->
                assertThat(vanishes).startsWith("compose.yaml:4:").contains("__ makes no name"),
            replica ->
                assertThat(replica)
                    .startsWith("compose.yaml:6:")
                    .contains("its workload is called web-1, as one of services.web-1"));
  }

  @Test
  void twoContainersCannotHaveOneName() {
    assertThat(
            Compose.of(
                    """
                    services:
                      a: {image: x, container_name: one}
                      b: {image: x, container_name: one}
                    """)
                .faults())
        .containsExactly(
            "compose.yaml:3:33: services.b.container_name: one is the name of services.a.container_name at compose.yaml:2:33 already");
  }

  @Test
  void longNamesKeepAStableAndShortUid() {
    String key = "k".repeat(60);
    Compose compose = Compose.of("services: {%s: {image: x}}".formatted(key));

    String uid = compose.stack("a-long-project-name").workloads().getFirst().getUid();
    assertThat(uid).hasSize(63).startsWith("a-long-project-name.kkk");
    assertThat(compose.stack("a-long-project-name").workloads().getFirst().getUid()).isEqualTo(uid);
    assertThat(compose.stack("b-long-project-name").workloads().getFirst().getUid())
        .isNotEqualTo(uid);
  }

  @Test
  void theStackHasTheProjectsNameAsADnsLabel() {
    assertThat(Names.stack("my_app")).contains("my-app");
    assertThat(Names.stack("__")).isEmpty();
    assertThat(Compose.service("").stack("my_app").name()).isEqualTo("my-app");
    assertThat(Compose.service("").stack("my_app").toString()).doesNotContain("busybox");
  }

  @Test
  void aThousandServicesThatNeedEachOtherAreTranslatedInAMoment() {
    String services =
        IntStream.range(0, 1000)
            .mapToObj(i ->
                "  s%d: {image: x, ports: [{target: 80, published: \"%d\"}], depends_on: {%s}}\n"
                    .formatted(
                        i,
                        10_000 + i,
                        i == 0 ? "" : "s" + (i - 1) + ": {condition: service_started}"))
            .collect(Collectors.joining());
    long start = System.nanoTime();
    assertThat(Compose.of("services:\n" + services).stack().workloads()).hasSize(1000);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void badValuesOfTheProcessAreToldWithWhatWasExpected() {
    assertThat(
            Compose.service(
                    """
                    stop_signal: "what?"
                    stop_grace_period: 2h
                    pull_policy: daily
                    platform: arm
                    isolation: hyperv
                    logging: {options: {a: b}}
                    init: maybe
                    user: "a b"
                    """)
                .faults())
        .satisfiesExactly(
            f -> assertThat(f).contains("stop_signal: what? (expected: the name of a signal"),
            f ->
                assertThat(f)
                    .contains("stop_grace_period: 2h (expected: a duration")
                    .contains("0s to 1h"),
            f -> assertThat(f).contains("pull_policy: daily (expected: always, missing"),
            f -> assertThat(f).contains("platform: arm (expected: os/architecture"),
            f -> assertThat(f).contains("isolation: hyperv (expected: default"),
            f -> assertThat(f).contains("logging: options without a driver"),
            f -> assertThat(f).contains("init: maybe (expected: true or false)"),
            f -> assertThat(f).contains("user: a b (expected: user or user:group"));
  }

  @Test
  void moreThanAnAgentTakesIsToldOfTheService() {
    assertThat(
            Compose.service(
                    """
                    command: ["%s"]
                    environment: {BIG: "%s"}
                    labels: {long: "%s", "tallyman.node": x}
                    annotations: {%s}
                    ports: [%s]
                    """
                        .formatted(
                            "c".repeat(1 << 17),
                            "v".repeat(1 << 20),
                            "l".repeat(5000),
                            IntStream.range(0, 65)
                                .mapToObj(i -> "a" + i + ": x")
                                .collect(Collectors.joining(",")),
                            IntStream.range(0, 257)
                                .mapToObj(i -> "{target: 1, published: \"%d\"}".formatted(i + 1))
                                .collect(Collectors.joining(","))))
                .faults())
        .satisfiesExactly(
            f -> assertThat(f).contains("services.web: 257 ports (expected: at most 256)"),
            f ->
                assertThat(f)
                    .contains(
                        "services.web: 1048580 bytes of the variable BIG (expected: at most 131071)"),
            f -> assertThat(f).contains("services.web: 131072 bytes of one word of command"),
            f -> assertThat(f).contains("bytes of all else (expected: at most 1048576)"),
            f ->
                assertThat(f)
                    .contains("services.web.labels.long: 5000 bytes (expected: at most 4096)"),
            f -> assertThat(f).contains("services.web.labels.tallyman.node: a reserved name"),
            f ->
                assertThat(f)
                    .contains("services.web.annotations: 65 entries (expected: at most 64)"));
  }
}
