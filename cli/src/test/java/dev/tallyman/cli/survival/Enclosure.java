package dev.tallyman.cli.survival;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A network and a small disk of their own for the daemons, so that the one can be cut and the other
 * filled. The host sees neither, and the kernel takes both away when the process that holds them
 * ends, which it does when the test does, however that ends.
 */
final class Enclosure implements AutoCloseable {

  /** Room for the state of some hundred workloads, and soon filled. */
  private static final String DISK_BYTES = "4m";

  private static final String HOLD =
      """
      ip link set lo up && iptables -w 10 -n -L INPUT >/dev/null \
      && mount -t tmpfs -o size=%s,mode=700 tallyman-test "$1" && echo ready && exec cat
      """
          .formatted(DISK_BYTES);

  private static final byte[] BLOCK = new byte[64 << 10];
  private static final byte[] BYTE = new byte[1];

  private final Process holder;
  private final Path disk;

  /** What is missing here; the message says it. */
  static final class Impossible extends Exception {
    private static final long serialVersionUID = 1L;

    Impossible(String why) {
      super(why);
    }
  }

  private Enclosure(Process holder, Path disk) {
    this.holder = holder;
    this.disk = disk;
  }

  /**
   * Makes one.
   *
   * @param disk a folder on which it has its disk
   */
  static Enclosure open(Path disk) throws Impossible {
    try {
      Process holder =
          new ProcessBuilder(
                  "unshare",
                  "--net",
                  "--mount",
                  "--propagation",
                  "slave",
                  "sh",
                  "-c",
                  HOLD,
                  "sh",
                  disk.toString())
              .redirectErrorStream(true)
              .start();
      BufferedReader out = holder.inputReader(StandardCharsets.UTF_8);
      List<String> said = new ArrayList<>();
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.equals("ready")) {
          return new Enclosure(holder, disk);
        }
        said.add(line);
      }
      throw new Impossible(
          "no network and mounts of its own can be made here (as root it can): "
              + String.join("; ", said));
    } catch (IOException e) {
      throw new Impossible("no network and mounts of its own can be made here: " + e.getMessage());
    }
  }

  /** The words before a command that make it run inside. */
  List<String> entry() {
    return List.of("nsenter", "--target", String.valueOf(holder.pid()), "--net", "--mount");
  }

  /** Where one who is outside finds a path of the inside. */
  Path seen(Path inside) {
    return Path.of("/proc", String.valueOf(holder.pid()), "root")
        .resolve("/".equals(inside.toString()) ? inside : Path.of("/").relativize(inside));
  }

  /** From now on no packet arrives; nobody is told. */
  void cutNetwork() {
    inside("iptables", "-w", "10", "-I", "INPUT", "-j", "DROP");
  }

  /** Packets arrive again. */
  void healNetwork() {
    inside("iptables", "-w", "10", "-F", "INPUT");
  }

  private void inside(String... words) {
    Command.run(Stream.concat(entry().stream(), Stream.of(words)).toList());
  }

  /** From now on not a byte can be written to the disk. */
  void fillDisk() {
    try (OutputStream out = Files.newOutputStream(filler())) {
      fill(out, BLOCK);
      fill(out, BYTE);
    } catch (IOException _) {
      // Closing flushes nothing: the stream has no buffer.
    }
  }

  private static void fill(OutputStream out, byte[] bytes) {
    try {
      while (true) {
        out.write(bytes);
      }
    } catch (IOException _) {
      // It is full.
    }
  }

  /** There is room again. */
  void freeDisk() {
    try {
      Files.deleteIfExists(filler());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path filler() {
    return seen(disk).resolve("filler");
  }

  @Override
  public void close() {
    try {
      holder.destroyForcibly().waitFor();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
