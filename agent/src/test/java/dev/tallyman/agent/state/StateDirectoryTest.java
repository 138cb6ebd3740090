package dev.tallyman.agent.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import dev.tallyman.agent.model.History;
import dev.tallyman.agent.plan.Placer.Memory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateDirectoryTest extends StoreContract {

  private static final Instant NOW = Instant.parse("2026-11-22T08:00:00.250Z");

  @TempDir Path temporary;

  private Path folder() {
    return temporary.resolve("lib/tallyman");
  }

  @Override
  StateDirectory open() throws StateException {
    return open(folder());
  }

  private static StateDirectory open(Path folder) throws StateException {
    return StateDirectory.open(folder, InstantSource.fixed(NOW), RandomGenerator.getDefault());
  }

  @Test
  void onlyItsUserMayEnterAndReadIt() throws Exception {
    try (StateDirectory store = open()) {
      store.saveDesired(Samples.desired("control-plane", 1));
      store.saveRemembered(Samples.remembered());
      assertThat(store.agentId()).isNotEmpty();
    }

    assertThat(mode(folder())).isEqualTo("rwx------");
    try (Stream<Path> files = Files.list(folder())) {
      assertThat(files.toList())
          .extracting(file -> file.getFileName().toString())
          .containsExactlyInAnyOrder(
              "agent.lock", "desired-control-plane.bin", "history.bin", "identity.bin");
    }
    try (Stream<Path> files = Files.list(folder())) {
      assertThat(files.toList()).allMatch(file -> mode(file).equals("rw-------"));
    }
  }

  @Test
  void aFolderThatOthersMayReadIsClosedToThem() throws Exception {
    Files.createDirectories(folder());
    Files.setPosixFilePermissions(folder(), PosixFilePermissions.fromString("rwxr-xr-x"));

    open().close();

    assertThat(mode(folder())).isEqualTo("rwx------");
  }

  @Test
  void aSymbolicLinkIsRefused() throws Exception {
    Path target = Files.createDirectory(temporary.resolve("target"));
    Path link = Files.createSymbolicLink(temporary.resolve("link"), target);

    assertThatThrownBy(() -> open(link))
        .isInstanceOf(StateException.class)
        .hasMessage(
            "State directory " + link + " is a symbolic link (expected: the folder itself).");
  }

  @Test
  void aFileIsRefused() throws Exception {
    Path file = Files.createFile(temporary.resolve("file"));

    assertThatThrownBy(() -> open(file))
        .isInstanceOf(StateException.class)
        .hasMessage("State directory " + file + " is a file (expected: a folder).");
  }

  @Test
  void aFolderOfSomebodyElseIsRefused() throws Exception {
    assumeTrue(new UnixSystem().getUid() == 0, "only root can give a folder away");
    Path foreign = Files.createDirectory(temporary.resolve("foreign"));
    Files.setAttribute(foreign, "unix:uid", 12345);

    assertThatThrownBy(() -> open(foreign))
        .isInstanceOf(StateException.class)
        .hasMessageContaining("belongs to user 12345 (expected: the agent's own user");
  }

  @Test
  void aSecondAgentInThisProcessIsRefusedAndTheFirstKeepsItsLock() throws Exception {
    try (StateDirectory first = open()) {
      assertThatThrownBy(this::open)
          .isInstanceOf(StateException.class)
          .hasMessageContaining(
              "is in use by another agent, process id " + ProcessHandle.current().pid());
      first.saveRemembered(Samples.remembered());
      assertThat(otherProcessOpens())
          .contains("is in use by another agent, process id " + ProcessHandle.current().pid());
    }
    assertThat(otherProcessOpens()).contains("opened");
  }

  /** A second agent, as far as the state directory goes. */
  public static void main(String[] args) {
    try (StateDirectory store = open(Path.of(args[0]))) {
      System.out.println("opened by " + store.agentId());
    } catch (StateException e) {
      System.out.println(e.why());
    }
  }

  private String otherProcessOpens() throws Exception {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx64m",
                    "-cp",
                    System.getProperty("java.class.path"),
                    StateDirectoryTest.class.getName(),
                    folder().toString()))
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return output;
  }

  @Test
  void whatAKilledAgentWasWritingIsSweptAndTheOldStays() throws Exception {
    try (StateDirectory store = open()) {
      store.saveDesired(Samples.desired("control-plane", 1));
    }
    Path half = folder().resolve("desired-control-plane.bin.tmp");
    Files.writeString(half, "half");

    try (StateDirectory store = open()) {
      assertThat(half).doesNotExist();
      assertThat(store.loadDesired("control-plane"))
          .isEqualTo(new Loaded.Present<>(Samples.desired("control-plane", 1)));
    }
  }

  @Test
  void aDamagedFileIsSetAsideForPeopleAndReported() throws Exception {
    Path file = folder().resolve("desired-control-plane.bin");
    try (StateDirectory store = open()) {
      store.saveDesired(Samples.desired("control-plane", 1));
      byte[] bytes = Files.readAllBytes(file);
      bytes[bytes.length - 1] ^= 1;
      Files.write(file, bytes);

      Path aside = folder().resolve("desired-control-plane.bin.corrupt-20261122T080000.250Z");
      assertThat(store.loadDesired("control-plane"))
          .isEqualTo(new Loaded.SetAside<>(aside, "Its checksum is wrong: it was damaged."));
      assertThat(aside).hasBinaryContent(bytes);
      assertThat(file).doesNotExist();
      assertThat(store.loadDesired("control-plane")).isInstanceOf(Loaded.Absent.class);
    }
  }

  @Test
  void aFileThatHoldsSomethingElseIsSetAsideToo() throws Exception {
    try (StateDirectory store = open()) {
      // A right checksum over what no agent writes.
      Files.write(
          folder().resolve("identity.bin"),
          FileFormat.encode(FileFormat.Kind.IDENTITY, new byte[] {0x0a, 0x01, 'x'}));
      String id = store.agentId();

      assertThat(id).matches("[0-9a-f]{32}");
      assertThat(folder().resolve("identity.bin.corrupt-20261122T080000.250Z")).exists();
      assertThat(store.agentId()).isEqualTo(id);
    }
  }

  @Test
  void theFolderDoesNotFillWithDamagedFiles() throws Exception {
    open().close();
    for (int i = 0; i < 8; i++) {
      Files.createFile(folder().resolve("history.bin.corrupt-2026112" + i + "T000000.000Z"));
    }

    open().close();

    try (Stream<Path> files = Files.list(folder())) {
      assertThat(
              files.map(file -> file.getFileName().toString()).filter(n -> n.contains("corrupt")))
          .containsExactlyInAnyOrder(
              "history.bin.corrupt-20261123T000000.000Z",
              "history.bin.corrupt-20261124T000000.000Z",
              "history.bin.corrupt-20261125T000000.000Z",
              "history.bin.corrupt-20261126T000000.000Z",
              "history.bin.corrupt-20261127T000000.000Z");
    }
  }

  @Test
  void aFolderThatWasRemovedIsMadeAnewWithAllThatItHeldAndClosedToOthers() throws Exception {
    String id;
    try (StateDirectory first = open()) {
      first.saveDesired(Samples.desired("stacks", 4));
      id = first.agentId();
    }
    try (StateDirectory store = open()) {
      assertThat(store.agentId()).isEqualTo(id);
      store.loadDesired("stacks");
      store.saveDesired(Samples.desired("control-plane", 1));
      remove(folder());

      store.saveRemembered(Samples.remembered());

      assertThat(mode(folder())).isEqualTo("rwx------");
      assertThat(otherProcessOpens()).contains("is in use by another agent");
    }
    try (StateDirectory next = open()) {
      assertThat(next.agentId()).isEqualTo(id);
      assertThat(next.loadDesired("stacks"))
          .isEqualTo(new Loaded.Present<>(Samples.desired("stacks", 4)));
      assertThat(next.loadDesired("control-plane"))
          .isEqualTo(new Loaded.Present<>(Samples.desired("control-plane", 1)));
      assertThat(next.loadRemembered()).isEqualTo(new Loaded.Present<>(Samples.remembered()));
    }
  }

  @Test
  void aFolderThatWasEmptiedIsFilledAgain() throws Exception {
    try (StateDirectory store = open()) {
      store.saveDesired(Samples.desired("control-plane", 1));
      try (Stream<Path> files = Files.list(folder())) {
        files.forEach(StateDirectoryTest::remove);
      }

      store.saveRemembered(Samples.remembered());

      assertThat(store.loadDesired("control-plane"))
          .isEqualTo(new Loaded.Present<>(Samples.desired("control-plane", 1)));
      assertThat(otherProcessOpens()).contains("is in use by another agent");
    }
  }

  @Test
  void aFolderThatVanishesWithWhatItWasInIsAnErrorThatNamesTheFile() throws Exception {
    try (StateDirectory store = open()) {
      Path real = folder().toRealPath();
      remove(temporary.resolve("lib"));

      assertThatThrownBy(() -> store.saveRemembered(Samples.remembered()))
          .isInstanceOf(StateException.class)
          .hasMessage(
              "Cannot write "
                  + real
                  + "/history.bin: it, or the folder that it is in, does not exist.");
    }
  }

  @Test
  void aDiskThatIsUnmountedIsNotReplacedByTheFolderBelowIt() throws Exception {
    assumeTrue(new UnixSystem().getUid() == 0, "only root can mount a small disk");
    Path disk = Files.createDirectory(temporary.resolve("disk"));
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=64k,mode=0700", "tmpfs", disk.toString()) == 0,
        "a small disk can be mounted");
    Path state = disk.resolve("state");
    try (StateDirectory store = open(state)) {
      store.saveRemembered(Samples.remembered());
      assertThat(run("umount", "--lazy", disk.toString())).isZero();

      assertThatThrownBy(() -> store.saveRemembered(Samples.remembered()))
          .isInstanceOf(StateException.class);
      assertThat(state).doesNotExist();
    }
  }

  private static void remove(Path folder) {
    try {
      assertThat(run("rm", "-rf", folder.toString())).isZero();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aFileThatCannotBeReadIsAnErrorAndNotAbsent() throws Exception {
    try (StateDirectory store = open()) {
      Files.createDirectory(folder().resolve("history.bin"));

      assertThatThrownBy(store::loadRemembered)
          .isInstanceOf(StateException.class)
          .hasMessageStartingWith("Cannot read ");
    }
  }

  @Test
  void aFullDiskIsAnErrorThatSaysSoAndTheOldStateStays() throws Exception {
    assumeTrue(new UnixSystem().getUid() == 0, "only root can mount a small disk");
    Path disk = Files.createDirectory(temporary.resolve("disk"));
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=64k,mode=0700", "tmpfs", disk.toString()) == 0,
        "a small disk can be mounted");
    try (StateDirectory store = open(disk)) {
      store.saveRemembered(Samples.remembered());
      Map<String, History> large =
          IntStream.range(0, 4000)
              .boxed()
              .collect(Collectors.toMap(i -> "uid-" + i, i -> History.begin("hash-" + i)));

      assertThatThrownBy(
              () -> store.saveRemembered(new Remembered(large, Optional.empty(), Memory.INTACT)))
          .isInstanceOf(StateException.class)
          .hasMessageEndingWith(
              "/history.bin: the disk is full; free some space, it is tried again.");
      assertThat(store.loadRemembered()).isEqualTo(new Loaded.Present<>(Samples.remembered()));
      assertThat(disk.resolve("history.bin.tmp")).doesNotExist();
    } finally {
      run("umount", disk.toString());
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  private static String mode(Path file) {
    try {
      return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
