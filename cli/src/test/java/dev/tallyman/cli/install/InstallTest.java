package dev.tallyman.cli.install;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tallyman.cli.TestHost;
import dev.tallyman.cli.install.Installer.OnChanged;
import dev.tallyman.cli.install.Uninstaller.OnState;
import dev.tallyman.cli.output.Output;
import dev.tallyman.cli.process.CommandFailure;
import dev.tallyman.config.StandardPaths;
import dev.tallyman.config.StandardPaths.User;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Installing and uninstalling in a home folder of the test's own. Service managers are programs of
 * the test's own, which write down what they are told.
 */
class InstallTest {

  private static final String UNIT = ".config/systemd/user/tallyman-agent.service";
  private static final String CONFIG = ".config/tallyman/agent.yaml";
  private static final String RECEIPT = ".config/tallyman/.installed";
  private static final String PLIST = "Library/LaunchAgents/dev.tallyman.agent.plist";

  private final Path folder;
  private final Path home;
  private final Path programs;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Output output = new Output(out);

  InstallTest(@TempDir Path folder) {
    this.folder = folder;
    this.home = folder.resolve("home");
    this.programs = folder.resolve("bin");
  }

  @BeforeEach
  void makePrograms() throws IOException {
    Files.createDirectories(home);
    Files.createDirectories(programs);
    for (String name : List.of("systemctl", "launchctl", "codesign", "tallyman")) {
      Path program = programs.resolve(name);
      Files.writeString(
          program,
          """
          #!/bin/sh
          echo "${0##*/} $*" >>"%1$s/told"
          case " $* " in
            *" print gui/501/dev."*) [ -e "%1$s/loaded" ]; exit ;;
            *" bootstrap "*) : >"%1$s/loaded" ;;
            *" bootout "*) rm=; [ ! -e "%1$s/loaded" ] || exec /bin/rm "%1$s/loaded" ;;
          esac
          if [ -e "%1$s/refuses-$2" ]; then
            echo "no, not $2"
            exit 3
          fi
          """
              .formatted(folder));
      assertThat(program.toFile().setExecutable(true)).isTrue();
    }
  }

  private Site site(Optional<Path> root) {
    return new Site(
        User.OTHER,
        501,
        home,
        new StandardPaths(User.OTHER, home, Map.of()),
        programs.resolve("tallyman"),
        Path.of("/opt/jdk"),
        root);
  }

  private void install(Manager manager, OnChanged onChanged) {
    new Installer(
            site(Optional.empty()),
            manager,
            new RealCommands(Map.of("PATH", programs.toString()), output),
            output)
        .install(onChanged, () -> {});
  }

  private Systemd systemd() {
    return new Systemd(site(Optional.empty()));
  }

  private Launchd launchd() {
    return new Launchd(site(Optional.empty()));
  }

  private void uninstall(Manager manager, OnState onState) {
    new Uninstaller(
            site(Optional.empty()),
            manager,
            new RealCommands(Map.of("PATH", programs.toString()), output),
            output)
        .uninstall(onState);
  }

  private String said() {
    output.flush();
    return out.toString(UTF_8);
  }

  /** What the programs were told since the last call. */
  private List<String> told() throws IOException {
    Path file = folder.resolve("told");
    List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
    Files.deleteIfExists(file);
    return lines;
  }

  /** Each file and folder below the home, with its mode, time of change and content. */
  private Map<String, String> tree() throws IOException {
    Map<String, String> tree = new TreeMap<>();
    try (var paths = Files.walk(home)) {
      paths
          .filter(path -> !path.equals(home))
          .forEach(path -> tree.put(home.relativize(path).toString(), describe(path)));
    }
    return tree;
  }

  private static String describe(Path path) {
    try {
      return PosixFilePermissions.toString(Files.getPosixFilePermissions(path))
          + " "
          + (Files.isDirectory(path)
              ? "folder"
              : Files.getLastModifiedTime(path) + "\n" + Files.readString(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void theUnitIsWrittenEnabledAndStarted() throws IOException {
    install(systemd(), OnChanged.REFUSE);

    assertThat(told())
        .containsExactly(
            "systemctl --user show-environment",
            "systemctl --user daemon-reload",
            "systemctl --user enable tallyman-agent.service",
            "systemctl --user restart tallyman-agent.service");
    assertThat(tree())
        .hasEntrySatisfying(UNIT, file -> assertThat(file).startsWith("rw-r--r--"))
        .hasEntrySatisfying(CONFIG, file -> assertThat(file).startsWith("rw-------"))
        .hasEntrySatisfying(
            ".config/tallyman", file -> assertThat(file).isEqualTo("rwx------ folder"));
    assertThat(said()).contains("new        " + home.resolve(UNIT));
  }

  @Test
  void installingTwiceChangesNothing() throws IOException {
    install(systemd(), OnChanged.REFUSE);
    Map<String, String> before = tree();
    var _ = told();

    install(systemd(), OnChanged.REFUSE);

    assertThat(tree()).isEqualTo(before);
    assertThat(told())
        .containsExactly(
            "systemctl --user show-environment",
            "systemctl --user enable --now tallyman-agent.service");
  }

  @Test
  void settingsOfTheUserStayAndAreSaidToStay() throws IOException {
    Path config = home.resolve(CONFIG);
    Files.createDirectories(config.getParent());
    Files.writeString(config, "control-plane: none\n");

    install(systemd(), OnChanged.REFUSE);

    assertThat(config).hasContent("control-plane: none\n");
    assertThat(said()).contains("kept       " + config + " (yours)");
    uninstall(systemd(), OnState.KEEP);
    assertThat(config).hasContent("control-plane: none\n");
    assertThat(home.resolve(UNIT)).doesNotExist();
  }

  @Test
  void aFileOfAnEarlierVersionIsReplacedAndTheServiceRestarted() throws IOException {
    install(systemd(), OnChanged.REFUSE);
    String former = "[Service]\n# of a former version\n";
    Files.writeString(home.resolve(UNIT), former);
    Files.writeString(
        home.resolve(RECEIPT), Receipt.sum(former) + "  " + home.resolve(UNIT) + "\n");
    var _ = told();

    install(systemd(), OnChanged.REFUSE);

    assertThat(home.resolve(UNIT)).content().contains("Type=notify");
    assertThat(told()).contains("systemctl --user restart tallyman-agent.service");
  }

  @Test
  void aUnitThatSomebodyChangedIsRefusedUntilItMayBePutAside() throws IOException {
    install(systemd(), OnChanged.REFUSE);
    Files.writeString(home.resolve(UNIT), "[Service]\n# mine\n");
    Map<String, String> before = tree();
    var _ = told();

    assertThatThrownBy(() -> install(systemd(), OnChanged.REFUSE))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining(home.resolve(UNIT) + ": somebody changed it")
        .hasMessageContaining("--replace");
    assertThat(tree()).isEqualTo(before);
    assertThat(told()).containsExactly("systemctl --user show-environment");

    install(systemd(), OnChanged.PUT_ASIDE);
    assertThat(home.resolve(UNIT)).content().contains("Type=notify");
    assertThat(home.resolve(UNIT + ".saved")).hasContent("[Service]\n# mine\n");
  }

  @Test
  void aServiceThatDoesNotStartLeavesNothingBehind() throws IOException {
    Files.createFile(folder.resolve("refuses-restart"));

    assertThatThrownBy(() -> install(systemd(), OnChanged.REFUSE))
        .hasMessageContaining("systemctl --user restart tallyman-agent.service ended with 3")
        .hasMessageContaining("no, not restart")
        .hasMessageContaining("Nothing is installed");

    assertThat(tree()).isEmpty();
    assertThat(told())
        .endsWith(
            "systemctl --user disable --now tallyman-agent.service",
            "systemctl --user daemon-reload");
  }

  @Test
  void anUpdateThatDoesNotStartPutsTheFormerOneBack() throws IOException {
    install(systemd(), OnChanged.REFUSE);
    String former = "[Service]\n# of a former version\n";
    Files.writeString(home.resolve(UNIT), former);
    Files.writeString(
        home.resolve(RECEIPT), Receipt.sum(former) + "  " + home.resolve(UNIT) + "\n");
    Files.createFile(folder.resolve("refuses-restart"));

    assertThatThrownBy(() -> install(systemd(), OnChanged.REFUSE))
        .hasMessageContaining("The former installation was put back.");
    assertThat(home.resolve(UNIT)).hasContent(former);
  }

  @Test
  void withoutAServiceManagerNothingIsTouched() throws IOException {
    Files.createFile(folder.resolve("refuses-show-environment"));
    assertThatThrownBy(() -> install(systemd(), OnChanged.REFUSE))
        .hasMessageContaining("this user's systemd does not answer")
        .hasMessageContaining("--root");
    assertThat(tree()).isEmpty();
  }

  @Test
  void whatCannotBeWrittenTakesBackWhatWas() throws IOException {
    // Where the unit's folder should be, there is a file.
    Files.createDirectories(home.resolve(".config"));
    Files.createFile(home.resolve(".config/systemd"));
    assertThatThrownBy(() -> install(systemd(), OnChanged.REFUSE))
        .hasMessageContaining(home.resolve(".config/systemd") + "")
        .hasMessageContaining("Nothing is installed");
    assertThat(tree()).containsOnlyKeys(".config", ".config/systemd");
  }

  @Test
  void dryRunShowsWhatWouldBeWrittenAndRunAndTouchesNothing() throws IOException {
    new Installer(
            site(Optional.empty()), systemd(), new ShownCommands(output, "would run "), output)
        .show();
    assertThat(tree()).isEmpty();
    assertThat(told()).isEmpty();
    assertThat(said())
        .contains(
            "new        " + home.resolve(UNIT) + " (rw-r--r--)\n",
            "\n  | KillMode=process\n",
            "\nwould run  systemctl --user restart tallyman-agent.service\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "--dry-run"})
  void anotherRootIsWrittenToAndNothingIsRun(String option) throws IOException {
    Path root = folder.resolve("root");
    TestHost host = new TestHost(home).with("PATH", programs.toString());
    assertThat(
            host.run(
                "install",
                "--root",
                root.toString(),
                "--program",
                "/opt/tallyman/bin/tallyman",
                option.isEmpty() ? "--verbose" : option))
        .as(host.err())
        .isZero();
    assertThat(told()).isEmpty();
    assertThat(tree()).isEmpty();
    if (option.isEmpty()) {
      assertThat(root.resolve(Path.of("/").relativize(home)).resolve(CONFIG)).exists();
      assertThat(host.out()).contains("not run: ");
      assertThat(host.run("uninstall", "--root", root.toString(), "--program", "/opt/t")).isZero();
      try (var left = Files.walk(root)) {
        assertThat(left.filter(Files::isRegularFile)).isEmpty();
      }
    } else {
      assertThat(root).doesNotExist();
    }
  }

  @Test
  void uninstallingEndsTheServiceAndLeavesTheState() throws IOException {
    install(systemd(), OnChanged.REFUSE);
    Path state = Files.createDirectories(home.resolve(".local/state/tallyman"));
    Files.writeString(state.resolve("history.bin"), "x");
    var _ = told();

    uninstall(systemd(), OnState.KEEP);

    assertThat(told())
        .containsExactly(
            "systemctl --user show-environment",
            "systemctl --user disable --now tallyman-agent.service",
            "systemctl --user daemon-reload");
    assertThat(home.resolve(UNIT)).doesNotExist();
    assertThat(home.resolve(".config/tallyman")).doesNotExist();
    assertThat(state.resolve("history.bin")).exists();
    assertThat(said()).contains("Workloads run on, and " + state + " stays");

    uninstall(systemd(), OnState.KEEP);
    assertThat(told()).isEmpty();
    assertThat(said()).contains("not installed");
  }

  @Test
  void purgingSaysWhatItDeletesAndDeletesIt() throws IOException {
    install(systemd(), OnChanged.REFUSE);
    Path state = Files.createDirectories(home.resolve(".local/state/tallyman"));
    Files.writeString(state.resolve("history.bin"), "x");
    Files.writeString(state.resolve("agent.lock"), "");
    Path outside = Files.createDirectories(folder.resolve("outside"));
    Files.createFile(outside.resolve("precious"));
    Files.createSymbolicLink(state.resolve("link"), outside);

    uninstall(systemd(), OnState.DELETE);

    assertThat(state).doesNotExist();
    assertThat(outside.resolve("precious")).exists();
    assertThat(said()).contains("deleting   " + state);
  }

  @Test
  void stateThatAnAgentUsesIsNotPurged() throws IOException, InterruptedException {
    Path state = Files.createDirectories(home.resolve(".local/state/tallyman"));
    Path lock = Files.createFile(state.resolve("agent.lock"));
    assumeTrue(
        Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
            .anyMatch(entry -> Files.isExecutable(Path.of(entry, "python3"))),
        "skipped: this host has no python3 to hold a lock");
    // Another process: this one would give its lock back by trying it.
    Process holder =
        new ProcessBuilder(
                "python3",
                "-c",
                "import fcntl,sys;f=open(sys.argv[1],'r+');fcntl.lockf(f,fcntl.LOCK_EX);"
                    + "print('held',flush=True);sys.stdin.read()",
                lock.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      assertThat(holder.inputReader().readLine()).isEqualTo("held");
      assertThatThrownBy(() -> uninstall(systemd(), OnState.DELETE))
          .hasMessageContaining("an agent still uses it");
      assertThat(lock).exists();
    } finally {
      holder.destroyForcibly().waitFor();
    }
  }

  @Test
  void onAMacTheAppIsSignedAndTheAgentLoadedIntoTheDesktop() throws IOException {
    install(launchd(), OnChanged.REFUSE);

    String app = home.resolve("Applications/Tallyman.app").toString();
    assertThat(told())
        .containsExactly(
            "launchctl print gui/501",
            "codesign --force --sign - --identifier dev.tallyman.agent " + app,
            "launchctl print gui/501/dev.tallyman.agent",
            "launchctl enable gui/501/dev.tallyman.agent",
            "launchctl bootstrap gui/501 " + home.resolve(PLIST));
    assertThat(home.resolve("Library/Logs/Tallyman")).isDirectory();

    Map<String, String> before = tree();
    install(launchd(), OnChanged.REFUSE);
    assertThat(tree()).isEqualTo(before);
    assertThat(told())
        .containsExactly("launchctl print gui/501", "launchctl print gui/501/dev.tallyman.agent");

    Files.createDirectories(home.resolve("Applications/Tallyman.app/Contents/_CodeSignature"));
    uninstall(launchd(), OnState.DELETE);
    assertThat(told()).contains("launchctl bootout gui/501/dev.tallyman.agent");
    assertThat(home.resolve("Applications/Tallyman.app")).doesNotExist();
    assertThat(home.resolve(PLIST)).doesNotExist();
    assertThat(home.resolve("Library/Logs/Tallyman")).doesNotExist();
  }
}
