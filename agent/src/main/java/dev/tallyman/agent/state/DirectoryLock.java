package dev.tallyman.agent.state;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a second agent away from a folder. The operating system gives the lock back when the
 * process ends, however it ends. The file stays: removing it would let two hold it.
 */
final class DirectoryLock implements AutoCloseable {

  static final String NAME = "agent.lock";

  private static final int PID_BYTES = 20;

  /**
   * Folders that this process holds. POSIX gives a process's lock back when it closes any handle of
   * the file, so this process must not even open one that it holds.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final FileChannel channel;

  private DirectoryLock(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /**
   * Takes the lock.
   *
   * @param folder its real path
   * @throws StateException if another agent has it, or it cannot be made
   */
  static DirectoryLock take(Path folder) throws StateException {
    if (!HELD.add(folder)) {
      throw inUse(folder, Long.toString(ProcessHandle.current().pid()));
    }
    boolean taken = false;
    try {
      DirectoryLock lock = new DirectoryLock(folder, lock(folder));
      taken = true;
      return lock;
    } catch (IOException e) {
      throw StateException.of("lock", folder.resolve(NAME), e);
    } finally {
      if (!taken) {
        HELD.remove(folder);
      }
    }
  }

  // The lock belongs to the channel and is given back with it.
  @SuppressWarnings("try")
  private static FileChannel lock(Path folder) throws IOException, StateException {
    FileChannel channel =
        FileChannel.open(
            folder.resolve(NAME),
            Set.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    boolean locked = false;
    try {
      @Nullable FileLock lock = channel.tryLock();
      if (lock == null) {
        throw inUse(folder, pid(channel));
      }
      channel.truncate(0);
      channel.write(US_ASCII.encode(ProcessHandle.current().pid() + "\n"));
      locked = true;
      return channel;
    } finally {
      if (!locked) {
        channel.close();
      }
    }
  }

  private static String pid(FileChannel channel) throws IOException {
    ByteBuffer pid = ByteBuffer.allocate(PID_BYTES);
    channel.read(pid, 0);
    String text = US_ASCII.decode(pid.flip()).toString().strip();
    return text.isEmpty() ? "not known yet" : text;
  }

  private static StateException inUse(Path folder, String pid) {
    return new StateException(
        "State directory "
            + folder
            + " is in use by another agent, process id "
            + pid
            + " (expected: one agent for each state directory; stop that one, or give this one"
            + " another state directory).");
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      HELD.remove(folder);
    }
  }
}
