package dev.tallyman.controlplane.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The folder of a store: private, and used by one process at a time. The kernel frees the lock of a
 * killed process.
 */
final class StoreFolder implements AutoCloseable {

  private static final String DATABASE = "control-plane.db";
  private static final String LOCK = "control-plane.lock";
  private static final String NATIVE = "native";

  private final Path folder;
  private final FileChannel lock;

  private StoreFolder(Path folder, FileChannel lock) {
    this.folder = folder;
    this.lock = lock;
  }

  /**
   * Creates the folder with mode 0700 if there is none, and locks it.
   *
   * @throws StoreException if another process has it, or it cannot be written
   */
  static StoreFolder open(Path folder) {
    try {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      StoreFolder opened = new StoreFolder(folder, lock(folder));
      opened.prepareNativeFolder();
      return opened;
    } catch (IOException e) {
      throw new StoreException("store folder " + folder + ": cannot be used: " + e, e);
    }
  }

  Path database() {
    return folder.resolve(DATABASE);
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }

  // The lock belongs to the channel and is given back with it.
  @SuppressWarnings("try")
  private static FileChannel lock(Path folder) throws IOException {
    FileChannel channel =
        FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException _) {
      // Another store of this same process has it.
    } finally {
      if (lock == null) {
        channel.close();
      }
    }
    if (lock == null) {
      throw new StoreException(
          "store folder "
              + folder
              + ": in use by another process (expected: free; is a control plane running already?)",
          null);
    }
    return channel;
  }

  /**
   * Lets the driver unpack its native library here: by default it goes to the folder for temporary
   * files, where each killed process leaves a copy, and which may forbid executing.
   */
  private void prepareNativeFolder() throws IOException {
    Path unpacked = Files.createDirectories(folder.resolve(NATIVE));
    try (DirectoryStream<Path> left = Files.newDirectoryStream(unpacked)) {
      for (Path file : left) {
        Files.delete(file);
      }
    }
    if (System.getProperty("org.sqlite.tmpdir") == null) {
      System.setProperty("org.sqlite.tmpdir", unpacked.toString());
    }
  }
}
