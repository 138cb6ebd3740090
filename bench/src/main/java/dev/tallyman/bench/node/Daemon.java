package dev.tallyman.bench.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A daemon that {@code bin/tallyman} runs. */
public final class Daemon {

  private static final int LAST_WORDS = 2000;

  private final Process process;
  private final Path log;

  private Daemon(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts a daemon.
   *
   * @param project the project's folder
   * @param log where its output goes
   * @param javaOptions further options for its Java, separated by spaces
   */
  public static Daemon start(Path project, Path log, String javaOptions, List<String> arguments)
      throws IOException {
    List<String> line = new ArrayList<>();
    line.add(project.resolve("bin/tallyman").toString());
    line.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("TALLYMAN_JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("TALLYMAN_JAVA_OPTS", javaOptions);
    builder.environment().keySet().removeIf(name -> name.startsWith("TALLYMAN_BENCH_"));
    builder.environment().keySet().removeIf(name -> name.startsWith("TALLYMAN_TEST_"));
    return new Daemon(builder.start(), log);
  }

  /** Its process: the launcher has become Java by then, or will. */
  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** All that it has written. */
  public String log() throws IOException {
    return Files.readString(log);
  }

  /** The end of what it has written. */
  public String lastWords() {
    try {
      String all = log();
      return all.substring(Math.max(0, all.length() - LAST_WORDS));
    } catch (IOException e) {
      return "its log cannot be read: " + e.getMessage();
    }
  }

  /** Asks it to end, and ends it when it takes longer. */
  public void stop(Duration grace) {
    process.destroy();
    try {
      if (!process.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
