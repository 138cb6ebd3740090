package dev.tallyman.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tallyman.config.fault.FaultsException;
import dev.tallyman.config.quantity.InvalidValueException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {

  enum Mode {
    FAST,
    VERY_SLOW
  }

  private static final Setting<String> NAME =
      Setting.of("node.name", ValueTypes.text(), "Name of this node.")
          .computed("the host name", () -> "host-1");
  private static final Setting<Map<String, String>> LABELS =
      Setting.of("node.labels", ValueTypes.mapOf(ValueTypes.text()), "Labels.")
          .defaultsTo(Map.of());
  private static final Setting<Duration> RENEW =
      Setting.of(
              "lease.renew",
              ValueTypes.duration(Duration.ofSeconds(1), Duration.ofMinutes(5)),
              "How often.")
          .defaultsTo(Duration.ofSeconds(10));
  private static final Setting<Integer> WORKERS =
      Setting.of("workers", ValueTypes.integer(1, 64), "How many.").defaultsTo(4);
  private static final Setting<Long> MEMORY =
      Setting.of("memory", ValueTypes.byteSize(1, Long.MAX_VALUE), "Bytes.").defaultsTo(8L << 30);
  private static final Setting<Long> CPU =
      Setting.of("cpu", ValueTypes.cpuMillis(), "Cores.").defaultsTo(1500L);
  private static final Setting<Mode> MODE =
      Setting.of("mode", ValueTypes.oneOf(Mode.class), "Mode.").defaultsTo(Mode.FAST);
  private static final Setting<List<String>> PEERS =
      Setting.of("peers", ValueTypes.listOf(ValueTypes.text()), "Peers.").defaultsTo(List.of());
  private static final Setting<Optional<Path>> CA =
      Setting.of("tls-ca", ValueTypes.path(), "Certificates.").optional();
  private static final Setting<Optional<String>> TOKEN =
      Setting.of("token", ValueTypes.text(), "Token.").secret().optional();
  private static final Setting<Boolean> VERBOSE =
      Setting.of("verbose", ValueTypes.bool(), "Say more.").defaultsTo(false);

  private static final SettingsSchema SCHEMA =
      SettingsSchema.of(NAME, LABELS, RENEW, WORKERS, MEMORY, CPU, MODE, PEERS, CA, TOKEN, VERBOSE);

  @TempDir Path dir;

  private Path file(String text) throws IOException {
    return Files.writeString(dir.resolve("s.yaml"), text);
  }

  private List<String> faults(Layers layers) {
    FaultsException e = catchThrowableOfType(FaultsException.class, () -> SCHEMA.read(layers));
    return e.faults().stream().map(fault -> fault.toString().replace(dir + "/", "")).toList();
  }

  @Test
  void theNamesOfASettingFollowFromItsKey() {
    assertThat(RENEW.environmentName()).isEqualTo("TALLYMAN_LEASE_RENEW");
    assertThat(RENEW.flag()).hasValue("--lease-renew");
    assertThat(CA.environmentName()).isEqualTo("TALLYMAN_TLS_CA");
  }

  @Test
  void withoutAnyLayerDefaultsAreInForce() {
    Settings settings = SCHEMA.read(Layers.none());
    assertThat(settings.get(NAME)).isEqualTo("host-1");
    assertThat(settings.source(NAME)).hasToString("default (the host name)");
    assertThat(settings.get(RENEW)).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings.get(CA)).isEmpty();
    assertThat(settings.source(CA)).hasToString("default");
  }

  @Test
  void flagsBeatTheEnvironmentWhichBeatsTheFile() throws IOException {
    Layers layers = Layers.none().withFile(file("node:\n  name: file\nworkers: 1\nmemory: 1G\n"));
    layers = layers.withEnvironment(Map.of("TALLYMAN_NODE_NAME", "env", "TALLYMAN_WORKERS", "2"));
    layers = layers.withFlags(Map.of(NAME, List.of("flag")));
    Settings settings = SCHEMA.read(layers);
    assertThat(settings.get(NAME)).isEqualTo("flag");
    assertThat(settings.source(NAME)).hasToString("flag --node-name");
    assertThat(settings.get(WORKERS)).isEqualTo(2);
    assertThat(settings.source(WORKERS)).hasToString("environment TALLYMAN_WORKERS");
    assertThat(settings.get(MEMORY)).isEqualTo(1L << 30);
    assertThat(settings.source(MEMORY).toString()).endsWith("s.yaml:4:9");
  }

  @Test
  void everyTypeReadsTheSameFromTheFileAndFromText() throws IOException {
    Settings fromFile =
        SCHEMA.read(
            Layers.none()
                .withFile(
                    file(
                        """
                        node: {labels: {zone: a, rank: 1}}
                        lease: {renew: 1m30s}
                        cpu: 2.5
                        mode: very-slow
                        peers: [one, two]
                        tls-ca: /etc/ca.pem
                        verbose: true
                        """)));
    Settings fromText =
        SCHEMA.read(
            Layers.none()
                .withEnvironment(
                    Map.of(
                        "TALLYMAN_NODE_LABELS", "zone=a, rank=1",
                        "TALLYMAN_LEASE_RENEW", "1m30s",
                        "TALLYMAN_CPU", "2500m",
                        "TALLYMAN_MODE", "very-slow",
                        "TALLYMAN_TLS_CA", "/etc/ca.pem",
                        "TALLYMAN_VERBOSE", "true"))
                .withFlags(Map.of(PEERS, List.of("one", "two"))));
    for (Setting<?> setting : SCHEMA.settings()) {
      assertThat((Object) fromFile.get(setting)).as(setting.key()).isEqualTo(fromText.get(setting));
    }
    assertThat(fromFile.get(LABELS))
        .containsExactly(Map.entry("zone", "a"), Map.entry("rank", "1"));
    assertThat(fromFile.get(MODE)).isEqualTo(Mode.VERY_SLOW);
    assertThat(fromFile.get(CPU)).isEqualTo(2500);
  }

  @Test
  void allFaultsOfAllLayersAreReportedAtOnce() throws IOException {
    Layers layers =
        Layers.none()
            .withFile(
                file(
                    """
                    nod:
                      name: x
                    lease:
                      renew: 0s
                      renw: 1s
                    node.name: x
                    workers: many
                    peers: one
                    node: worker-1
                    verbose:
                    """))
            .withEnvironment(
                Map.of("TALLYMAN_WORKER", "2", "TALLYMAN_MEMORY", "64m", "PATH", "/bin"))
            .withFlags(Map.of(MODE, List.of("slow"), LABELS, List.of("zone")));
    assertThat(faults(layers))
        .containsExactlyInAnyOrder(
            "s.yaml:1:1: nod: no such setting; did you mean node?",
            "s.yaml:4:10: lease.renew: 0s (expected: 1s to 5m)",
            "s.yaml:5:3: lease.renw: no such setting; did you mean lease.renew?",
            "s.yaml:6:1: node.name: no such setting; write node: {name: ...}",
            "s.yaml:7:10: workers: many (expected: a whole number from 1 to 64)",
            "s.yaml:8:8: peers: text (expected: a list)",
            "s.yaml:9:7: node: text (expected: a mapping with labels, name)",
            "s.yaml:10:9: verbose: nothing (expected: true or false)",
            "environment TALLYMAN_WORKER: no such setting; did you mean TALLYMAN_WORKERS?",
            "environment TALLYMAN_MEMORY: memory: 64m (expected: a size like 64M, 8G or 1048576,"
                + " units K M G T of 1024, at least 1)",
            "flag --mode: mode: slow (expected: one of fast, very-slow)",
            "flag --node-labels: node.labels: zone (expected: NAME=VALUE, each value text of one"
                + " line, not empty)");
  }

  @Test
  void aFaultyItemOfAListOrMappingIsNamed() throws IOException {
    assertThat(faults(Layers.none().withFile(file("peers: [a, [b]]\nnode: {labels: {x: ~}}"))))
        .containsExactlyInAnyOrder(
            "s.yaml:1:12: peers[1]: a list (expected: text of one line, not empty)",
            "s.yaml:2:20: node.labels.x: nothing (expected: text of one line, not empty)");
  }

  @Test
  void aWrongValueIsAFaultAlsoWhenAStrongerLayerReplacesIt() throws IOException {
    Layers layers =
        Layers.none().withFile(file("workers: 0")).withFlags(Map.of(WORKERS, List.of("2")));
    assertThat(faults(layers))
        .containsExactly("s.yaml:1:10: workers: 0 (expected: a whole number from 1 to 64)");
  }

  @Test
  void namesOfTheLauncherAndOfOtherProgramsAreNoFaults() {
    Layers layers =
        Layers.none()
            .withEnvironment(
                Map.of(
                    "TALLYMAN_JAVA_OPTS", "-Xmx64m",
                    "TALLYMAN_CONFIG", "/x",
                    "TALLYMAN_TEST_PODMAN", "/x",
                    "TALLYMAN_DATA_DIR", "/x"))
            .allowingEnvironment("TALLYMAN_DATA_DIR"::equals);
    assertThat(SCHEMA.read(layers).get(WORKERS)).isEqualTo(4);
  }

  @Test
  void aMissingFileAndASecondDocumentAreFaults() throws IOException {
    assertThat(faults(Layers.none().withFile(dir.resolve("none.yaml"))))
        .containsExactly("none.yaml: there is no such file");
    assertThat(faults(Layers.none().withFile(file("workers: 1\n---\nmemory: 1G\n"))))
        .containsExactly("s.yaml:3:1: a second document (expected: one in a file)");
  }

  @Test
  void anEmptyFileHasNoSettings() throws IOException {
    assertThat(SCHEMA.read(Layers.none().withFile(file("# nothing\n"))).get(WORKERS)).isEqualTo(4);
  }

  @Test
  void aRequiredSettingSaysWhereItCanBeGiven() {
    Setting<Path> required = Setting.of("data-dir", ValueTypes.path(), "Data.").required();
    FaultsException e =
        catchThrowableOfType(
            FaultsException.class, () -> SettingsSchema.of(required).read(Layers.none()));
    assertThat(e)
        .hasMessage(
            "data-dir: no value (expected: a path in the settings file, with --data-dir or as"
                + " TALLYMAN_DATA_DIR)");
  }

  @Test
  void aDefaultThatCannotBeComputedIsAFaultOnlyWhenItIsNeeded() {
    Setting<String> name =
        Setting.of("name", ValueTypes.text(), "Name.")
            .computed(
                "the host name",
                () -> {
                  throw new InvalidValueException("", "a host that has a name");
                });
    SettingsSchema schema = SettingsSchema.of(name);
    FaultsException e =
        catchThrowableOfType(FaultsException.class, () -> schema.read(Layers.none()));
    assertThat(e)
        .hasMessage("default (the host name): name: \"\" (expected: a host that has a name)");
    Layers given = Layers.none().withFlags(Map.of(name, List.of("x")));
    assertThat(schema.read(given).get(name)).isEqualTo("x");
  }

  @Test
  void aSecretIsNeverShownAndHasNoFlag() {
    assertThat(TOKEN.flag()).isEmpty();
    Layers layers = Layers.none().withEnvironment(Map.of("TALLYMAN_TOKEN", "hush\nhush"));
    assertThat(faults(layers))
        .containsExactly(
            "environment TALLYMAN_TOKEN: token: *** (expected: text of one line, not empty)");
    Settings settings =
        SCHEMA.read(Layers.none().withEnvironment(Map.of("TALLYMAN_TOKEN", "hush")));
    assertThat(settings.get(TOKEN)).hasValue("hush");
    assertThat(settings.print())
        .doesNotContain("hush")
        .contains("# token: ***                            # environment TALLYMAN_TOKEN\n");
  }

  @Test
  void printShowsEverySettingItsValueAndItsSource() throws IOException {
    Settings settings =
        SCHEMA.read(
            Layers.none()
                .withFile(file("node: {labels: {zone: a}}\n"))
                .withEnvironment(Map.of("TALLYMAN_WORKERS", "2"))
                .withFlags(Map.of(PEERS, List.of("a b", "c"))));
    assertThat(settings.print().replace(dir + "/", ""))
        .isEqualTo(
            """
            workers: 2                              # environment TALLYMAN_WORKERS
            memory: 8G                              # default
            cpu: 1500m                              # default
            mode: fast                              # default
            peers: ["a b", c]                       # flag --peers
            # tls-ca:                               # not set
            # token:                                # not set
            verbose: false                          # default
            node:
              name: host-1                          # default (the host name)
              labels: {zone: a}                     # s.yaml:1:16
            lease:
              renew: 10s                            # default
            """);
  }

  @Test
  void whatIsPrintedCanBeUsedAsTheSettingsFile() throws IOException {
    Settings settings =
        SCHEMA.read(
            Layers.none()
                .withFlags(
                    Map.of(
                        NAME, List.of("null"),
                        LABELS, List.of("a/b=x:y", "c=#"),
                        CA, List.of("/with space"))));
    Settings again = SCHEMA.read(Layers.none().withFile(file(settings.print())));
    for (Setting<?> setting : SCHEMA.settings()) {
      assertThat((Object) again.get(setting)).as(setting.key()).isEqualTo(settings.get(setting));
    }
  }

  @Test
  void declarationsThatCollideAreRefused() {
    Setting<Integer> twin =
        Setting.of("node-name", ValueTypes.integer(0, 1), "Twin.").defaultsTo(0);
    Setting<Integer> parent = Setting.of("node", ValueTypes.integer(0, 1), "Up.").defaultsTo(0);
    assertThatIllegalArgumentException().isThrownBy(() -> SettingsSchema.of(NAME, twin));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SettingsSchema.of(NAME, parent))
        .withMessage("setting node is a value and holds node.name");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Setting.of("Node", ValueTypes.text(), "Upper."));
  }

  @Test
  void aFaultOfSeveralValuesTogetherNamesTheSource() {
    Settings settings = SCHEMA.read(Layers.none().withFlags(Map.of(WORKERS, List.of("64"))));
    assertThat(settings.fault(WORKERS, "64 (expected: at most 2, the cores of this host)"))
        .hasToString("flag --workers: workers: 64 (expected: at most 2, the cores of this host)");
  }
}
