package dev.tallyman.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.cli.TestHost;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorTest {

  private final Path dir;
  private final TestHost host;

  DoctorTest(@TempDir Path dir) {
    this.dir = dir;
    host = new TestHost(dir);
  }

  private int doctor(String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "doctor",
                "--state-dir",
                dir + "/state",
                "--node-socket",
                dir + "/run/agent.sock",
                "--control-plane",
                "unix:" + dir + "/cp.sock",
                "--metrics-listen",
                "127.0.0.1:0",
                "--deadlines-probe",
                "200ms"));
    args.addAll(List.of(more));
    return host.run(args.toArray(String[]::new));
  }

  private List<String> lines() {
    return host.out().replace(dir + "/", "").lines().toList();
  }

  @Test
  void withoutAUsableEngineAnAgentDoesNotWork() throws IOException {
    Path silent = dir.resolve("silent.sock");
    try (ServerSocketChannel engine = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      engine.bind(UnixDomainSocketAddress.of(silent));
      assertThat(doctor("--runtimes", "silent=unix://" + silent + ",gone=unix://" + dir + "/none"))
          .isEqualTo(1);
    }
    assertThat(host.err()).isEmpty();
    assertThat(lines())
        .contains(
            "  ok       state dir        state: not there yet; the agent creates it",
            "  -        node socket      run/agent.sock: no agent runs here",
            "  -        gone             unix://none (configuration): no such file",
            "  failed   runtimes         silent: configured, and no such engine can be used",
            "  failed   runtimes         gone: configured, and no such engine can be used")
        .anyMatch(line -> line.startsWith("  ok       java             "))
        .anyMatch(line -> line.startsWith("  -        silent           unix://silent.sock"))
        .anyMatch(line -> line.startsWith("  warning  control plane    "))
        .endsWith("An agent does not work here: see what is marked as failed.");
  }

  @Test
  void foldersAndPortsThatAnAgentCannotUseAreNamed() throws IOException {
    Files.writeString(dir.resolve("state"), "a file");
    Files.createDirectory(
        dir.resolve("run"),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.setPosixFilePermissions(dir.resolve("run"), PosixFilePermissions.fromString("rwxr-xr-x"));
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(doctor("--metrics-listen", "127.0.0.1:" + taken.getLocalPort())).isEqualTo(2);
      assertThat(host.err()).contains("--metrics-listen");
      host.with("TALLYMAN_METRICS_LISTEN", "127.0.0.1:" + taken.getLocalPort());
      assertThat(
              host.run(
                  "doctor",
                  "--state-dir",
                  dir + "/state",
                  "--node-socket",
                  dir + "/run/agent.sock",
                  "--runtimes",
                  "gone=unix://" + dir + "/none"))
          .isEqualTo(1);
    }
    assertThat(lines())
        .contains("  failed   state dir        state: not a folder")
        .contains("  warning  socket dir       run: others can read or write it")
        .contains("                            Close it with: chmod 700 run")
        .anyMatch(line -> line.matches(" {2}failed {3}metrics {10}127.0.0.1:\\d+: cannot be .*"));
  }

  @Test
  void wrongSettingsAreToldFirst() {
    assertThat(doctor("--runtimes", "what is this")).isEqualTo(2);
    assertThat(host.err())
        .contains("the settings cannot be used:", "flag --runtimes: runtimes: \"what is this\"");
  }
}
