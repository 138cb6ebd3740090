package dev.tallyman.transport;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/** Checks of files whose content is secret. */
final class PrivateFiles {

  private static final Set<PosixFilePermission> OF_OTHERS =
      EnumSet.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  private PrivateFiles() {}

  /**
   * Refuses a file that is not there, or that anyone but its owner may read or write.
   *
   * @param what the file's role, to begin the message with
   */
  static void requirePrivate(String what, Path file) {
    Set<PosixFilePermission> mode;
    try {
      mode = Files.getPosixFilePermissions(file);
    } catch (NoSuchFileException e) {
      throw new TransportException(what + " " + file + ": no such file", e);
    } catch (IOException e) {
      throw new TransportException(what + " " + file + ": " + e.getMessage(), e);
    }
    if (mode.stream().anyMatch(OF_OTHERS::contains)) {
      throw new TransportException(
          "%s %s: mode is %s (expected: rw-------; run: chmod 600 %s)"
              .formatted(what, file, PosixFilePermissions.toString(mode), file));
    }
  }
}
