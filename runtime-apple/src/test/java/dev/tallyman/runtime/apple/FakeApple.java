package dev.tallyman.runtime.apple;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The test double of Apple's command, made in a folder, with a hand at it that no fault strikes.
 * Without Python, or without the right to make namespaces, its tests are skipped with the reason;
 * with {@code CI=true} they fail.
 */
final class FakeApple implements AutoCloseable {

  static final String IMAGE = "tallyman-test:1";

  private static final Path TOOL = Path.of("fake-container", "fake-container").toAbsolutePath();
  private static final int SECONDS = 60;

  private final Path folder;

  private FakeApple(Path folder) {
    this.folder = folder;
  }

  /** A double of a version, that runs and has the test image. */
  static FakeApple of(Path folder, String version, String... options) {
    requireTools();
    FakeApple made = new FakeApple(folder);
    // With this process it ends too, however that ends.
    String owner = String.valueOf(ProcessHandle.current().pid());
    List<String> init =
        new ArrayList<>(List.of("init", folder.toString(), "--version", version, "--owner", owner));
    init.addAll(List.of(options));
    JsonObject said = run(init).getAsJsonObject();
    JsonObject features = said.getAsJsonObject("features");
    if (!features.get("namespaces").getAsBoolean() || !features.get("network").getAsBoolean()) {
      made.close();
      skip("no namespaces: " + features.get("reason"));
    }
    made.tell("image", IMAGE, "--busybox", "--local");
    return made;
  }

  private static void requireTools() {
    if (!Files.isExecutable(TOOL)) {
      fail("the double is not at " + TOOL);
    }
    try {
      Process python =
          new ProcessBuilder("python3", "-c", "import sys; sys.exit(sys.version_info < (3, 9))")
              .start();
      if (!python.waitFor(SECONDS, TimeUnit.SECONDS) || python.exitValue() != 0) {
        skip("python3 is older than 3.9");
      }
    } catch (IOException e) {
      skip("no python3");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static void skip(String reason) {
    if ("true".equals(System.getenv("CI"))) {
      fail("CI needs the double of Apple's container: " + reason);
    }
    abort("skipped: " + reason);
  }

  /**
   * Skips what only repeats the contract in the shape of another version, unless all shapes are
   * asked for: each takes minutes.
   */
  static void requireAllShapes() {
    if (!"all".equals(System.getProperty("tallyman.apple.shapes"))
        && !"true".equals(System.getenv("CI"))) {
      abort("skipped: this shape is tried with CI=true, or -Dtallyman.apple.shapes=all");
    }
  }

  Path folder() {
    return folder;
  }

  Path command() {
    return folder.resolve("bin").resolve("container");
  }

  Path appRoot() {
    return folder.resolve("root");
  }

  /** An order to the double itself. */
  JsonElement tell(String order, String... words) {
    List<String> argv = new ArrayList<>(List.of(order, folder.toString()));
    argv.addAll(List.of(words));
    return run(argv);
  }

  /** A call of the command that no fault strikes; fails if it does. */
  String client(String... words) {
    Answer answer = tryClient(words);
    if (answer.code() != 0) {
      throw new AssertionError(
          String.join(" ", words) + " ended with " + answer.code() + ": " + answer.errors());
    }
    return answer.output();
  }

  /** How a process ended. */
  record Answer(int code, String output, String errors) {}

  Answer tryClient(String... words) {
    List<String> argv = new ArrayList<>(List.of("client", folder.toString()));
    argv.addAll(List.of(words));
    return execute(argv);
  }

  /** A container in truth; empty if there is none. */
  Optional<JsonObject> truth(String name) {
    for (JsonElement each : tell("containers").getAsJsonArray()) {
      if (each.getAsJsonObject().get("id").getAsString().equals(name)) {
        return Optional.of(each.getAsJsonObject());
      }
    }
    return Optional.empty();
  }

  @Override
  public void close() {
    var _ = tell("destroy");
  }

  private static JsonElement run(List<String> argv) {
    Answer answer = execute(argv);
    if (answer.code() != 0) {
      throw new AssertionError(
          String.join(" ", argv) + " ended with " + answer.code() + ": " + answer.errors());
    }
    return JsonParser.parseString(answer.output());
  }

  private static Answer execute(List<String> argv) {
    List<String> words = new ArrayList<>(List.of(TOOL.toString()));
    words.addAll(argv);
    try {
      Path out = Files.createTempFile("double", ".out");
      Path err = Files.createTempFile("double", ".err");
      try {
        Process process =
            new ProcessBuilder(words)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
          process.destroyForcibly();
          throw new AssertionError(String.join(" ", argv) + " does not end");
        }
        return new Answer(
            process.exitValue(), Files.readString(out, UTF_8), Files.readString(err, UTF_8));
      } finally {
        Files.deleteIfExists(out);
        Files.deleteIfExists(err);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
