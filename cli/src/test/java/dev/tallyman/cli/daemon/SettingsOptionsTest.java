package dev.tallyman.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.agent.AgentSettings;
import dev.tallyman.cli.TestHost;
import dev.tallyman.config.Setting;
import dev.tallyman.controlplane.ControlPlaneSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The daemons' settings as a person gives them: file, environment and flags. */
class SettingsOptionsTest {

  private final Path dir;
  private final TestHost host;

  SettingsOptionsTest(@TempDir Path dir) {
    this.dir = dir;
    host = new TestHost(dir);
  }

  private Path file(String name, String text) throws IOException {
    Path file = host.paths().configDir().resolve(name);
    Files.createDirectories(host.paths().configDir());
    return Files.writeString(file, text);
  }

  private String printed(String... args) {
    assertThat(host.run(args)).as(host.err()).isZero();
    return host.out().replace(dir + "/", "").replaceAll(" {2,}# ", " # ");
  }

  @Test
  void printConfigShowsWhereEachValueCameFrom() throws IOException {
    file("agent.yaml", "node:\n  name: from-file\n  allocatable-cpu: 500m\nlog: {level: debug}\n");
    host.with("TALLYMAN_NODE_NAME", "from-environment").with("TALLYMAN_LOG_LEVEL", "warn");
    assertThat(
            printed("agent", "--print-config", "--node-name", "from-flag", "--runtimes", "docker"))
        .contains("  name: from-flag # flag --node-name\n")
        .contains("  allocatable-cpu: 500m # .config/tallyman/agent.yaml:3:20\n")
        .contains("  level: warn # environment TALLYMAN_LOG_LEVEL\n")
        .contains("runtimes: [docker] # flag --runtimes\n")
        .contains("  pull-stall: 2m # default\n");
  }

  @Test
  void theFileOfAnotherPlaceReplacesTheStandardOne() throws IOException {
    file("control-plane.yaml", "lease: {duration: 5s}");
    Path other = Files.writeString(dir.resolve("other.yaml"), "lease: {duration: 6s}");
    Path third = Files.writeString(dir.resolve("third.yaml"), "lease: {duration: 7s}");
    assertThat(printed("control-plane", "--print-config"))
        .contains("duration: 5s # .config/tallyman/control-plane.yaml:1:19");
    host.with("TALLYMAN_CONFIG", other.toString());
    assertThat(printed("control-plane", "--print-config"))
        .contains("duration: 6s # other.yaml:1:19");
    assertThat(printed("control-plane", "--print-config", "--config", third.toString()))
        .contains("duration: 7s # third.yaml:1:19");
    assertThat(host.run("control-plane", "--config", dir + "/none.yaml")).isEqualTo(2);
    assertThat(host.err()).contains("none.yaml: there is no such file");
  }

  @Test
  void allFaultsAreToldAtOnceAndNothingIsStarted() throws IOException {
    file("agent.yaml", "node: {nme: x}\nlaunches-at-once: 0\n");
    host.with("TALLYMAN_STATEDIR", "/x");
    assertThat(host.run("agent", "--node-allocatable-memory", "lots", "--deadlines-read", "1d"))
        .isEqualTo(2);
    assertThat(host.out()).isEmpty();
    assertThat(host.err().replace(dir + "/", ""))
        .startsWith("error: the settings cannot be used:\n")
        .contains(
            "  .config/tallyman/agent.yaml:1:8: node.nme: no such setting; did you mean"
                + " node.name?\n",
            "  .config/tallyman/agent.yaml:2:19: launches-at-once: 0 (expected: a whole number from"
                + " 1 to 64)\n",
            "  environment TALLYMAN_STATEDIR: no such setting; did you mean TALLYMAN_STATE_DIR?\n",
            "  flag --node-allocatable-memory: node.allocatable-memory: lots (expected: a size like",
            "  flag --deadlines-read: deadlines.read: 1d (expected: a duration like")
        .endsWith("Try 'tallyman agent --help'.\n");
  }

  @Test
  void settingsThatAreWrongOnThisHostAreToldWithTheirSource() {
    assertThat(host.run("agent", "--node-name", "no spaces", "--node-allocatable-cpu", "1000"))
        .isEqualTo(2);
    assertThat(host.err())
        .contains("  flag --node-name: node.name: \"no spaces\" (expected: 1 to 63 characters")
        .contains(
            "  flag --node-allocatable-cpu: node.allocatable-cpu: 1000 (expected: more than 0");
    assertThat(host.run("control-plane", "--listen", "0.0.0.0:7400")).isEqualTo(2);
    assertThat(host.err()).contains("  flag --listen: listen: 0.0.0.0:7400 (expected: a unix");
  }

  @Test
  void oneEnvironmentMayServeAllCommands() {
    host.with("TALLYMAN_SERVER", "unix:/run/x.sock")
        .with("TALLYMAN_TOKEN_FILE", "/x")
        .with("TALLYMAN_TLS_CA", "/x")
        .with("TALLYMAN_NODE_SOCKET", "/x.sock")
        .with("TALLYMAN_LISTEN", "unix:/run/y.sock")
        .with("TALLYMAN_STATE_DIR", "/x");
    assertThat(printed("agent", "--print-config")).contains("state-dir: /x");
    assertThat(printed("control-plane", "--print-config")).contains("unix:/run/y.sock");
  }

  @Test
  void everySettingIsAFlagWithItsDescription() {
    assertThat(host.run("agent", "--help")).isZero();
    assertAllIn(host.out(), AgentSettings.all());
    assertThat(host.run("control-plane", "--help")).isZero();
    assertAllIn(host.out(), ControlPlaneSettings.SCHEMA.settings());
  }

  private static void assertAllIn(String help, List<Setting<?>> settings) {
    String plain = help.replaceAll("\\s+", " ");
    for (Setting<?> setting : settings) {
      assertThat(plain).contains(setting.flag().orElseThrow() + "=");
      assertThat(plain).contains(setting.description().replaceAll("\\s+", " "));
    }
  }
}
