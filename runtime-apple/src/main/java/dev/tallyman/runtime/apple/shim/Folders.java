package dev.tallyman.runtime.apple.shim;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Folders that only this user can look into. */
public final class Folders {

  private static final Logger log = LoggerFactory.getLogger(Folders.class);

  private Folders() {}

  /** Makes a folder, and those above it, if they are not there. */
  public static void makePrivate(Path folder) throws IOException {
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  /** Removes a folder with all that is in it, if it is there. */
  public static void remove(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException | UncheckedIOException e) {
      // Somebody may have written into it meanwhile; it is of no use to anybody.
      log.debug("{} could not be removed whole: {}", folder, e.toString());
    }
  }
}
