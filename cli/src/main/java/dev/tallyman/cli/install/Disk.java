package dev.tallyman.cli.install;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tallyman.cli.process.CommandFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Changes files, and can take back what it changed. A file is written beside and renamed, so that
 * there is always a whole one. For one thread.
 */
final class Disk {

  private static final String FOLDER_MODE = "rwxr-xr-x";

  private final Deque<Undo> undos = new ArrayDeque<>();

  /** Takes one change back. */
  @FunctionalInterface
  private interface Undo {
    void run() throws IOException;
  }

  /** A file as it is: its content, and its permissions like {@code rw-r--r--}. */
  record Found(String content, String mode) {}

  /**
   * A file as it is.
   *
   * @return empty when there is none
   * @throws CommandFailure when it is no regular file, or cannot be read
   */
  static Optional<Found> find(Path file) {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    if (!Files.isRegularFile(file)) {
      throw CommandFailure.failed(file + ": no regular file (expected: one, or nothing)");
    }
    try {
      // Bytes that are no text count as changed, whatever they are read as.
      return Optional.of(
          new Found(
              new String(Files.readAllBytes(file), UTF_8),
              PosixFilePermissions.toString(Files.getPosixFilePermissions(file))));
    } catch (IOException e) {
      throw failure(file, "read", e);
    }
  }

  /** Makes a folder and those above it, the last one with this mode. One that is there stays. */
  void makeFolder(Path folder, String mode) {
    if (Files.isDirectory(folder)) {
      return;
    }
    Optional.ofNullable(folder.getParent()).ifPresent(above -> makeFolder(above, FOLDER_MODE));
    try {
      Files.createDirectory(folder);
      undos.push(() -> Files.deleteIfExists(folder));
      // Apart from its creation, where the process's umask has a say.
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(mode));
    } catch (IOException e) {
      throw failure(folder, "made", e);
    }
  }

  /** Writes a file whole, in place of what was there. */
  void write(Path file, String content, String mode) {
    Optional<Found> before = find(file);
    place(file, content, mode);
    undos.push(() -> {
      if (before.isPresent()) {
        place(file, before.get().content(), before.get().mode());
      } else {
        Files.deleteIfExists(file);
      }
    });
  }

  private static void place(Path file, String content, String mode) {
    try {
      Path temporary = file.resolveSibling("." + file.getFileName() + ".tallyman-new");
      Files.deleteIfExists(temporary);
      try {
        Files.createFile(
            temporary,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(temporary, content);
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString(mode));
        Files.move(
            temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw failure(file, "written", e);
    }
  }

  /**
   * Takes back everything, the last change first.
   *
   * @return what could not be taken back, a sentence for each
   */
  List<String> takeBack() {
    List<String> left = new ArrayList<>();
    while (!undos.isEmpty()) {
      try {
        undos.pop().run();
      } catch (IOException | CommandFailure e) {
        left.add(String.valueOf(e.getMessage()));
      }
    }
    return left;
  }

  /** Deletes a file; one that is gone is no failure. */
  static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw failure(file, "deleted", e);
    }
  }

  /** Renames a file. */
  static void rename(Path file, Path target) {
    try {
      Files.move(file, target, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw failure(file, "renamed", e);
    }
  }

  /** Deletes a folder if nothing is in it. */
  static void deleteIfEmpty(Path folder) {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (var entries = Files.list(folder)) {
      if (entries.findAny().isPresent()) {
        return;
      }
    } catch (IOException | UncheckedIOException _) {
      return;
    }
    delete(folder);
  }

  /** Deletes a folder with all that is in it; links are deleted and not followed. */
  static void deleteTree(Path folder) {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
                throws IOException {
              if (failure != null) {
                throw failure;
              }
              Files.delete(visited);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw failure(folder, "deleted", e);
    }
  }

  private static CommandFailure failure(Path path, String what, IOException e) {
    return CommandFailure.failed(
        "%s cannot be %s: %s"
            .formatted(path, what, e.getClass().getSimpleName() + reason(path, e)));
  }

  private static String reason(Path path, IOException e) {
    String message = String.valueOf(e.getMessage());
    return message.equals(path.toString()) || message.equals("null") ? "" : ": " + message;
  }
}
