package dev.tallyman.bench.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What must be known of a machine to understand numbers that were measured on it. */
public final class Machine {

  private Machine() {}

  /**
   * Facts by name, and the commit of the project.
   *
   * @param project the project's folder
   */
  public static Map<String, String> facts(Path project) throws InterruptedException {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
    facts.put("processor", field(Path.of("/proc/cpuinfo"), "model name"));
    facts.put("memory", field(Path.of("/proc/meminfo"), "MemTotal"));
    facts.put("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    facts.put("architecture", System.getProperty("os.arch"));
    facts.put("distribution", field(Path.of("/etc/os-release"), "PRETTY_NAME"));
    facts.put(
        "java", System.getProperty("java.vendor") + " " + System.getProperty("java.vm.version"));
    facts.put("load-average", load());
    facts.put("commit", said(List.of("git", "rev-parse", "HEAD"), project));
    facts.put(
        "uncommitted-files",
        Long.toString(
            said(List.of("git", "status", "--porcelain"), project)
                .lines()
                .filter(line -> !line.isBlank())
                .count()));
    return facts;
  }

  /** The load averages of the last 1, 5 and 15 minutes: who else worked here. */
  public static String load() {
    try {
      List<String> words = List.of(Files.readString(Path.of("/proc/loadavg")).split(" ", -1));
      return String.join(" ", words.subList(0, 3));
    } catch (IOException e) {
      return "unknown";
    }
  }

  /** What a program says in its first line, or that it is not there. */
  public static String version(List<String> line, Path folder) throws InterruptedException {
    return said(line, folder).lines().findFirst().orElse("");
  }

  private static String said(List<String> line, Path folder) throws InterruptedException {
    try {
      Command.Result result = Command.run(line, Map.of(), folder);
      return result.exitCode() == 0 ? result.output().strip() : "unknown";
    } catch (IOException e) {
      return "not installed";
    }
  }

  private static String field(Path file, String name) {
    try (var lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith(name))
          .findFirst()
          .map(line -> line.replaceFirst("^[^:=]*[:=]\\s*", "").replace("\"", "").strip())
          .orElse("unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }
}
