package dev.tallyman.bench.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a process has cost so far, as the kernel counts it. Linux only. */
public final class ProcessCost {

  /** USER_HZ, which is 100 on every Linux that Java runs on. */
  private static final double TICKS_PER_SECOND = 100;

  private static final int USER_TICKS = 11;
  private static final int SYSTEM_TICKS = 12;
  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+([0-9]+) kB");
  private static final Pattern ALLOCATED = Pattern.compile(" allocated=([0-9]+)([BKMGT]?)");
  private static final double KIB_PER_MIB = 1024;

  private ProcessCost() {}

  /** Seconds of processor time of a process and its descendants that live now. */
  public static double treeCpuSeconds(long pid) {
    double own = cpuSeconds(pid);
    double children =
        ProcessHandle.of(pid)
            .map(process ->
                process.descendants().mapToDouble(child -> cpuSeconds(child.pid())).sum())
            .orElse(0.0);
    return own + children;
  }

  /** Seconds of processor time of a process, its ended threads included; 0 when it is gone. */
  public static double cpuSeconds(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      // The name, in parentheses, may hold anything.
      List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
      return (Long.parseLong(fields.get(USER_TICKS)) + Long.parseLong(fields.get(SYSTEM_TICKS)))
          / TICKS_PER_SECOND;
    } catch (NoSuchFileException _) {
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Resident memory of a process in MiB. */
  public static double residentMebibytes(long pid) {
    try {
      Matcher line = RESIDENT.matcher(Files.readString(Path.of("/proc/" + pid + "/status")));
      if (!line.find()) {
        throw new IllegalStateException("process " + pid + " has no memory (expected: it runs)");
      }
      return Long.parseLong(line.group(1)) / KIB_PER_MIB;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * MiB that the threads of a Java process have allocated so far. Virtual threads count with those
   * that carry them.
   *
   * @param jcmd the tool of its own Java
   */
  public static double allocatedMebibytes(Path jcmd, long pid, Path folder)
      throws IOException, InterruptedException {
    String threads =
        Command.run(
                List.of(jcmd.toString(), Long.toString(pid), "Thread.print", "-e"),
                java.util.Map.of(),
                folder)
            .orThrow("jcmd")
            .output();
    double mebibytes = 0;
    Matcher allocated = ALLOCATED.matcher(threads);
    while (allocated.find()) {
      mebibytes += Long.parseLong(allocated.group(1)) * unit(allocated.group(2));
    }
    return mebibytes;
  }

  private static double unit(String letter) {
    return switch (letter) {
      case "G" -> KIB_PER_MIB;
      case "M" -> 1;
      case "K" -> 1 / KIB_PER_MIB;
      default -> 1 / KIB_PER_MIB / KIB_PER_MIB;
    };
  }
}
