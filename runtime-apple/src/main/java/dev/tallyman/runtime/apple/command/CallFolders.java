package dev.tallyman.runtime.apple.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folders of runners: {@code <process>-<random>}, only this user's. Those of processes that
 * were killed are removed by the next one.
 */
final class CallFolders {

  private static final Logger log = LoggerFactory.getLogger(CallFolders.class);

  private CallFolders() {}

  static Path make(Path parent) {
    try {
      sweep(parent);
      return Files.createTempDirectory(
          parent,
          ProcessHandle.current().pid() + "-",
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException e) {
      throw new UncheckedIOException("no folder for the output of commands: " + e.getMessage(), e);
    }
  }

  private static void sweep(Path parent) throws IOException {
    try (Stream<Path> folders = Files.list(parent)) {
      folders.filter(CallFolders::isOrphan).forEach(CallFolders::remove);
    }
  }

  private static boolean isOrphan(Path folder) {
    String name = folder.getFileName().toString();
    int dash = name.indexOf('-');
    return dash > 0
        && name.substring(0, dash).chars().allMatch(Character::isDigit)
        && ProcessHandle.of(Long.parseLong(name.substring(0, dash)))
            .filter(ProcessHandle::isAlive)
            .isEmpty();
  }

  static void remove(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException | UncheckedIOException e) {
      log.debug("{} stays behind until the next start of the agent: {}", folder, e.toString());
    }
  }
}
