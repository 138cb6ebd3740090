package dev.tallyman.agent.state;

import dev.tallyman.agent.state.FileFormat.CorruptException;
import dev.tallyman.agent.state.FileFormat.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Reads and replaces whole files of one folder. A file is written under another name, flushed to
 * disk, and renamed, and the folder is flushed: after a crash either the old or the new one is
 * there.
 */
final class StateFiles {

  /** Far above what ten thousand workloads need; what is larger was not written by an agent. */
  static final int MAX_BYTES = 256 << 20;

  /** How many damaged files are kept for people to look at. */
  static final int KEPT_ASIDE = 5;

  private static final String TEMPORARY = ".tmp";
  private static final String ASIDE = ".corrupt-";
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final Path folder;
  private final InstantSource clock;

  StateFiles(Path folder, InstantSource clock) {
    this.folder = folder;
    this.clock = clock;
  }

  /** Turns a payload into what it means. */
  interface Reader<T> {
    /**
     * Reads the payload.
     *
     * @throws IOException if it is no such message
     * @throws RuntimeException if it is one with values that cannot be
     */
    T read(byte[] payload) throws IOException;
  }

  <T> Loaded<T> load(String name, Kind kind, Reader<T> reader) throws StateException {
    Path file = folder.resolve(name);
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    } catch (NoSuchFileException _) {
      return new Loaded.Absent<>();
    } catch (IOException e) {
      throw StateException.of("read", file, e);
    }
    try {
      if (bytes.length > MAX_BYTES) {
        throw new CorruptException("It is larger than " + MAX_BYTES + " bytes.");
      }
      return new Loaded.Present<>(decode(kind, bytes, reader));
    } catch (CorruptException e) {
      return new Loaded.SetAside<>(setAside(file), e.why());
    }
  }

  private static <T> T decode(Kind kind, byte[] bytes, Reader<T> reader) throws CorruptException {
    byte[] payload = FileFormat.decode(kind, bytes);
    try {
      return reader.read(payload);
    } catch (IOException | RuntimeException e) {
      // The checksum was right, so an agent wrote this: one that is not like this one.
      throw new CorruptException("Its content cannot be read: " + e.getMessage());
    }
  }

  void save(String name, Kind kind, byte[] payload) throws StateException {
    Path file = folder.resolve(name);
    Path temporary = folder.resolve(name + TEMPORARY);
    try {
      write(temporary, FileFormat.encode(kind, payload));
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      flushFolder();
    } catch (IOException e) {
      StateException failure = StateException.of("write", file, e);
      try {
        // On a full disk the half of it would be in the way of the next try.
        Files.deleteIfExists(temporary);
      } catch (IOException alsoFailed) {
        failure.addSuppressed(alsoFailed);
      }
      throw failure;
    }
  }

  /** Removes what a killed agent was writing, and the oldest of the damaged files. */
  void sweep() throws StateException {
    List<Path> aside = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        String name = String.valueOf(file.getFileName());
        if (name.endsWith(TEMPORARY)) {
          Files.deleteIfExists(file);
        } else if (name.contains(ASIDE)) {
          aside.add(file);
        }
      }
      aside.sort(Comparator.comparing(StateFiles::asideTime).reversed());
      for (Path file : aside.stream().skip(KEPT_ASIDE).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw StateException.of("clean up", folder, e);
    }
  }

  private static String asideTime(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.substring(name.indexOf(ASIDE) + ASIDE.length());
  }

  private Path setAside(Path file) throws StateException {
    Path aside = file.resolveSibling(file.getFileName() + ASIDE + TIME.format(clock.instant()));
    try {
      Files.move(file, aside, StandardCopyOption.ATOMIC_MOVE);
      flushFolder();
      return aside;
    } catch (IOException e) {
      throw StateException.of("set aside the damaged file", file, e);
    }
  }

  private static void write(Path file, byte[] bytes) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            Set.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS),
            PosixFilePermissions.asFileAttribute(OWNER_ONLY))) {
      ByteBuffer left = ByteBuffer.wrap(bytes);
      while (left.hasRemaining()) {
        channel.write(left);
      }
      channel.force(true);
    }
  }

  private void flushFolder() throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
