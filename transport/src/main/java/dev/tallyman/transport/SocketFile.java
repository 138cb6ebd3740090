package dev.tallyman.transport;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;

/**
 * The file of a unix socket, from before it is bound until after it is closed.
 *
 * <p>A server that was killed leaves its file behind, and the kernel then refuses to bind there. It
 * cannot simply be deleted: a living server may own it. So a server holds a lock on {@code
 * <socket>.lock} for as long as it lives; whoever gets that lock connects to the socket to see that
 * nobody (of those that know no lock) answers, and only then deletes it. The kernel frees the lock
 * of a killed process. The lock file stays: deleting it would let two hold it.
 */
final class SocketFile implements AutoCloseable {

  private static final Set<PosixFilePermission> OWNER_ONLY_FOLDER =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> OWNER_ONLY_FILE =
      PosixFilePermissions.fromString("rw-------");

  private final Path socket;
  private final FileChannel lock;

  private SocketFile(Path socket, FileChannel lock) {
    this.socket = socket;
    this.lock = lock;
  }

  /**
   * Makes the place free to bind: creates the folder with mode 0700 if there is none, takes the
   * lock, removes a dead socket.
   *
   * @throws TransportException if a living process has the socket, something else is there, or the
   *     folder can be written by others
   */
  static SocketFile claim(Path socket) {
    try {
      prepareFolder(socket);
      SocketFile claimed = new SocketFile(socket, lock(socket));
      try {
        claimed.removeDead();
        return claimed;
      } catch (IOException | RuntimeException e) {
        claimed.lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw new TransportException("unix socket " + socket + ": " + e, e);
    }
  }

  /** The user that this process runs as: it owns the lock file that it opened. */
  UserPrincipal owner() throws IOException {
    return Files.getOwner(lockPath(socket));
  }

  /** To be called when the socket is bound: nobody but the owner may connect. */
  void restrict() throws IOException {
    Files.setPosixFilePermissions(socket, OWNER_ONLY_FILE);
  }

  /** Removes the socket's file and gives the place free. */
  @Override
  public void close() {
    try (lock) {
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      throw new TransportException("unix socket " + socket + ": cannot remove it: " + e, e);
    }
  }

  private static void prepareFolder(Path socket) throws IOException {
    Path folder = socket.getParent();
    if (folder == null || socket.getFileName() == null) {
      throw new TransportException(
          "unix socket: " + socket + " (expected: the path of a file in a folder)");
    }
    Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(OWNER_ONLY_FOLDER));
    Set<PosixFilePermission> mode = Files.getPosixFilePermissions(folder);
    if (mode.contains(PosixFilePermission.GROUP_WRITE)
        || mode.contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new TransportException(
          "unix socket %s: folder %s has mode %s: others could replace the socket (expected: a folder that only its owner can write, as rwx------)"
              .formatted(socket, folder, PosixFilePermissions.toString(mode)));
    }
  }

  private static Path lockPath(Path socket) {
    return socket.resolveSibling(socket.getFileName() + ".lock");
  }

  // The lock belongs to the channel and is given back with it.
  @SuppressWarnings("try")
  private static FileChannel lock(Path socket) throws IOException {
    FileChannel channel =
        FileChannel.open(
            lockPath(socket),
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
            PosixFilePermissions.asFileAttribute(OWNER_ONLY_FILE));
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException _) {
      // Another server of this same process has it.
    } finally {
      if (lock == null) {
        channel.close();
      }
    }
    if (lock == null) {
      throw inUse(socket);
    }
    return channel;
  }

  private void removeDead() throws IOException {
    if (!Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    boolean isSocket =
        ((Integer) Files.getAttribute(socket, "unix:mode", LinkOption.NOFOLLOW_LINKS) & S_IFMT)
            == S_IFSOCK;
    if (!isSocket) {
      throw new TransportException(
          "unix socket " + socket + ": something else is there (expected: nothing, or a socket)");
    }
    if (answers()) {
      throw inUse(socket);
    }
    Files.delete(socket);
  }

  private boolean answers() {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException _) {
      return false;
    }
  }

  private static TransportException inUse(Path socket) {
    return new TransportException(
        "unix socket "
            + socket
            + ": in use by another process (expected: free; is another one running already?)");
  }

  private static final int S_IFMT = 0xF000;
  private static final int S_IFSOCK = 0xC000;
}
