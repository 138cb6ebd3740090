package dev.tallyman.cli.install;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tallyman.cli.output.Output;
import dev.tallyman.cli.process.CommandFailure;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Runs programs as children, with what they write shown only when they fail. */
final class RealCommands implements Commands {

  /** Above what a start of the agent may take, which its unit bounds. */
  private static final Duration DEADLINE = Duration.ofMinutes(3);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

  private final Map<String, String> environment;
  private final Output out;

  /**
   * @param environment for {@code PATH}, and for the programs
   */
  RealCommands(Map<String, String> environment, Output out) {
    this.environment = Map.copyOf(environment);
    this.out = out;
  }

  private record Result(int exitCode, String said) {}

  @Override
  public void run(List<String> words) {
    out.line("run        " + String.join(" ", words));
    out.flush();
    Result result = execute(words);
    if (result.exitCode() != 0) {
      throw CommandFailure.failed(
          "%s ended with %d%s"
              .formatted(
                  String.join(" ", words),
                  result.exitCode(),
                  result.said().isBlank() ? "" : ":\n" + result.said().strip().indent(2)));
    }
  }

  @Override
  public void tryToRun(List<String> words) {
    out.line("run        " + String.join(" ", words));
    out.flush();
    try {
      var _ = execute(words);
    } catch (CommandFailure _) {
      // Its failure changes nothing: that is why it was only tried.
    }
  }

  @Override
  public boolean isTrue(List<String> words) {
    return execute(words).exitCode() == 0;
  }

  @Override
  public void awaitNo(List<String> words) {
    long began = System.nanoTime();
    while (isTrue(words)) {
      if (System.nanoTime() - began > DEADLINE.toNanos()) {
        throw CommandFailure.failed(
            "%s still says yes after %d s"
                .formatted(String.join(" ", words), DEADLINE.toSeconds()));
      }
      LockSupport.parkNanos(this, LOOK_AGAIN.toNanos());
    }
  }

  private Result execute(List<String> words) {
    List<String> line = new ArrayList<>(words);
    line.set(0, find(words.getFirst()).toString());
    try {
      // A file: a pipe would be held open by whatever the program leaves behind.
      Path said = Files.createTempFile("tallyman-install", ".txt");
      try {
        ProcessBuilder builder =
            new ProcessBuilder(line)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectErrorStream(true)
                .redirectOutput(said.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        return await(words, builder.start(), said);
      } finally {
        Files.deleteIfExists(said);
      }
    } catch (IOException e) {
      throw CommandFailure.failed(String.join(" ", words) + " cannot be run: " + e.getMessage());
    }
  }

  private static Result await(List<String> words, Process process, Path said) throws IOException {
    try {
      if (!process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
        throw CommandFailure.failed(
            "%s did not end within %d s".formatted(String.join(" ", words), DEADLINE.toSeconds()));
      }
      return new Result(process.exitValue(), new String(Files.readAllBytes(said), UTF_8));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CommandFailure.failed(String.join(" ", words) + " was interrupted");
    } finally {
      process.destroyForcibly();
    }
  }

  private Path find(String program) {
    if (program.contains("/")) {
      return Path.of(program);
    }
    String path = Optional.ofNullable(environment.get("PATH")).orElse("");
    return Stream.of(path.split(File.pathSeparator, -1))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder).resolve(program))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(
            () -> CommandFailure.failed(program + ": not found (expected: in PATH: " + path + ")"));
  }
}
