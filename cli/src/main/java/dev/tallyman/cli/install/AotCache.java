package dev.tallyman.cli.install;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tallyman.cli.output.Output;
import dev.tallyman.cli.process.CommandFailure;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * The ahead-of-time caches from which the launcher's Java takes classes that it has loaded and
 * linked before: one for daemons, one for commands, which have other options. They are made by a
 * training run: an agent that wants nothing, asked once. It has a name, folder and socket of its
 * own and only looks at the engines of this host, so that nothing that runs is touched.
 */
final class AotCache {

  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  /** The cache is written when its Java ends, which takes some seconds of its own. */
  private static final Duration END_LIMIT = Duration.ofMinutes(3);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
  private static final String DAEMON = "daemon.aot";
  private static final String COMMAND = "command.aot";
  private static final String STAMP = "made-of";
  private static final String FRESH = ".new";

  private final Path launcher;
  private final Path folder;
  private final Path javaHome;
  private final Map<String, String> environment;
  private final Output out;

  /**
   * Caches that this launcher uses.
   *
   * @param folder where it looks for them
   * @param javaHome the Java that it will run
   */
  AotCache(Path launcher, Path folder, Path javaHome, Map<String, String> environment, Output out) {
    this.launcher = launcher;
    this.folder = folder;
    this.javaHome = javaHome;
    this.environment = environment;
    this.out = out;
  }

  /** Whether there are some, made of these jars by this Java. */
  boolean isCurrent() {
    try {
      return Files.exists(folder.resolve(DAEMON))
          && Files.exists(folder.resolve(COMMAND))
          && Files.exists(folder.resolve(STAMP))
          && Files.readString(folder.resolve(STAMP)).equals(stamp());
    } catch (IOException | UncheckedIOException _) {
      return false;
    }
  }

  /**
   * Makes them, in place of those that are there.
   *
   * @throws CommandFailure when that does not work; then what was there is still there
   */
  void make() {
    out.line("making     " + this);
    out.flush();
    Optional<Path> scratch = Optional.empty();
    try {
      Files.createDirectories(folder);
      // A short path: a socket is in it.
      Path place = Files.createTempDirectory("tmaot");
      scratch = Optional.of(place);
      train(place);
      for (String name : List.of(DAEMON, COMMAND)) {
        // It may be on another disk, and nobody must see half of it.
        Files.copy(
            place.resolve(name), folder.resolve(name + FRESH), StandardCopyOption.REPLACE_EXISTING);
        Files.move(
            folder.resolve(name + FRESH),
            folder.resolve(name),
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
      }
      Files.writeString(folder.resolve(STAMP), stamp());
    } catch (IOException | UncheckedIOException e) {
      throw CommandFailure.failed("no cache could be made in " + folder + ": " + e.getMessage());
    } finally {
      Disk.delete(folder.resolve(DAEMON + FRESH));
      Disk.delete(folder.resolve(COMMAND + FRESH));
      scratch.ifPresent(Disk::deleteTree);
    }
  }

  /** Deletes them. */
  void delete() {
    if (Files.exists(folder)) {
      Disk.deleteTree(folder);
      out.line("deleted    " + folder);
    }
  }

  /** Where they are. */
  @Override
  public String toString() {
    return folder + "/*.aot, from which Java starts faster";
  }

  private void train(Path scratch) throws IOException {
    Path settings = Files.writeString(scratch.resolve("agent.yaml"), "log: {level: warn}\n");
    Path socket = scratch.resolve("s/agent");
    Path said = scratch.resolve("said");
    Process agent =
        start(
            scratch.resolve(DAEMON),
            said,
            List.of(
                "agent",
                "--config",
                settings.toString(),
                "--node-name",
                "aot-training",
                "--state-dir",
                scratch.resolve("state").toString(),
                "--control-plane",
                "none",
                "--node-socket",
                socket.toString(),
                "--metrics-listen",
                "127.0.0.1:0"));
    try {
      awaitFile(socket, agent, said);
      Path answer = scratch.resolve("answer");
      Process get =
          start(
              scratch.resolve(COMMAND),
              answer,
              List.of("get", "workloads", "--node-socket", socket.toString()));
      end(get, scratch.resolve(COMMAND), answer);
      agent.destroy();
      end(agent, scratch.resolve(DAEMON), said);
    } finally {
      agent.destroyForcibly();
    }
  }

  /**
   * The options are split at spaces, and Java does the same to them: so the cache is made there.
   */
  private Process start(Path cache, Path said, List<String> arguments) throws IOException {
    List<String> line = new ArrayList<>();
    line.add(launcher.toString());
    line.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .redirectErrorStream(true)
            .redirectOutput(said.toFile());
    builder.environment().clear();
    environment.forEach((key, value) -> {
      // What they say is meant for the real agent.
      if (!key.startsWith("TALLYMAN_") && !key.equals("NOTIFY_SOCKET")) {
        builder.environment().put(key, value);
      }
    });
    builder.environment().put("TALLYMAN_JAVA_HOME", javaHome.toString());
    builder.environment().put("TALLYMAN_JAVA_OPTS", "-XX:AOTCacheOutput=" + cache);
    return builder.start();
  }

  private static void awaitFile(Path file, Process process, Path said) throws IOException {
    long began = System.nanoTime();
    while (!Files.exists(file)) {
      if (!process.isAlive() || System.nanoTime() - began > START_LIMIT.toNanos()) {
        throw CommandFailure.failed(
            "no cache could be made: the agent for it did not start:\n" + lastWords(said));
      }
      LockSupport.parkNanos(LOOK_AGAIN.toNanos());
    }
  }

  private static void end(Process process, Path cache, Path said) throws IOException {
    try {
      if (!process.waitFor(END_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw CommandFailure.failed(
            "no cache could be made: its Java did not end within %d s"
                .formatted(END_LIMIT.toSeconds()));
      }
      if (process.exitValue() != 0 || !Files.exists(cache)) {
        throw CommandFailure.failed(
            "no cache could be made: its Java ended with %d\n%s"
                .formatted(process.exitValue(), lastWords(said)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CommandFailure.failed("no cache was made: it was interrupted");
    } finally {
      process.destroyForcibly();
    }
  }

  private static String lastWords(Path file) throws IOException {
    String all = new String(Files.readAllBytes(file), UTF_8);
    return all.substring(Math.max(0, all.length() - 2000)).strip().indent(2);
  }

  /**
   * What a cache depends on: Java, which sees to that itself, and below it the jars, as the
   * launcher lists them: name, size, and when it was written in seconds.
   */
  private String stamp() throws IOException {
    try (var files = Files.list(folder.resolveSibling("lib"))) {
      return files
          .filter(file -> file.toString().endsWith(".jar"))
          .sorted()
          .map(AotCache::describe)
          .collect(Collectors.joining("\n", javaHome + " " + Runtime.version() + "\n", "\n"));
    }
  }

  private static String describe(Path jar) {
    try {
      return "%s %d %d"
          .formatted(
              jar.getFileName(),
              Files.size(jar),
              Files.getLastModifiedTime(jar).to(TimeUnit.SECONDS));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
