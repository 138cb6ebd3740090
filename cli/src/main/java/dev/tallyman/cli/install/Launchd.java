package dev.tallyman.cli.install;

import dev.tallyman.cli.install.Template.Quoting;
import dev.tallyman.cli.install.WantedFile.Owner;
import dev.tallyman.cli.process.CommandFailure;
import dev.tallyman.config.StandardPaths.User;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * launchd: an agent of the user's desktop session, and the small app under whose name macOS grants
 * it the local network.
 */
final class Launchd implements Manager {

  private static final String LABEL = "dev.tallyman.agent";
  private static final String PLIST = LABEL + ".plist";

  private final Site site;

  /**
   * @throws CommandFailure for root, who sees no containers of users
   */
  Launchd(Site site) {
    if (site.user() == User.ROOT) {
      throw CommandFailure.failed(
          "user: root (expected: the user whose containers the agent shall run; on macOS root sees"
              + " none of them)");
    }
    this.site = site;
  }

  @Override
  public List<WantedFile> files() {
    Path config = site.config();
    Map<String, Path> agent =
        Map.of(
            "APP", app(),
            "JAVA_HOME", site.javaHome(),
            "CONFIG_HOME", parent(site.paths().configDir()),
            "STATE_HOME", parent(site.paths().stateDir()),
            "LOG", log());
    return List.of(
        new WantedFile(config, Template.read("config/agent.yaml"), "rw-------", Owner.USER),
        new WantedFile(
            app().resolve("Contents/Info.plist"),
            Template.read("launchd/Tallyman.app/Contents/Info.plist"),
            "rw-r--r--",
            Owner.PROGRAM),
        new WantedFile(
            app().resolve("Contents/MacOS/tallyman-agent"),
            Template.fill(
                "launchd/Tallyman.app/Contents/MacOS/tallyman-agent",
                Quoting.SHELL,
                Map.of("LAUNCHER", site.launcher(), "CONFIG", config)),
            "rwxr-xr-x",
            Owner.PROGRAM),
        new WantedFile(
            plist(),
            Template.fill("launchd/" + PLIST, Quoting.XML, agent),
            "rw-r--r--",
            Owner.PROGRAM));
  }

  private Path app() {
    return site.home().resolve("Applications/Tallyman.app");
  }

  private Path plist() {
    return site.home().resolve("Library/LaunchAgents").resolve(PLIST);
  }

  private Path log() {
    return site.home().resolve("Library/Logs/Tallyman/agent.log");
  }

  private static Path parent(Path path) {
    return Optional.ofNullable(path.getParent()).orElse(path);
  }

  /** {@code codesign} puts a signature into the app. */
  @Override
  public List<Path> ownFolders() {
    return List.of(app());
  }

  @Override
  public List<Path> logFolders() {
    return List.of(parent(log()));
  }

  @Override
  public void requireWorking(Commands commands) {
    if (!commands.isTrue(List.of("launchctl", "print", domain()))) {
      throw CommandFailure.failed(
          "this user has no desktop session (expected: to be logged in at the screen once; over ssh"
              + " alone macOS starts no such agent)");
    }
  }

  @Override
  public void load(Commands commands) {
    // An ad-hoc signature is made of the content alone: the same app keeps what it was granted.
    commands.run(
        List.of("codesign", "--force", "--sign", "-", "--identifier", LABEL, app().toString()));
    unload(commands);
    start(commands);
  }

  private void start(Commands commands) {
    commands.run(List.of("launchctl", "enable", service()));
    commands.run(List.of("launchctl", "bootstrap", domain(), plist().toString()));
  }

  @Override
  public void ensureLoaded(Commands commands) {
    if (!commands.isTrue(isLoaded())) {
      start(commands);
    }
  }

  @Override
  public void unload(Commands commands) {
    if (commands.isTrue(isLoaded())) {
      // It says "in progress" as a failure while the agent is still ending.
      commands.tryToRun(List.of("launchctl", "bootout", service()));
      commands.awaitNo(isLoaded());
    }
  }

  private List<String> isLoaded() {
    return List.of("launchctl", "print", service());
  }

  /** launchd forgets with the unloading. */
  @Override
  public void forget(Commands commands) {}

  private String domain() {
    return "gui/" + site.uid();
  }

  private String service() {
    return domain() + "/" + LABEL;
  }

  @Override
  public List<String> advice() {
    return List.of(
        "How it is: launchctl print " + service() + "; its log: " + log(),
        "When macOS asks whether Tallyman may find devices on local networks, allow it: containers"
            + " are such devices, and probes reach them that way. Later: System Settings, Privacy &"
            + " Security, Local Network.");
  }
}
