package dev.tallyman.cli.doctor;

import dev.tallyman.config.quantity.ByteSizes;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;

/** Looks at Java, the user, folders and ports. Changes nothing. */
final class HostChecks {

  private static final int OLDEST_JAVA = 25;
  private static final long LITTLE_SPACE = 64L << 20;
  private static final Set<PosixFilePermission> OF_OTHERS =
      Set.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  private HostChecks() {}

  static Finding java() {
    Runtime.Version version = Runtime.version();
    String text = version + ", " + System.getProperty("java.home", "unknown home");
    return version.feature() < OLDEST_JAVA
        ? Finding.failed("java", text + " (expected: " + OLDEST_JAVA + " or newer)")
        : Finding.ok("java", text);
  }

  static Finding user() {
    String name = System.getProperty("user.name", "unknown");
    return Finding.ok(
        "user",
        name.equals("root")
            ? "root: sees the engines of root"
            : name + ": sees the engines of this user, and those of root that it may use");
  }

  /** A folder that an agent keeps files in. */
  static Finding folder(String subject, Path folder) {
    if (!Files.exists(folder)) {
      Path parent = existingParent(folder);
      return Files.isDirectory(parent) && Files.isWritable(parent)
          ? Finding.ok(subject, folder + ": not there yet; the agent creates it")
          : Finding.failed(
              subject,
              "%s: not there, and this user cannot create it in %s".formatted(folder, parent));
    }
    if (!Files.isDirectory(folder)) {
      return Finding.failed(subject, folder + ": not a folder");
    }
    if (!Files.isWritable(folder)) {
      return Finding.failed(subject, folder + ": this user may not write there");
    }
    return openToOthers(subject, folder)
        .or(() -> littleSpace(subject, folder))
        .orElseGet(() -> Finding.ok(subject, folder + ": writable"));
  }

  private static Optional<Finding> openToOthers(String subject, Path folder) {
    try {
      boolean open = Files.getPosixFilePermissions(folder).stream().anyMatch(OF_OTHERS::contains);
      return open
          ? Optional.of(
              Finding.warning(
                  subject,
                  "%s: others can read or write it\nClose it with: chmod 700 %s"
                      .formatted(folder, folder)))
          : Optional.empty();
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.of(Finding.warning(subject, folder + ": its permissions are unknown: " + e));
    }
  }

  private static Optional<Finding> littleSpace(String subject, Path folder) {
    try {
      long space = Files.getFileStore(folder).getUsableSpace();
      return space < LITTLE_SPACE
          ? Optional.of(
              Finding.warning(
                  subject, folder + ": only " + ByteSizes.print(space) + " bytes are free"))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.of(Finding.warning(subject, folder + ": its free space is unknown: " + e));
    }
  }

  /** A port that a new agent would listen on. */
  static Finding port(String subject, InetSocketAddress address) {
    String text = address.getHostString() + ":" + address.getPort();
    if (address.isUnresolved()) {
      return Finding.failed(subject, text + ": no address for this name");
    }
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(address);
      return Finding.ok(subject, text + ": free");
    } catch (IOException e) {
      return Finding.failed(
          subject,
          "%s: cannot be listened on: %s\nChoose another with --metrics-listen, or off."
              .formatted(text, e.getMessage()));
    }
  }

  private static Path existingParent(Path path) {
    Path at = path.toAbsolutePath();
    for (Path parent = at.getParent(); parent != null; parent = parent.getParent()) {
      if (Files.exists(parent)) {
        return parent;
      }
    }
    return at;
  }
}
