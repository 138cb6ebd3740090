package dev.tallyman.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Stacks by the command on the double of Apple's container. */
class AppleStackTest {

  private static final Path DOUBLE =
      Path.of("..", "runtime-apple", "fake-container", "fake-container")
          .toAbsolutePath()
          .normalize();
  private static final String IMAGE = "localhost/tallyman-test:1";

  private Path folder = Path.of("");
  private Map<String, String> environment = Map.of();

  @BeforeEach
  void makeDouble() throws IOException, InterruptedException {
    // A short path: a socket is in it.
    folder = Files.createTempDirectory("tm");
    Path said = folder.resolve("said");
    // With this process it ends too, however that ends.
    String owner = String.valueOf(ProcessHandle.current().pid());
    if (tell(said, "init", "--version", "1.0.0", "--owner", owner) != 0
        || !Files.readString(said).contains("\"namespaces\": true")) {
      skip("the double cannot be made: " + Files.readString(said));
    }
    assertThat(tell(said, "image", IMAGE, "--busybox", "--local"))
        .as(Files.readString(said))
        .isZero();
    environment =
        Map.of(
            "LC_ALL",
            "C.UTF-8",
            "TALLYMAN_NODE_NAME",
            "mac",
            "TALLYMAN_STATE_DIR",
            folder.resolve("state").toString(),
            "TALLYMAN_NODE_SOCKET",
            folder.resolve("n/s").toString(),
            "TALLYMAN_RUNTIMES",
            "apple=apple://" + folder.resolve("d/bin/container"));
  }

  private static void skip(String reason) {
    if ("true".equals(System.getenv("CI"))) {
      fail("CI needs the double of Apple's container: " + reason);
    }
    abort("skipped: " + reason);
  }

  private int tell(Path said, String order, String... words)
      throws IOException, InterruptedException {
    List<String> argv =
        new ArrayList<>(
            List.of("python3", DOUBLE.toString(), order, folder.resolve("d").toString()));
    argv.addAll(List.of(words));
    try {
      Process process =
          new ProcessBuilder(argv).redirectErrorStream(true).redirectOutput(said.toFile()).start();
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      return process.exitValue();
    } catch (IOException e) {
      Files.writeString(said, "no python3: " + e.getMessage());
      return 1;
    }
  }

  @AfterEach
  void leaveNothing() throws IOException, InterruptedException {
    if (Files.exists(folder.resolve("d"))) {
      assertThat(tell(folder.resolve("said"), "destroy")).isZero();
    }
    try (var paths = Files.walk(folder)) {
      paths.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    }
  }

  /** What the command ended with and wrote. */
  private record Ran(int exitCode, String out, String err) {}

  private Ran run(String... args) throws InterruptedException {
    try (CommandProcess process = new CommandProcess(folder, environment, args)) {
      int exitCode = process.exitCode();
      return new Ran(exitCode, process.out(), process.err());
    }
  }

  private CommandProcess agent() {
    CommandProcess agent =
        new CommandProcess(
            folder, environment, "agent", "--control-plane", "none", "--metrics-listen", "off");
    try {
      agent.awaitErr("agent is ready");
    } catch (RuntimeException | AssertionError e) {
      agent.close();
      throw e;
    }
    return agent;
  }

  private String file(String services) throws IOException {
    return Files.writeString(
            folder.resolve("compose.yaml"),
            services.replace("IMAGE", IMAGE).replace("FOLDER", folder.toString()))
        .toString();
  }

  @Test
  void aStackComesUpFindsItselfByNameSurvivesItsAgentAndGoes()
      throws IOException, InterruptedException {
    Files.writeString(folder.resolve("token.txt"), "s3cret");
    String file =
        file(
            """
            name: shop
            services:
              store:
                image: IMAGE
                pull_policy: never
                command: [sh, -c, "echo store is up; touch /data/ready; exec sleep 3600"]
                stop_grace_period: 0s
                healthcheck: {test: [CMD, test, -f, /data/ready], interval: 500ms}
                volumes: ["data:/data"]
                secrets: [token]
              job:
                image: IMAGE
                pull_policy: never
                command: [sh, -c, "grep -q ' store ' /etc/hosts && test -f /run/secrets/token; exit $$?"]
                secrets: [token]
                restart: "no"
                depends_on: {store: {condition: service_healthy}}
            secrets: {token: {file: token.txt}}
            volumes: {data: {}}
            """);
    try (CommandProcess agent = agent()) {
      Ran up = run("up", "-d", "-f", file);
      assertThat(up.exitCode()).as(up.toString()).isZero();
      assertThat(up.out()).contains("store: Running, healthy\n");
      agent.signal("KILL");
      assertThat(agent.exitCode()).isEqualTo(137);
    }
    try (CommandProcess _ = agent()) {
      Ran ps = run("ps", "-f", file);
      assertThat(ps.out()).containsPattern("store +" + IMAGE + " +Running");
      assertThat(ps.out()).containsPattern("job +" + IMAGE + " +Succeeded");
      assertThat(run("logs", "-p", "shop", "store").out()).isEqualTo("store | store is up\n");
      assertThat(run("down", "-p", "shop", "-v").out())
          .contains("removed instance shop/store\n", "removed network shop_default\n");
    }
  }

  @Test
  void whatAMachineCannotHaveIsRefusedByName() throws IOException, InterruptedException {
    String file =
        file(
            """
            name: bad
            services:
              a: {image: IMAGE, pull_policy: never, command: [sleep, "99"], privileged: true}
            """);
    try (CommandProcess _ = agent()) {
      Ran up = run("up", "-d", "-f", file);

      assertThat(up.exitCode()).isEqualTo(1);
      assertThat(up.out() + up.err())
          .contains("a: Rejected")
          .contains("runtime apple lacks security/privileged");
    }
  }
}
