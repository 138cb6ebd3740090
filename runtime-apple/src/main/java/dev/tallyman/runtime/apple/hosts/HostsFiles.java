package dev.tallyman.runtime.apple.hosts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.tallyman.runtime.apple.cli.Container;
import dev.tallyman.runtime.apple.shim.Folders;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the hosts files that are mounted in containers true. A file is written in place, because
 * the mount goes on showing the same one, and in one piece, so that nobody reads half of it.
 */
public final class HostsFiles {

  private static final Logger log = LoggerFactory.getLogger(HostsFiles.class);

  private final Function<String, Path> home;
  private final ReentrantLock lock = new ReentrantLock();

  /**
   * @param home the folder of an incarnation
   */
  public HostsFiles(Function<String, Path> home) {
    this.home = requireNonNull(home, "home");
  }

  /**
   * Lays the file of a container ready that is about to be made.
   *
   * @param fixed lines that its spec asks for
   * @param all the containers of its node
   * @return the file
   */
  public Path prepare(
      String incarnation, Collection<String> networks, List<String> fixed, List<Container> all)
      throws IOException {
    Path folder = home.apply(incarnation);
    Folders.makePrivate(folder);
    Files.writeString(folder.resolve("hosts.fixed"), String.join("\n", fixed), UTF_8);
    Path file = folder.resolve("hosts");
    write(file, HostsTable.of(networks, fixed, all));
    return file;
  }

  /**
   * Brings all files up to date.
   *
   * @param all the containers of this node
   */
  public void refresh(List<Container> all) {
    lock.lock();
    try {
      for (Container container : all) {
        Path folder = home.apply(container.incarnation());
        Path file = folder.resolve("hosts");
        if (container.runs() && Files.exists(file)) {
          refresh(container, folder, file, all);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private static void refresh(Container container, Path folder, Path file, List<Container> all) {
    try {
      List<String> fixed = Files.readString(folder.resolve("hosts.fixed"), UTF_8).lines().toList();
      String text = HostsTable.of(HostsTable.aliases(container).keySet(), fixed, all);
      if (!text.equals(Files.readString(file, UTF_8))) {
        write(file, text);
      }
    } catch (NoSuchFileException gone) {
      // It is being removed.
    } catch (IOException e) {
      log.warn(
          "The hosts file of {} is not up to date, so it may not find others by name until the next"
              + " look: {}",
          container.name(),
          e.toString());
    }
  }

  private static void write(Path file, String text) throws IOException {
    byte[] data = text.getBytes(UTF_8);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(data);
      while (buffer.hasRemaining()) {
        channel.write(buffer, buffer.position());
      }
      channel.truncate(data.length);
    }
  }
}
