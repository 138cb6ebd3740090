package dev.tallyman.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tallyman.cli.daemon.systemd.Listener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What only a process can show: signals, pipes, and both daemons with each other. */
class ProcessTest {

  @TempDir private Path dir;

  private CommandProcess controlPlane() {
    return new CommandProcess(
        dir, "control-plane", "--data-dir", dir + "/data", "--listen", "unix:" + dir + "/cp.sock");
  }

  /** Its only runtime is one that nobody serves, so that no engine of this host is touched. */
  private CommandProcess agent(String... more) {
    return agent(Map.of(), more);
  }

  private CommandProcess agent(Map<String, String> environment, String... more) {
    String[] args = {
      "agent",
      "--node-name",
      "worker-1",
      "--state-dir",
      dir + "/state",
      "--control-plane",
      "unix:" + dir + "/cp.sock",
      "--node-socket",
      dir + "/agent.sock",
      "--runtimes",
      "none=unix://" + dir + "/none.sock"
    };
    String[] all = Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return new CommandProcess(dir, environment, all);
  }

  @Test
  void bothDaemonsFindEachOtherAndEndInGoodOrderOnASignal() throws InterruptedException {
    TestHost host = new TestHost(dir).with("TALLYMAN_SERVER", "unix:" + dir + "/cp.sock");
    try (CommandProcess controlPlane = controlPlane();
        CommandProcess agent = agent("--metrics-listen", "127.0.0.1:0")) {
      controlPlane.awaitErr("control-plane is ready");
      agent.awaitErr("agent is ready");
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() -> {
            assertThat(host.run("get", "nodes")).isZero();
            assertThat(host.out()).contains("worker-1   ");
          });
      host.withInput("workloads: [{name: web, image: none:1}]");
      assertThat(host.run("apply", "-f", "-")).as(host.err()).isZero();
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() -> {
            assertThat(host.run("get", "workloads", "--node-socket", dir + "/agent.sock")).isZero();
            assertThat(host.out()).contains("default   web    worker-1   ");
          });

      agent.signal("TERM");
      assertThat(agent.exitCode()).isZero();
      assertThat(agent.err()).contains("agent stops: a signal asked for it", "agent has stopped");
      controlPlane.signal("INT");
      assertThat(controlPlane.exitCode()).isZero();
      assertThat(agent.out()).isEmpty();
      assertThat(controlPlane.err().lines())
          .allMatch(line ->
              line.matches(
                  "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z (INFO |WARN |ERROR)"
                      + " \\w+: .*"));
    }
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "skipped: only Linux has systemd")
  void theServiceManagerHearsThatTheAgentIsReadyLivesAndEnds() throws InterruptedException {
    try (Listener systemd = new Listener(dir + "/notify");
        CommandProcess agent =
            agent(
                Map.of("NOTIFY_SOCKET", dir + "/notify", "WATCHDOG_USEC", "3000000"),
                "--metrics-listen",
                "off")) {
      systemd.awaitMessage("WATCHDOG=1");
      assertThat(systemd.heard())
          .anyMatch(message ->
              message.matches(
                  "STATUS=0 workloads wanted, 0 running, 0 in trouble; feed control-plane is not"
                      + " connected; runtime none does not answer"))
          .containsSubsequence("READY=1", "WATCHDOG=1");

      agent.signal("TERM");
      assertThat(agent.exitCode()).isZero();
      systemd.awaitMessage("STOPPING=1");
      assertThat(systemd.heard()).endsWith("STATUS=agent stops");
    }
  }

  @Test
  void whatADaemonCannotHaveIsASentenceAndExitCode1() throws IOException, InterruptedException {
    try (CommandProcess first = controlPlane()) {
      first.awaitErr("control-plane is ready");
      try (CommandProcess second = controlPlane()) {
        assertThat(second.exitCode()).isEqualTo(1);
        assertThat(second.err()).contains("error: ", "in use").doesNotContain("Exception");
      }
    }
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        CommandProcess agent = agent("--metrics-listen", "127.0.0.1:" + taken.getLocalPort())) {
      assertThat(agent.exitCode()).isEqualTo(1);
      assertThat(agent.err())
          .contains("error: ", Integer.toString(taken.getLocalPort()))
          .doesNotContain("\tat ");
    }
  }

  @Test
  void anInterruptedWatchEndsInSilence() throws InterruptedException {
    try (CommandProcess controlPlane = controlPlane()) {
      controlPlane.awaitErr("control-plane is ready");
      try (CommandProcess watch =
          new CommandProcess(
              dir, "get", "workloads", "-w", "--server", "unix:" + dir + "/cp.sock")) {
        watch.awaitOut("STACK");
        watch.signal("INT");
        assertThat(watch.exitCode()).isEqualTo(130);
        assertThat(watch.err()).isEmpty();
      }
    }
  }

  @Test
  void aReaderThatWentAwayIsToldNothing() throws InterruptedException {
    try (CommandProcess piped =
        CommandProcess.shell(dir, "{ $TALLYMAN completion bash; echo $? >&2; } | head -n 1")) {
      assertThat(piped.exitCode()).isZero();
      assertThat(piped.out().lines()).hasSize(1);
      // 0 when the script fitted into the pipe before its reader left.
      assertThat(piped.err()).isIn("141\n", "0\n");
    }
  }

  @Test
  void aFullDiskIsNoSuccess() throws InterruptedException {
    assumeTrue(Files.exists(Path.of("/dev/full")), "this system has no /dev/full");
    try (CommandProcess full = CommandProcess.shell(dir, "$TALLYMAN version > /dev/full")) {
      assertThat(full.exitCode()).isEqualTo(1);
      assertThat(full.err())
          .isEqualTo("error: the output cannot be written: No space left on device\n");
    }
  }
}
