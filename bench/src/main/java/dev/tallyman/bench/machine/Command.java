package dev.tallyman.bench.machine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Another program, run to its end. */
public final class Command {

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final double NANOS_PER_MILLI = 1e6;

  /**
   * How it ended.
   *
   * @param millis wall time from before its start to after its end
   */
  public record Result(int exitCode, String output, double millis) {

    /** This result, if it is a success. */
    public Result orThrow(String what) {
      if (exitCode != 0) {
        throw new IllegalStateException(
            what + " ended with exit code " + exitCode + ": " + output.strip());
      }
      return this;
    }
  }

  private Command() {}

  /**
   * Runs a program without input, and ends it if it takes longer than three minutes.
   *
   * @throws IOException if there is no such program
   */
  public static Result run(List<String> line, Map<String, String> environment, Path folder)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile(folder, "out", "");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(line)
              .directory(folder.toFile())
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectErrorStream(true)
              .redirectOutput(output.toFile());
      builder.environment().putAll(environment);
      long began = System.nanoTime();
      Process process = builder.start();
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
        throw new IllegalStateException(
            String.join(" ", line) + " did not end within " + PATIENCE.toSeconds() + " s");
      }
      double millis = (System.nanoTime() - began) / NANOS_PER_MILLI;
      return new Result(
          process.exitValue(), Files.readString(output, StandardCharsets.UTF_8), millis);
    } finally {
      Files.deleteIfExists(output);
    }
  }
}
