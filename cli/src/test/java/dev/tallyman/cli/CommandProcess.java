package dev.tallyman.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.OS;

/** The command as a process of its own, for what only a process can do: signals and pipes. */
final class CommandProcess implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Process process;
  private final Path out;
  private final Path err;

  /**
   * Starts the command.
   *
   * @param folder for what it writes; also its home
   */
  CommandProcess(Path folder, String... args) {
    this(folder, Map.of(), command(folder, args));
  }

  /** Starts the command with these variables. */
  CommandProcess(Path folder, Map<String, String> environment, String... args) {
    this(folder, environment, command(folder, args));
  }

  private CommandProcess(Path folder, Map<String, String> environment, List<String> command) {
    try {
      out = Files.createTempFile(folder, "out", ".txt");
      err = Files.createTempFile(folder, "err", ".txt");
      ProcessBuilder builder =
          new ProcessBuilder(hearing(command))
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      builder.environment().keySet().removeIf(name -> name.startsWith("TALLYMAN_"));
      builder.environment().putAll(environment);
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a shell's command line in which {@code $TALLYMAN} is the command. */
  static CommandProcess shell(Path folder, String line) {
    String command = String.join(" ", command(folder));
    return new CommandProcess(
        folder, Map.of(), List.of("sh", "-c", line.replace("$TALLYMAN", command)));
  }

  /**
   * Whoever starts the tests in the background has SIGINT ignored, as a shell does, and a process
   * inherits that.
   */
  private static List<String> hearing(List<String> command) {
    return OS.LINUX.isCurrentOs()
        ? Stream.concat(Stream.of("env", "--default-signal=HUP,INT,QUIT"), command.stream())
            .toList()
        : command;
  }

  private static List<String> command(Path folder, String... args) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-Duser.home=" + folder,
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    command.addAll(List.of(args));
    return command;
  }

  /** Waits until standard error holds the text. */
  void awaitErr(String text) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(err()).contains(text));
  }

  /** Waits until standard output holds the text. */
  void awaitOut(String text) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(out()).contains(text));
  }

  /** Sends a signal, as {@code kill} names it. */
  void signal(String name) {
    try {
      Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
      assertThat(kill.waitFor()).isZero();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Waits for the end. */
  int exitCode() throws InterruptedException {
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as(err()).isTrue();
    return process.exitValue();
  }

  String out() {
    return read(out);
  }

  String err() {
    return read(err);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
