package dev.tallyman.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.tallyman.runtime.Deadlines;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceState;
import dev.tallyman.runtime.StackAssets.Asset;
import dev.tallyman.runtime.StackAssets.Kind;
import dev.tallyman.runtime.oci.OciRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stacks by the command as a person has it, on real engines. */
class StackCommandTest {

  private static final Duration SOON = Duration.ofMinutes(2);
  private static final String IMAGE =
      Optional.ofNullable(System.getenv("TALLYMAN_TEST_IMAGE")).orElse("localhost/tallyman-test:1");

  private final String id = UUID.randomUUID().toString().substring(0, 8);
  private final String node = "stacks-" + id;
  private final String stack = "shop-" + id;
  private Path folder = Path.of("");
  private Map<String, String> environment = Map.of();
  private Optional<OciRuntime> runtime = Optional.empty();
  private Optional<CommandProcess> agent = Optional.empty();

  @BeforeEach
  void makeFolder() throws IOException {
    // A short path: a socket is in it.
    folder = Files.createTempDirectory("tm");
  }

  @AfterEach
  void leaveNothing() throws IOException {
    agent.ifPresent(CommandProcess::close);
    runtime.ifPresent(r -> {
      r.list().forEach(instance -> r.remove(instance.uid()));
      r.assets().list().forEach(r.assets()::remove);
      r.close();
    });
    try (var paths = Files.walk(folder)) {
      paths.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    }
  }

  private void use(String engine) {
    String variable = "TALLYMAN_TEST_" + engine.toUpperCase(Locale.ROOT);
    Optional<String> address = Optional.ofNullable(System.getenv(variable));
    if (address.isEmpty()) {
      String reason =
          Optional.ofNullable(System.getenv(variable + "_SKIP")).orElse(variable + " is not set");
      if ("true".equals(System.getenv("CI"))) {
        fail("CI needs this engine: " + reason);
      }
      abort("skipped: " + reason);
    }
    Path socket = Path.of(address.orElseThrow().replaceFirst("^unix://", ""));
    runtime =
        Optional.of(
            new OciRuntime(engine, node, socket, Deadlines.DEFAULT, Clock.systemUTC(), folder));
    environment =
        Map.of(
            "TALLYMAN_NODE_NAME",
            node,
            "TALLYMAN_STATE_DIR",
            folder.resolve("state").toString(),
            "TALLYMAN_NODE_SOCKET",
            folder.resolve("n/s").toString(),
            "TALLYMAN_RUNTIMES",
            "engine=unix://" + socket,
            "COMPOSE_PROJECT_NAME",
            stack);
  }

  private void compose(String word) throws IOException {
    Files.writeString(
        folder.resolve("compose.yaml"),
        """
        services:
          db:
            image: %1$s
            pull_policy: never
            command: [sh, -c, "echo db is up; touch /tmp/ready; exec sleep 3600"]
            stop_grace_period: 0s
            healthcheck: {test: [CMD, test, -f, /tmp/ready], interval: 200ms}
            volumes: ["data:/data"]
          web:
            image: %1$s
            pull_policy: never
            command: [sh, -c, "echo web says %2$s; exec sleep 3600"]
            stop_grace_period: 0s
            depends_on: {db: {condition: service_healthy}}
        volumes: {data: {}}
        """
            .formatted(IMAGE, word));
  }

  private CommandProcess start(String... args) {
    return new CommandProcess(folder, environment, args);
  }

  /** What the command ended with and wrote. */
  private record Ran(int exitCode, String out, String err) {}

  private Ran run(String... args) throws InterruptedException {
    try (CommandProcess process = start(args)) {
      int exitCode = process.exitCode();
      return new Ran(exitCode, process.out(), process.err());
    }
  }

  private String file() {
    return folder.resolve("compose.yaml").toString();
  }

  private List<Instance> instances() {
    return runtime.orElseThrow().list();
  }

  private String instanceOf(String workload) {
    return instances().stream()
        .filter(instance -> instance.workload().equals(workload))
        .map(Instance::id)
        .findFirst()
        .orElse("none");
  }

  private List<Kind> assets() {
    return runtime.orElseThrow().assets().list().stream().map(Asset::kind).sorted().toList();
  }

  private void startAgent() {
    agent = Optional.of(start("agent", "--control-plane", "none", "--metrics-listen", "off"));
    agent.get().awaitErr("agent is ready");
  }

  @ParameterizedTest
  @ValueSource(strings = {"docker", "podman"})
  void aStackComesUpInOrderChangesOnlyWhereItsFileDoesAndGoesWithoutATrace(String engine)
      throws IOException, InterruptedException {
    use(engine);
    compose("one");
    Ran early = run("up", "-d", "-f", file());
    assertThat(early.exitCode()).isEqualTo(1);
    assertThat(early.err()).contains("no agent runs at ").contains("tallyman agent");
    startAgent();

    Ran up = run("up", "-d", "-f", file());
    assertThat(up.exitCode()).as(up.toString()).isZero();
    assertThat(up.out()).contains("db: Running, healthy\n").contains("web: Running\n");
    assertThat(up.out().indexOf("db: Running, healthy"))
        .isLessThan(up.out().indexOf("web: Running"));
    assertThat(run("ps", "-f", file()).out())
        .containsPattern("db +" + IMAGE + " +Running +Healthy +0 +- +Running")
        .containsPattern("web +" + IMAGE + " +Running +- +0 +- +Running");
    String db = instanceOf("db");
    String web = instanceOf("web");

    compose("two");
    assertThat(run("up", "-d", "-f", file()).exitCode()).isZero();
    assertThat(instanceOf("db")).as("db did not change").isEqualTo(db);
    assertThat(instanceOf("web")).as("web has changed").isNotIn(web, "none");
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(run("logs", "-p", stack, "web").out()).isEqualTo("web | web says two\n"));

    Ran down = run("down", "-p", stack);
    assertThat(down.exitCode()).as(down.toString()).isZero();
    assertThat(down.out())
        .contains("removed instance " + stack + "/db\n", "removed instance " + stack + "/web\n")
        .contains("removed network " + stack + "_default\n");
    assertThat(instances()).isEmpty();
    assertThat(assets()).as("volumes stay").containsExactly(Kind.VOLUME);
    assertThat(run("down", "-p", stack, "-v").out())
        .contains("removed volume " + stack + "_data\n");
    assertThat(run("down", "-p", stack))
        .isEqualTo(new Ran(0, "stack " + stack + ": nothing to remove\n", ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"docker", "podman"})
  void inTheForegroundAStackLivesAsLongAsTheCommand(String engine)
      throws IOException, InterruptedException {
    use(engine);
    compose("hello");
    try (CommandProcess up = start("up", "-f", file())) {
      up.awaitOut("web | web says hello\n");
      assertThat(instances()).hasSize(2);
      up.signal("INT");
      assertThat(up.exitCode()).as(up.err()).isEqualTo(130);
      assertThat(up.err()).contains("removed instance " + stack + "/web\n");
    }
    assertThat(instances()).isEmpty();
    assertThat(assets()).containsExactly(Kind.VOLUME);
  }

  @ParameterizedTest
  @ValueSource(strings = {"docker", "podman"})
  void whatAKilledCommandLeavesIsRemovedByItsNameAlone(String engine)
      throws IOException, InterruptedException {
    use(engine);
    compose("hello");
    try (CommandProcess up = start("up", "-f", file())) {
      up.awaitOut("db: Running");
      up.signal("KILL");
      assertThat(up.exitCode()).isEqualTo(137);
    }
    assertThat(instances()).isNotEmpty();
    Files.delete(folder.resolve("compose.yaml"));

    Ran down = run("down", "-p", stack, "-v");
    assertThat(down.exitCode()).as(down.toString()).isZero();
    assertThat(down.out()).contains("removed instance " + stack + "/db\n");
    assertThat(instances()).isEmpty();
    assertThat(assets()).isEmpty();

    // Nor does the next agent bring it back.
    startAgent();
    await().atMost(SOON).until(() -> agent.get().err().contains("has been listed: 0"));
    assertThat(run("ps", "-p", stack).err()).isEqualTo("Stack " + stack + " has no workloads.\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"docker", "podman"})
  void whatDoesNotComeUpSaysWhyAndIsTakenDownAgain(String engine)
      throws IOException, InterruptedException {
    use(engine);
    Files.writeString(
        folder.resolve("compose.yaml"),
        """
        services:
          good: {image: %s, pull_policy: never, command: [sleep, "60"], stop_grace_period: 0s}
          bad: {image: "localhost/none:1", pull_policy: never, depends_on: [good]}
        """
            .formatted(IMAGE));
    Ran up = run("up", "-f", file());
    assertThat(up.exitCode()).isEqualTo(1);
    assertThat(up.err())
        .contains("error: bad: Backoff, ImageNotFound: ")
        .contains("removed instance " + stack + "/good\n");
    assertThat(instances()).isEmpty();

    startAgent();
    assertThat(run("up", "-d", "-f", file()).err()).contains("note: what was started stays");
    assertThat(instances())
        .singleElement()
        .satisfies(i -> assertThat(i.state()).isInstanceOf(InstanceState.Running.class));

    Files.writeString(
        folder.resolve("compose.yaml"),
        "services:\n  a: {image: x, bogus: 1}\n  good: {image: y, ports: [\"99999\"]}\n");
    Ran broken = run("up", "-d", "-f", file());
    assertThat(broken.exitCode()).isEqualTo(1);
    assertThat(broken.err().lines()).hasSize(2);
    assertThat(broken.err())
        .contains("compose.yaml:2:17: services.a.bogus: ")
        .contains("compose.yaml:3:28: services.good.ports[0]: ");
    assertThat(run("validate", "-f", file()).err()).isEqualTo(broken.err());
    assertThat(instances()).hasSize(1);
  }
}
