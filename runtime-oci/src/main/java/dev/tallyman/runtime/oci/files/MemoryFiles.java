package dev.tallyman.runtime.oci.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tallyman.runtime.HostFile;
import dev.tallyman.runtime.oci.request.Resolved.BoundFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The files of a node's instances: one directory per uid, below a directory that only its owner can
 * enter. They are mounted from there, so a file's own permissions are those that the instance sees.
 *
 * <p>All lies in memory: on a file system that might reach a disk, or be part of a backup, nothing
 * is written. After a reboot all is gone, and is written again at the next start.
 *
 * <p>A file is made under another name and renamed, so that nobody ever sees half of one. What is
 * there already as it should be is left alone: a running instance may have it mounted.
 */
public final class MemoryFiles {

  private static final Set<String> MEMORY = Set.of("tmpfs", "ramfs");
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final int MAX_WORD = 64;
  private static final int MARK_BYTES = 8;
  private static final int ALL_BITS = 0777;
  private static final String ROOT = "root";

  /** Begins the names of the empty files that say which runtimes wrote into a directory. */
  private static final String WRITER = ".writer-";

  private final Path root;
  private final String writer;

  private final ReentrantLock lock = new ReentrantLock();

  /** Directories that are being used, with how often. */
  private final Map<String, Integer> used = new HashMap<>();

  /** Directories that were used since the last sweep began. */
  private final Set<String> spared = new HashSet<>();

  /** What cannot be given; the message says what and why. */
  public static final class Refused extends Exception {
    private Refused(String reason) {
      super(reason);
    }
  }

  /**
   * Files in a directory, which need not exist.
   *
   * @param root directory of the node's own
   * @param runtime name of the runtime, of which a node may have several
   */
  public MemoryFiles(Path root, String runtime) {
    this.root = root;
    this.writer = WRITER + safe(runtime);
  }

  /** Keeps the files of an instance from being swept until it is closed. */
  public interface Use extends AutoCloseable {
    @Override
    void close();
  }

  /** An instance is being made from its files: nobody sees it yet, and they must stay. */
  public Use use(String uid) {
    String name = safe(uid);
    lock.lock();
    try {
      used.merge(name, 1, Integer::sum);
      spared.add(name);
    } finally {
      lock.unlock();
    }
    return () -> {
      lock.lock();
      try {
        used.computeIfPresent(name, (_, times) -> times > 1 ? times - 1 : null);
      } finally {
        lock.unlock();
      }
    };
  }

  /**
   * Removes what this runtime alone wrote for instances that there are not: whoever was to make
   * them was killed before, and nobody asked for it again. One sweep at a time.
   *
   * @param instances asks for the uids of all instances; called once, after this has looked what
   *     there is
   * @return how many had files
   */
  public int sweep(Supplier<Set<String>> instances) throws IOException {
    lock.lock();
    try {
      spared.clear();
      spared.addAll(used.keySet());
    } finally {
      lock.unlock();
    }
    List<Path> there = directories();
    if (there.isEmpty()) {
      return 0;
    }
    Set<String> known = instances.get().stream().map(MemoryFiles::safe).collect(Collectors.toSet());
    int swept = 0;
    for (Path directory : there) {
      String name = String.valueOf(directory.getFileName());
      lock.lock();
      try {
        if (!known.contains(name) && !spared.contains(name) && isOurs(directory)) {
          delete(directory);
          swept++;
        }
      } finally {
        lock.unlock();
      }
    }
    return swept;
  }

  private List<Path> directories() throws IOException {
    try (Stream<Path> all = Files.list(root)) {
      return all.toList();
    } catch (NoSuchFileException none) {
      return List.of();
    }
  }

  /** What an earlier version wrote has no writer, and is left until the host starts again. */
  private boolean isOurs(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.map(path -> String.valueOf(path.getFileName()))
          .filter(name -> name.startsWith(WRITER))
          .toList()
          .equals(List.of(writer));
    } catch (NoSuchFileException gone) {
      return false;
    }
  }

  /**
   * Where the files of a node lie: below {@code /run} for root or the user's own runtime directory,
   * or where these are not in memory below {@code /dev/shm}.
   *
   * @param env environment variables
   */
  public static Path directory(Map<String, String> env, String user, String node) {
    Path shared =
        Path.of("/dev/shm").resolve("tallyman-" + safe(user) + "-" + safe(node) + "-files");
    Optional<Path> own =
        user.equals(ROOT)
            ? Optional.of(Path.of("/run"))
            : Optional.ofNullable(env.get("XDG_RUNTIME_DIR"))
                .filter(text -> text.startsWith("/"))
                .map(Path::of);
    return own.filter(MemoryFiles::isMemory)
        .map(run -> run.resolve("tallyman").resolve(safe(node)).resolve("files"))
        .orElse(shared);
  }

  private static boolean isMemory(Path existing) {
    try {
      return MEMORY.contains(Files.getFileStore(existing).type());
    } catch (IOException notThere) {
      return false;
    }
  }

  /** A name that stays within its directory. */
  private static String safe(String name) {
    String clean = name.replaceAll("[^A-Za-z0-9._-]", "_");
    return clean.startsWith(".") || clean.isEmpty() ? "_" + clean : clean;
  }

  /** Why nothing can be kept here; empty if it can. */
  public Optional<String> obstacle() {
    Path existing = root;
    while (!Files.exists(existing, LinkOption.NOFOLLOW_LINKS) && existing.getParent() != null) {
      existing = existing.getParent();
    }
    try {
      String type = Files.getFileStore(existing).type();
      if (!MEMORY.contains(type)) {
        return Optional.of(
            "%s is on %s (expected: tmpfs, so that no secret reaches a disk)"
                .formatted(root, type));
      }
      return Files.isWritable(existing)
          ? Optional.empty()
          : Optional.of("%s cannot be written by this user".formatted(existing));
    } catch (IOException e) {
      return Optional.of("%s cannot be looked at: %s".formatted(existing, e.getMessage()));
    }
  }

  /**
   * Writes an instance's files.
   *
   * @return where each lies
   * @throws Refused if this user cannot write them so
   * @throws IOException if the host fails
   */
  public List<BoundFile> write(String uid, List<HostFile> files) throws IOException, Refused {
    List<BoundFile> bound = new ArrayList<>();
    if (files.isEmpty()) {
      return bound;
    }
    Path directory = prepare(uid);
    for (HostFile file : files) {
      Path path = directory.resolve(nameOf(file.target()));
      put(path, file);
      bound.add(new BoundFile(file.target(), path));
    }
    return bound;
  }

  /** Writes a text that the engine, and not the instance, is to read. */
  public Path writeForEngine(String uid, String name, String text) throws IOException, Refused {
    Path path = prepare(uid).resolve(name);
    put(path, new HostFile(name, new HostFile.Content(text.getBytes(UTF_8)), 0400, 0, 0));
    return path;
  }

  /** Removes the files of an instance; none is a success. */
  public void remove(String uid) throws IOException {
    delete(root.resolve(safe(uid)));
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException none) {
      return;
    }
    Files.deleteIfExists(directory);
  }

  private Path prepare(String uid) throws IOException, Refused {
    Optional<String> obstacle = obstacle();
    if (obstacle.isPresent()) {
      throw new Refused(obstacle.get());
    }
    Path directory = root.resolve(safe(uid));
    if (root.getParent() != null) {
      Files.createDirectories(root.getParent());
    }
    for (Path path : List.of(root, directory)) {
      try {
        Files.createDirectory(path, OWNER_ONLY);
      } catch (FileAlreadyExistsException there) {
        // whose it is, is looked at now
      }
      requireOurs(path);
    }
    try {
      Files.createFile(directory.resolve(writer));
    } catch (FileAlreadyExistsException before) {
      // it says the same
    }
    return directory;
  }

  /** Somebody else may have been there first, to read what is put there. */
  private static void requireOurs(Path path) throws IOException, Refused {
    PosixFileAttributes is =
        Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!is.isDirectory()
        || !is.permissions().equals(OWNER_ONLY.value())
        || !is.owner().getName().equals(System.getProperty("user.name", ""))) {
      throw new Refused(
          "%s is %s with permissions %s (expected: a directory of this user with rwx------)"
              .formatted(
                  path,
                  is.isDirectory() ? "a directory of " + is.owner().getName() : "no directory",
                  PosixFilePermissions.toString(is.permissions())));
    }
    String type = Files.getFileStore(path).type();
    if (!MEMORY.contains(type)) {
      throw new Refused("%s is on %s (expected: tmpfs)".formatted(path, type));
    }
  }

  private static void put(Path path, HostFile file) throws IOException, Refused {
    if (isAsItShouldBe(path, file)) {
      return;
    }
    Path temporary = path.resolveSibling(path.getFileName() + ".new");
    Files.deleteIfExists(temporary);
    try (SeekableByteChannel channel =
        Files.newByteChannel(
            temporary,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer content = ByteBuffer.wrap(file.content().bytes());
      while (content.hasRemaining()) {
        channel.write(content);
      }
    }
    own(temporary, file);
    Files.setPosixFilePermissions(temporary, permissions(file.mode()));
    Files.move(
        temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * Only root can give a file away. Who is not root runs an engine that is not root either, and to
   * whose instances its own user looks like root.
   */
  private static void own(Path path, HostFile file) throws IOException, Refused {
    if (isRoot()) {
      Files.setAttribute(path, "unix:uid", file.uid());
      Files.setAttribute(path, "unix:gid", file.gid());
    } else if (file.uid() != 0 || file.gid() != 0) {
      throw new Refused(
          "file %s: owner %d:%d (expected: 0:0, because only root can give files away)"
              .formatted(file.target(), file.uid(), file.gid()));
    }
  }

  private static boolean isAsItShouldBe(Path path, HostFile file) throws IOException {
    try {
      return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
          && Files.getPosixFilePermissions(path).equals(permissions(file.mode()))
          && (!isRoot()
              || (Files.getAttribute(path, "unix:uid").equals(file.uid())
                  && Files.getAttribute(path, "unix:gid").equals(file.gid())))
          && MessageDigest.isEqual(Files.readAllBytes(path), file.content().bytes());
    } catch (NoSuchFileException none) {
      return false;
    }
  }

  /** Whether this process can give files away. */
  public static boolean isRoot() {
    return System.getProperty("user.name", "").equals(ROOT);
  }

  private static Set<PosixFilePermission> permissions(int mode) {
    EnumSet<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    // The constants are in the order of the bits, the highest first.
    PosixFilePermission[] all = PosixFilePermission.values();
    for (int i = 0; i < all.length; i++) {
      if ((mode & ALL_BITS & (1 << (all.length - 1 - i))) != 0) {
        permissions.add(all[i]);
      }
    }
    return permissions;
  }

  /** A name of its own for each target, also for those that end alike. */
  private static String nameOf(String target) {
    byte[] hash;
    try {
      hash = MessageDigest.getInstance("SHA-256").digest(target.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    String word = safe(target.substring(target.lastIndexOf('/') + 1));
    return HexFormat.of().formatHex(hash, 0, MARK_BYTES)
        + "-"
        + word.substring(0, Math.min(word.length(), MAX_WORD));
  }
}
