package dev.tallyman.cli.install;

import dev.tallyman.cli.install.Template.Quoting;
import dev.tallyman.cli.install.WantedFile.Owner;
import dev.tallyman.cli.process.CommandFailure;
import dev.tallyman.config.StandardPaths.User;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** systemd: a system unit for root, else a unit of the user's own manager. */
final class Systemd implements Manager {

  private static final String UNIT = "tallyman-agent.service";

  private final Site site;

  Systemd(Site site) {
    this.site = site;
  }

  private boolean isSystem() {
    return site.user() == User.ROOT;
  }

  @Override
  public List<WantedFile> files() {
    Path config = site.config();
    return List.of(
        new WantedFile(config, Template.read("config/agent.yaml"), "rw-------", Owner.USER),
        new WantedFile(unitFile(), unit(), "rw-r--r--", Owner.PROGRAM));
  }

  private Path unitFile() {
    return isSystem()
        ? Path.of("/etc/systemd/system", UNIT)
        : configHome().resolve("systemd/user").resolve(UNIT);
  }

  private String unit() {
    Map<String, Path> values =
        Map.of("LAUNCHER", site.launcher(), "CONFIG", site.config(), "JAVA_HOME", site.javaHome());
    if (isSystem()) {
      return Template.fill("systemd/" + UNIT, Quoting.SYSTEMD, values);
    }
    Map<String, Path> more = new HashMap<>(values);
    more.put("CONFIG_HOME", configHome());
    more.put("STATE_HOME", parent(site.paths().stateDir()));
    return Template.fill("systemd/user/" + UNIT, Quoting.SYSTEMD, more);
  }

  private Path configHome() {
    return parent(site.paths().configDir());
  }

  private static Path parent(Path path) {
    return Optional.ofNullable(path.getParent()).orElse(path);
  }

  @Override
  public List<Path> ownFolders() {
    return List.of();
  }

  @Override
  public List<Path> logFolders() {
    return List.of();
  }

  @Override
  public void requireWorking(Commands commands) {
    if (!commands.isTrue(systemctl("show-environment"))) {
      throw CommandFailure.failed(
          isSystem()
              ? "systemd does not answer, so it is not what runs this host (expected: a host that"
                  + " systemd runs). For another host, files are written with --root DIR."
              : "this user's systemd does not answer (expected: a login with one, as"
                  + " 'systemctl --user status' shows). For another host, files are written with"
                  + " --root DIR.");
    }
  }

  @Override
  public void load(Commands commands) {
    forget(commands);
    commands.run(systemctl("enable", UNIT));
    commands.run(systemctl("restart", UNIT));
  }

  @Override
  public void ensureLoaded(Commands commands) {
    commands.run(systemctl("enable", "--now", UNIT));
  }

  @Override
  public void unload(Commands commands) {
    commands.run(systemctl("disable", "--now", UNIT));
  }

  @Override
  public void forget(Commands commands) {
    commands.run(systemctl("daemon-reload"));
  }

  private List<String> systemctl(String... words) {
    List<String> line = new ArrayList<>();
    line.add("systemctl");
    if (!isSystem()) {
      line.add("--user");
    }
    line.addAll(List.of(words));
    return List.copyOf(line);
  }

  @Override
  public List<String> advice() {
    String status = String.join(" ", systemctl("status", "tallyman-agent"));
    return isSystem()
        ? List.of("How it is: " + status + "; its log: journalctl -u tallyman-agent")
        : List.of(
            "How it is: " + status + "; its log: journalctl --user -u tallyman-agent",
            "It runs while this user is logged in; from boot on with: loginctl enable-linger");
  }
}
