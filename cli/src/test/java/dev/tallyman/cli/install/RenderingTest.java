package dev.tallyman.cli.install;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.dd.plist.NSArray;
import com.dd.plist.NSDictionary;
import com.dd.plist.NSObject;
import com.dd.plist.PropertyListParser;
import dev.tallyman.config.StandardPaths;
import dev.tallyman.config.StandardPaths.User;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is written for service managers, as they themselves read it. */
class RenderingTest {

  private static Site site(User user, Path home, Path launcher) {
    return new Site(
        user,
        501,
        home,
        new StandardPaths(user, home, Map.of()),
        launcher,
        Path.of("/opt/jdk 25"),
        Optional.empty());
  }

  private static String rendered(Manager manager, String name) {
    return manager.files().stream()
        .filter(file -> file.path().endsWith(name))
        .map(WantedFile::content)
        .findFirst()
        .orElseThrow();
  }

  private static NSDictionary plist(Manager manager, String name) throws Exception {
    return (NSDictionary) PropertyListParser.parse(rendered(manager, name).getBytes(UTF_8));
  }

  private static Object value(NSDictionary dictionary, String key) {
    NSObject found = dictionary.objectForKey(key);
    return Optional.ofNullable(found).map(NSObject::toJavaObject).orElse("absent");
  }

  @Test
  void theLaunchAgentSaysHowTheAgentIsStartedAndKept() throws Exception {
    Manager mac = new Launchd(site(User.OTHER, Path.of("/Users/a & b"), Path.of("/opt/t<1>/x")));
    NSDictionary agent = plist(mac, "dev.tallyman.agent.plist");

    assertThat(value(agent, "Label")).isEqualTo("dev.tallyman.agent");
    assertThat(((NSArray) agent.objectForKey("ProgramArguments")).getArray())
        .extracting(NSObject::toJavaObject)
        .containsExactly("/Users/a & b/Applications/Tallyman.app/Contents/MacOS/tallyman-agent");
    assertThat(value(agent, "RunAtLoad")).isEqualTo(true);
    assertThat(value(agent, "KeepAlive")).isEqualTo(true);
    assertThat(value(agent, "AbandonProcessGroup")).isEqualTo(true);
    assertThat(value(agent, "LimitLoadToSessionType")).isEqualTo("Aqua");
    assertThat(value(agent, "Umask")).isEqualTo(0077);
    assertThat(value(agent, "StandardErrorPath"))
        .isEqualTo("/Users/a & b/Library/Logs/Tallyman/agent.log");
    NSDictionary environment = (NSDictionary) agent.objectForKey("EnvironmentVariables");
    assertThat(String.valueOf(value(environment, "PATH")).split(":", -1))
        .contains("/usr/local/bin", "/opt/homebrew/bin", "/usr/bin");
    assertThat(value(environment, "XDG_STATE_HOME")).isEqualTo("/Users/a & b/.local/state");
    assertThat(value(environment, "JAVA_HOME")).isEqualTo("/opt/jdk 25");
  }

  @Test
  void theAppHasTheNameTheLaunchAgentRefersToAndSaysWhyItNeedsTheNetwork() throws Exception {
    Manager mac = new Launchd(site(User.OTHER, Path.of("/Users/a"), Path.of("/opt/t/bin/x")));
    NSDictionary app = plist(mac, "Info.plist");
    NSDictionary agent = plist(mac, "dev.tallyman.agent.plist");

    assertThat(value(app, "CFBundleIdentifier"))
        .isEqualTo(value(agent, "AssociatedBundleIdentifiers"));
    assertThat(value(app, "LSBackgroundOnly")).isEqualTo(true);
    assertThat(String.valueOf(value(app, "NSLocalNetworkUsageDescription"))).contains("containers");
    assertThat(mac.files())
        .anyMatch(file ->
            file.path().endsWith("Contents/MacOS/" + value(app, "CFBundleExecutable"))
                && file.mode().equals("rwxr-xr-x"));
  }

  @Test
  void theAppStartsTheLauncherWhateverItsFolderIsCalled(@TempDir Path folder)
      throws IOException, InterruptedException {
    Path launcher = Files.createDirectories(folder.resolve("it's \"here\" & `now`")).resolve("run");
    Files.writeString(launcher, "#!/bin/sh\nprintf '%s|' \"$@\" >\"$0.said\"\n");
    assertThat(launcher.toFile().setExecutable(true)).isTrue();
    Path app = folder.resolve("app");
    Files.writeString(
        app,
        rendered(
            new Launchd(site(User.OTHER, folder.resolve("a 'b'"), launcher)), "tallyman-agent"));

    Process process =
        new ProcessBuilder("bash", app.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out").toFile())
            .start();
    assertThat(process.waitFor()).as(Files.readString(folder.resolve("out"))).isZero();
    assertThat(Files.readString(launcher.resolveSibling("run.said")))
        .isEqualTo("agent|--config|" + folder + "/a 'b'/.config/tallyman/agent.yaml|");
  }

  @ParameterizedTest
  @EnumSource(User.class)
  void systemdFindsNothingWrongWithTheUnit(User user, @TempDir Path folder)
      throws IOException, InterruptedException {
    assumeTrue(
        Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
            .anyMatch(entry -> Files.isExecutable(Path.of(entry, "systemd-analyze"))),
        "skipped: this host has no systemd-analyze");
    Path launcher = Files.createDirectories(folder.resolve("100% (odd) place")).resolve("run");
    Files.writeString(launcher, "#!/bin/sh\n");
    assertThat(launcher.toFile().setExecutable(true)).isTrue();
    Path unit = folder.resolve("tallyman-agent.service");
    Files.writeString(
        unit,
        rendered(
            new Systemd(site(user, folder.resolve("h o"), launcher)), unit.getFileName() + ""));

    Path said = folder.resolve("said");
    ProcessBuilder builder =
        new ProcessBuilder(
                "systemd-analyze",
                user == User.ROOT ? "--system" : "--user",
                "--man=no",
                "verify",
                unit.toString())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile());
    builder.environment().put("XDG_RUNTIME_DIR", folder.toString());
    Process process = builder.start();
    assertThat(process.waitFor()).as(Files.readString(said)).isZero();
    // It warns, and ends well, for what it does not know. Of other units it speaks as well.
    assertThat(Files.readAllLines(said)).noneMatch(line -> line.contains("tallyman"));
  }

  @ParameterizedTest
  @EnumSource(User.class)
  void aUnitNamesItsSettingsFileAndNoSetting(User user) {
    String unit =
        rendered(
            new Systemd(site(user, Path.of("/home/x"), Path.of("/opt/t/bin/tallyman"))),
            "tallyman-agent.service");
    String config = user == User.ROOT ? "/etc/tallyman" : "/home/x/.config/tallyman";
    assertThat(unit)
        .contains(
            "ExecStart=\"/opt/t/bin/tallyman\" agent --config \"" + config + "/agent.yaml\"\n")
        .contains("\nType=notify\n", "\nKillMode=process\n", "\nRestart=always\n", "\nWatchdogSec=")
        .doesNotContainPattern("@[A-Z]");
  }

  @Test
  void aPathThatNoUnitCanHoldIsRefusedByName() {
    Manager manager = new Systemd(site(User.ROOT, Path.of("/root"), Path.of("/opt/$x/run")));
    assertThatThrownBy(manager::files)
        .hasMessage("path: /opt/$x/run (expected: one without $ \" ' \\ and control characters)");
  }

  @Test
  void onAMacRootIsToldToBeSomebodyElse() {
    assertThatThrownBy(
            () -> new Launchd(site(User.ROOT, Path.of("/var/root"), Path.of("/opt/t/run"))))
        .hasMessageStartingWith("user: root (expected: the user whose containers");
  }

  @Test
  void otherSystemsAreRefusedByName() {
    assertThat(Platform.of("Mac OS X")).isEqualTo(Platform.MACOS);
    assertThatThrownBy(() -> Platform.of("Windows 11"))
        .hasMessage("operating system: Windows 11 (expected: Linux with systemd, or macOS)");
  }
}
