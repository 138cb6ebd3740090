package dev.tallyman.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Timestamp;
import dev.tallyman.cli.output.Screen;
import dev.tallyman.proto.v1.Phase;
import dev.tallyman.proto.v1.Port;
import dev.tallyman.proto.v1.WorkloadStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The commands that talk to a control plane, against a real one on a unix socket. */
class FleetCommandsTest {

  private static final String MANIFEST =
      """
      stack: hello
      workloads:
        - name: web
          image: localhost/hello:1
          args: ["-p", "8080"]
          ports: ["8088:8080"]
          resources: {cpu: 500m, memory: 64M}
          restart: on-failure:3
        - name: job
          image: localhost/hello:1
      """;
  private static final String WEB_UID = "00000000-0000-0000-0000-000000000002";

  private final Path dir;
  private final TestHost host;
  private final TestFleet fleet;

  FleetCommandsTest(@TempDir Path dir) {
    this.dir = dir;
    host = new TestHost(dir).withClock(clock());
    fleet = new TestFleet(host, dir);
  }

  @AfterEach
  void stopControlPlane() {
    fleet.close();
  }

  private void apply() {
    host.withInput(MANIFEST);
    assertThat(host.run("apply", "-f", "-", "--node", "worker-1")).as(host.err()).isZero();
  }

  private static WorkloadStatus.Builder webStatus() {
    return WorkloadStatus.newBuilder()
        .setUid(WEB_UID)
        .setName("web")
        .setStack("hello")
        .setPhase(Phase.PHASE_BACKOFF)
        .setReason("CrashLoop")
        .setMessage("exited with 3; next try in 10 s")
        .setExitCode(3)
        .setRestartCount(2)
        .setStartedAt(Timestamp.newBuilder().setSeconds(TestFleet.NOW.getEpochSecond() + 60))
        .setRuntime("podman")
        .setInstanceId("abc")
        .setImage("localhost/hello:1")
        .setGeneration(1)
        .addPorts(Port.newBuilder().setContainerPort(8080).setHostPort(8088));
  }

  @Test
  void applyTellsWhatBecameOfEachWorkload() throws IOException {
    Path file = Files.writeString(dir.resolve("m.yaml"), MANIFEST);
    assertThat(host.run("apply", "-f", file.toString(), "--node", "worker-1")).isZero();
    assertThat(host.out())
        .isEqualTo("hello/web created on worker-1\nhello/job created on worker-1\n");
    Files.writeString(file, MANIFEST.replace("hello:1", "hello:2").replace("args", "command"));
    assertThat(host.run("apply", "-f", file.toString(), "--node", "worker-1")).isZero();
    assertThat(host.out())
        .isEqualTo("hello/web configured on worker-1\nhello/job configured on worker-1\n");
    assertThat(host.run("apply", "-f", file.toString(), "--node", "worker-1")).isZero();
    assertThat(host.out())
        .isEqualTo("hello/web unchanged on worker-1\nhello/job unchanged on worker-1\n");
    assertThat(host.err()).isEmpty();
  }

  @Test
  void theContentOfASecretIsNeverShown() throws IOException {
    Path file =
        Files.writeString(
            dir.resolve("m.yaml"),
            """
            workloads:
              - name: web
                image: app:1
                files:
                  - {target: /run/key, content: czNjcmV0}
                  - {target: /etc/app.conf, content: cGxhaW4=, kind: config}
            """);
    assertThat(host.run("apply", "-f", file.toString(), "--node", "worker-1")).isZero();
    for (List<String> command :
        List.of(
            List.of("get", "workloads", "-o", "yaml"),
            List.of("get", "workloads", "-o", "json"),
            List.of("describe", "workload", "default/web"))) {
      assertThat(host.run(command.toArray(String[]::new))).as(host.err()).isZero();
      assertThat(host.out()).contains("web").doesNotContain("czNjcmV0");
    }
  }

  @Test
  void whatTheControlPlaneRefusesIsToldWithTheManifestsLines() throws IOException {
    Path file =
        Files.writeString(
            dir.resolve("m.yaml"),
            """
            workloads:
              - {name: good, image: a}
              - {name: Bad, image: a, workingDir: x, resources: {memory: 1K}, env: {"a=b": c}}
            """);
    assertThat(host.run("apply", "-f", file.toString(), "--node", "worker-1")).isEqualTo(1);
    assertThat(host.out()).isEmpty();
    assertThat(host.err().lines())
        .containsExactlyInAnyOrder(
            file
                + ":3:5: Bad: name: \"Bad\" (expected: 1 to 63 characters of [a-z0-9-], a letter or"
                + " digit first and last)",
            file + ":3:5: Bad: workingDir: \"x\" (expected: an absolute path, or nothing)",
            file + ":3:5: Bad: env[0].name: \"a=b\" (expected: not empty, without '=' and NUL)");
    assertThat(host.run("get", "workloads", "-o", "json")).isZero();
    assertThat(host.out()).contains("\"items\": []");
  }

  @Test
  void workloadsAreATable() {
    TestNode node = fleet.node("worker-1");
    apply();
    node.report(webStatus().build());
    assertThat(host.run("get", "workloads")).isZero();
    assertThat(host.out())
        .isEqualTo(
            """
            STACK   NAME   NODE       PHASE     HEALTH   RESTARTS   AGE   REASON
            hello   job    worker-1   Pending   -        0          5m    NotReported
            hello   web    worker-1   Backoff   -        2          5m    CrashLoop
            """);
    assertThat(host.run("get", "workload", "-o", "wide", "--stack", "hello")).isZero();
    assertThat(host.out().lines().skip(2))
        .containsExactly(
            "hello   web    worker-1   Backoff   -        2          5m    CrashLoop     3      podman    "
                + "127.0.0.1:8088->8080/tcp   localhost/hello:1   "
                + WEB_UID
                + "   exited with 3; next try in 10 s");
    assertThat(host.run("get", "workloads", "--stack", "other")).isZero();
    assertThat(host.out()).isEmpty();
    assertThat(host.err()).isEqualTo("No workloads.\n");
  }

  @Test
  void yamlIsAManifestThatChangesNothing() {
    apply();
    assertThat(host.run("get", "workloads", "-o", "yaml")).isZero();
    assertThat(host.out())
        .isEqualTo(
            """
            stack: hello
            node: worker-1
            workloads:
              - name: job
                image: localhost/hello:1
              - name: web
                image: localhost/hello:1
                args:
                  - -p
                  - '8080'
                resources:
                  cpu: 500m
                  memory: 64M
                restart:
                  mode: on-failure
                  maxRestarts: 3
                ports:
                  - containerPort: 8080
                    hostPort: 8088
            """);
    host.withInput(host.out());
    assertThat(host.run("apply", "-f", "-")).isZero();
    assertThat(host.out())
        .isEqualTo("hello/job unchanged on worker-1\nhello/web unchanged on worker-1\n");
  }

  @Test
  void jsonHoldsTheStatusToo() {
    TestNode node = fleet.node("worker-1");
    apply();
    node.report(webStatus().build());
    assertThat(host.run("get", "workloads", "-o", "json", "--node", "worker-1")).isZero();
    Object document = new Load(LoadSettings.builder().build()).loadFromString(host.out());
    assertThat(document)
        .asInstanceOf(InstanceOfAssertFactories.MAP)
        .extractingByKey("items")
        .asInstanceOf(InstanceOfAssertFactories.LIST)
        .hasSize(2);
    assertThat(host.out()).contains("\"phase\": \"PHASE_BACKOFF\"", "\"restartCount\": 2");
  }

  @Test
  void nodesAreATable() {
    TestNode node = fleet.node("worker-1");
    node.report();
    assertThat(host.run("get", "nodes")).isZero();
    assertThat(host.out())
        .isEqualTo(
            """
            NAME       STATUS   CPU     MEMORY   RUNTIMES                     VERSION   SEEN   AGE
            worker-1   Ready    3500m   7G       podman,docker(unreachable)   1.2.3     5m     5m
            """);
    assertThat(host.run("get", "nodes", "-o", "wide")).isZero();
    assertThat(host.out()).contains("linux/amd64", "192.0.2.7", "zone=a");
    assertThat(host.run("get", "nodes", "-o", "yaml")).isZero();
    assertThat(host.out()).startsWith("items:\n  - info:\n      name: worker-1\n");
    assertThat(host.run("get", "nodes", "-o", "json")).isZero();
    assertThat(host.out()).contains("\"readiness\": \"NODE_READINESS_READY\"");
  }

  @Test
  void aDrainedNodeSaysSoUntilItIsResumed() {
    TestNode node = fleet.node("worker-1");
    assertThat(host.run("drain", "worker-1", "--reason", "new disks")).isZero();
    assertThat(host.out()).isEqualTo("worker-1 is being drained\n");
    node.awaitMessage(message -> message.getCommand().getDrain().getReason().equals("new disks"));
    assertThat(host.run("get", "nodes")).isZero();
    assertThat(host.out()).contains("Ready,Drained");
    assertThat(host.run("resume", "worker-1")).isZero();
    node.awaitMessage(message -> message.getCommand().hasResume());
    assertThat(host.run("get", "nodes")).isZero();
    assertThat(host.out()).doesNotContain("Drained");
    assertThat(host.run("drain", "nobody")).isEqualTo(1);
    assertThat(host.err()).startsWith("error: ").contains("nobody");
  }

  @Test
  void describeShowsAllThatIsKnownOfAWorkload() {
    TestNode node = fleet.node("worker-1");
    apply();
    node.report(webStatus().build());
    assertThat(host.run("describe", "workload", "hello/web")).isZero();
    assertThat(host.out())
        .isEqualTo(
            """
            Name:        web
            Stack:       hello
            Node:        worker-1
            Uid:         %s
            Generation:  1
            Phase:       Backoff
            Reason:      CrashLoop
            Message:     exited with 3; next try in 10 s
            Restarts:    2
            Exit code:   3
            Started:     2026-11-22T10:01:00Z (4m ago)
            Runtime:     podman
            Instance:    abc
            Image:       localhost/hello:1
            Ports:       127.0.0.1:8088->8080/tcp
            Manifest:
              stack: hello
              workloads:
                - name: web
                  uid: %s
                  image: localhost/hello:1
                  args:
                    - -p
                    - '8080'
                  resources:
                    cpu: 500m
                    memory: 64M
                  restart:
                    mode: on-failure
                    maxRestarts: 3
                  ports:
                    - containerPort: 8080
                      hostPort: 8088
            """
                .formatted(WEB_UID, WEB_UID));
    assertThat(host.run("describe", "workload", "web")).isEqualTo(1);
    assertThat(host.err()).startsWith("error: ").contains("web");
  }

  @Test
  void describeShowsAllThatIsKnownOfANode() {
    fleet.node("worker-1");
    assertThat(host.run("describe", "node", "worker-1")).isZero();
    assertThat(host.out())
        .isEqualTo(
            """
            Name:         worker-1
            Status:       Ready
            Since:        2026-11-22T10:00:00Z (5m ago)
            Last seen:    2026-11-22T10:00:00Z (5m ago)
            Host name:    worker-1.example
            System:       linux/amd64
            Agent:        1.2.3
            Addresses:    192.0.2.7
            Labels:       zone=a
            Capacity:     cpu 4, memory 8G
            Allocatable:  cpu 3500m, memory 7G
            Runtimes:
              podman:
                Kind:       podman
                Version:    4.3.1
                API:        1.41
                Reachable:  yes
                Can:        isolation/container, ports
              docker:
                Reachable:  no
                Message:    nothing listens there
            """);
    assertThat(host.run("describe", "node", "nobody")).isEqualTo(1);
    assertThat(host.err()).isEqualTo("error: the control plane knows no node nobody\n");
  }

  @Test
  void workloadsAreDeletedByNameByManifestAndByStack() {
    fleet.node("worker-1");
    apply();
    assertThat(host.run("delete", "hello/web", "hello/none")).isEqualTo(1);
    assertThat(host.err()).startsWith("error: ").contains("none");
    assertThat(host.run("delete", "hello/web")).isZero();
    assertThat(host.out()).isEqualTo("hello/web is being removed from worker-1\n");
    assertThat(host.run("get", "workloads")).isZero();
    assertThat(host.out())
        .contains("hello   web    worker-1   Pending   -        0          5m    Removing");

    assertThat(host.run("get", "workloads", "-o", "yaml")).isZero();
    assertThat(host.out()).contains("name: job").doesNotContain("name: web");

    host.withInput("stack: hello\nworkloads: [{name: job, image: ignored}]");
    assertThat(host.run("delete", "-f", "-")).isZero();
    assertThat(host.out()).isEqualTo("hello/job is being removed from worker-1\n");

    assertThat(host.run("delete", "--stack", "other")).isEqualTo(1);
    assertThat(host.err()).isEqualTo("error: stack other has no workloads\n");
    host.withInput(MANIFEST.replace("stack: hello", "stack: other"));
    assertThat(host.run("apply", "-f", "-")).isZero();
    assertThat(host.run("delete", "--stack", "other")).isZero();
    assertThat(host.out().lines()).hasSize(2).allMatch(line -> line.startsWith("other/"));
  }

  @Test
  void aPipeGetsALineForEachChange() throws InterruptedException {
    TestNode node = fleet.node("worker-1");
    apply();
    Watching watching =
        new Watching(new TestHost(dir).withClock(clock()), "get", "workloads", "-w");
    watching.awaitOut("hello   web    worker-1   Pending   -        0          5m    NotReported");
    node.report(webStatus().build());
    watching.awaitOut("hello   web    worker-1   Backoff   -        2          5m    CrashLoop");
    assertThat(host.run("delete", "hello/web")).isZero();
    watching.awaitOut("hello   web    worker-1   Backoff   -        2          5m    Removing");
    node.report(webStatus().setPhase(Phase.PHASE_GONE).setReason("Removed").build());
    watching.awaitOut("hello   web    worker-1   Gone      -        2          5m    Removed");
    fleet.close();
    assertThat(watching.exitCode()).isEqualTo(1);
    assertThat(watching.out())
        .startsWith(
            """
            STACK   NAME   NODE       PHASE     HEALTH   RESTARTS   AGE   REASON
            hello   job    worker-1   Pending   -        0          5m    NotReported
            hello   web    worker-1   Pending   -        0          5m    NotReported
            """);
    assertThat(watching.err()).startsWith("error: the control plane does not answer: ");
  }

  @Test
  void aTerminalGetsOneTableThatIsDrawnAgain() throws InterruptedException {
    TestNode node = fleet.node("worker-1");
    apply();
    Watching watching =
        new Watching(
            new TestHost(dir).withClock(clock()).withScreen(new Screen(24, 40)),
            "get",
            "workloads",
            "--watch");
    watching.awaitOut("hello   web    worker-1   Pending   -  ");
    node.report(webStatus().build());
    watching.awaitOut(
        """
        \u001B[3A\r\u001B[JSTACK   NAME   NODE       PHASE     HEAL
        hello   job    worker-1   Pending   -  \s
        hello   web    worker-1   Backoff   -  \s
        """);
    fleet.close();
    assertThat(watching.exitCode()).isEqualTo(1);
  }

  @Test
  void programsWatchObjectsOnALineEach() throws InterruptedException {
    fleet.node("worker-1");
    apply();
    Watching watching =
        new Watching(new TestHost(dir).withClock(clock()), "get", "workloads", "-w", "-o", "json");
    watching.awaitOut("\"name\":\"job\"");
    fleet.close();
    assertThat(watching.exitCode()).isEqualTo(1);
    assertThat(watching.out().lines())
        .hasSize(2)
        .allMatch(
            line -> line.startsWith("{\"changed\":{\"node\":\"worker-1\",") && line.endsWith("}"));
  }

  private static InstantSource clock() {
    return InstantSource.fixed(TestFleet.NOW.plus(Duration.ofMinutes(5)));
  }

  /** A command that goes on in a thread of its own. */
  private static final class Watching {
    private final TestHost host;
    private final Thread thread;
    private volatile int code = -1;

    Watching(TestHost host, String... args) {
      this.host = host;
      thread = Thread.ofPlatform().daemon().start(() -> code = host.run(args));
    }

    void awaitOut(String text) {
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> assertThat(host.out()).contains(text));
    }

    int exitCode() throws InterruptedException {
      assertThat(thread.join(Duration.ofSeconds(30))).isTrue();
      return code;
    }

    String out() {
      return host.out();
    }

    String err() {
      return host.err();
    }
  }
}
