package dev.tallyman.runtime.oci.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tallyman.runtime.HostFile;
import dev.tallyman.runtime.oci.request.Resolved.BoundFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MemoryFilesTest {

  private static final Path MEMORY = Path.of("/dev/shm");
  private static final HostFile SECRET = file("/run/secrets/key", "s3cret", 0440);

  private Path root = MEMORY;
  private MemoryFiles files = new MemoryFiles(MEMORY, "docker");

  @BeforeEach
  void choose() throws IOException {
    assumeTrue(
        Files.isDirectory(MEMORY) && Files.getFileStore(MEMORY).type().equals("tmpfs"),
        "skipped: this host has no memory at " + MEMORY);
    root = MEMORY.resolve("tallyman-unit-" + Long.toHexString(System.nanoTime()));
    files = new MemoryFiles(root, "docker");
  }

  @AfterEach
  void sweep() throws IOException {
    if (!root.equals(MEMORY) && Files.exists(root)) {
      try (Stream<Path> all = Files.walk(root)) {
        all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
      }
    }
  }

  @Test
  void aFileHasItsContentAndPermissionsBehindADoorThatIsShut() throws Exception {
    List<BoundFile> bound =
        files.write("u1", List.of(SECRET, file("/etc/other/key", "another", 0404)));

    assertThat(bound)
        .extracting(BoundFile::target)
        .containsExactly("/run/secrets/key", "/etc/other/key");
    assertThat(bound.get(0).source()).hasContent("s3cret");
    assertThat(bound.get(1).source()).hasContent("another");
    assertThat(permissions(bound.get(0).source())).isEqualTo("r--r-----");
    assertThat(permissions(bound.get(1).source())).isEqualTo("r-----r--");
    assertThat(permissions(root)).isEqualTo("rwx------");
    assertThat(permissions(root.resolve("u1"))).isEqualTo("rwx------");
    try (Stream<Path> left = Files.list(root.resolve("u1"))) {
      assertThat(left.filter(path -> !path.getFileName().toString().startsWith("."))).hasSize(2);
    }
  }

  @Test
  void aFileThatIsAsItShouldBeIsLeftAloneAndAnotherOneReplaced() throws Exception {
    Path path = files.write("u1", List.of(SECRET)).getFirst().source();
    Object before = Files.getAttribute(path, "unix:ino");

    assertThat(files.write("u1", List.of(SECRET)))
        .containsExactly(new BoundFile(SECRET.target(), path));
    assertThat(Files.getAttribute(path, "unix:ino")).isEqualTo(before);

    files.write("u1", List.of(file(SECRET.target(), "changed", 0440)));
    assertThat(path).hasContent("changed");
    assertThat(Files.getAttribute(path, "unix:ino")).isNotEqualTo(before);
  }

  @Test
  void theFilesOfAnInstanceGoAndThoseOfOthersStay() throws Exception {
    files.write("u1", List.of(SECRET));
    Path other = files.write("u2", List.of(SECRET)).getFirst().source();

    files.remove("u1");
    files.remove("u1");

    assertThat(root.resolve("u1")).doesNotExist();
    assertThat(other).exists();
  }

  @Test
  void whatACrashLeftIsSweptAndWhatAnInstanceHasStays() throws Exception {
    Path left = files.write("left", List.of(SECRET)).getFirst().source();
    Path needed = files.write("a/b", List.of(SECRET)).getFirst().source();

    assertThat(new MemoryFiles(root, "docker").sweep(() -> Set.of("a/b"))).isEqualTo(1);

    assertThat(left.getParent()).doesNotExist();
    assertThat(needed).exists();
  }

  @Test
  void whatIsBeingLaunchedWhileItIsSweptStays() throws Exception {
    Path before = files.write("before", List.of(SECRET)).getFirst().source();
    Path during = files.write("during", List.of(SECRET)).getFirst().source();
    Path after = files.write("after", List.of(SECRET)).getFirst().source();
    files.use("after").close();

    int swept;
    try (MemoryFiles.Use use = files.use("before")) {
      assertThat(use).isNotNull();
      swept =
          files.sweep(() -> {
            // Its instance is made after all instances were asked for.
            files.use("during").close();
            return Set.of();
          });
    }

    assertThat(swept).isEqualTo(1);
    assertThat(List.of(before, during)).allMatch(Files::exists);
    assertThat(after).doesNotExist();
  }

  @Test
  void whatAnotherRuntimeOfTheNodeWroteIsNotSwept() throws Exception {
    MemoryFiles podman = new MemoryFiles(root, "podman");
    Path its = podman.write("its", List.of(SECRET)).getFirst().source();
    Path ofBoth = podman.write("both", List.of(SECRET)).getFirst().source();
    files.write("both", List.of(SECRET));

    assertThat(files.sweep(Set::of)).isZero();

    assertThat(List.of(its, ofBoth)).allMatch(Files::exists);
  }

  @Test
  void whereNothingWasEverWrittenNobodyIsAskedForInstances() throws Exception {
    assertThat(
            files.sweep(() -> {
              throw new AssertionError("asked");
            }))
        .isZero();
  }

  @Test
  void aNameThatLeadsElsewhereStaysInside() throws Exception {
    Path path = files.write("../../etc", List.of(file("/x/..", "a", 0400))).getFirst().source();

    assertThat(path.normalize()).startsWith(root);
    assertThat(path.getFileName().toString()).doesNotContain("/");
  }

  @Test
  void nothingIsWrittenToADisk(@TempDir Path disk) throws IOException {
    assumeTrue(
        !Files.getFileStore(disk).type().equals("tmpfs"), "skipped: temporary files are in memory");
    MemoryFiles onDisk = new MemoryFiles(disk.resolve("files"), "docker");

    assertThat(onDisk.obstacle().orElseThrow()).contains("expected: tmpfs");
    assertThatThrownBy(() -> onDisk.write("u1", List.of(SECRET)))
        .isInstanceOf(MemoryFiles.Refused.class);
    assertThat(disk).isEmptyDirectory();
  }

  @Test
  void aDirectoryThatOthersCanEnterIsRefused() throws IOException {
    Files.createDirectory(root);
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));

    assertThatThrownBy(() -> files.write("u1", List.of(SECRET)))
        .isInstanceOf(MemoryFiles.Refused.class)
        .hasMessageContaining("rwx------");
  }

  @Test
  void aLinkInThePlaceOfTheDirectoryIsRefused(@TempDir Path elsewhere) throws IOException {
    Files.createSymbolicLink(root, elsewhere);

    assertThatThrownBy(() -> files.write("u1", List.of(SECRET)))
        .isInstanceOf(MemoryFiles.Refused.class);
    assertThat(elsewhere).isEmptyDirectory();
    Files.delete(root);
  }

  @Test
  void theDirectoryIsInMemoryAndOfTheNodeAlone() {
    Path one = MemoryFiles.directory(Map.of(), "me", "node-1");
    Path two = MemoryFiles.directory(Map.of("XDG_RUNTIME_DIR", "relative"), "me", "../node");

    assertThat(one).isEqualTo(Path.of("/dev/shm/tallyman-me-node-1-files"));
    assertThat(two.normalize()).isEqualTo(two);
    assertThat(Set.of(one, two)).hasSize(2);
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static HostFile file(String target, String content, int mode) {
    return new HostFile(target, new HostFile.Content(content.getBytes(UTF_8)), mode, 0, 0);
  }
}
