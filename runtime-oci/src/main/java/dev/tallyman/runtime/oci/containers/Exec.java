package dev.tallyman.runtime.oci.containers;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.tallyman.runtime.ExecRequest;
import dev.tallyman.runtime.ExecResult;
import dev.tallyman.runtime.oci.engine.Dialect;
import dev.tallyman.runtime.oci.engine.Engine;
import dev.tallyman.runtime.oci.engine.EngineCall;
import dev.tallyman.runtime.oci.engine.EngineCall.Verb;
import dev.tallyman.runtime.oci.http.ByteStream;
import dev.tallyman.runtime.oci.http.EngineHttp;
import dev.tallyman.runtime.oci.http.EngineRefusal;
import dev.tallyman.runtime.oci.http.Frames;
import dev.tallyman.runtime.oci.http.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/** Runs commands inside containers: three requests each. */
public final class Exec {

  private static final int MAX_OUTPUT_BYTES = 4 << 10;

  /** The output ends a moment before Podman knows the exit code. */
  private static final Duration PAUSE = Duration.ofMillis(5);

  private static final int CANNOT_RUN = 126;
  private static final int NOT_FOUND = 127;

  /** Docker says 126 of a command that does not exist, and this in the place of its output. */
  private static final Pattern MISSING =
      Pattern.compile(
          "^OCI runtime exec failed: .*(no such file or directory|executable file not found)",
          Pattern.DOTALL);

  private final Engine engine;

  /** Commands at an engine. */
  public Exec(Engine engine) {
    this.engine = engine;
  }

  /** Runs it and waits for its end. */
  public ExecResult run(String id, String subject, ExecRequest request) {
    return engine.run(
        new EngineCall(Verb.EXEC, subject),
        request.timeout(),
        (http, dialect) -> runNow(http, dialect, id, request));
  }

  private static ExecResult runNow(EngineHttp http, Dialect dialect, String id, ExecRequest request)
      throws IOException, EngineRefusal, InterruptedException {
    String exec =
        http.post(dialect.path("/containers/" + id + "/exec"), body(request))
            .object()
            .at("Id")
            .text();
    String output;
    try (ByteStream stream =
        http.streamPostBytes(dialect.path("/exec/" + exec + "/start"), attached())) {
      output = read(new Frames(stream.bytes()));
    }
    Json end = http.get(dialect.path("/exec/" + exec + "/json")).object();
    while (end.at("Running").isTrue()) {
      Thread.sleep(PAUSE);
      end = http.get(dialect.path("/exec/" + exec + "/json")).object();
    }
    int code = Math.clamp(end.at("ExitCode").number().orElse(CANNOT_RUN), 0, 255);
    boolean missing = code == CANNOT_RUN && MISSING.matcher(output).find();
    return new ExecResult(missing ? NOT_FOUND : code, output);
  }

  private static JsonObject body(ExecRequest request) {
    JsonArray command = new JsonArray();
    request.command().forEach(command::add);
    JsonObject body = new JsonObject();
    body.addProperty("AttachStdout", true);
    body.addProperty("AttachStderr", true);
    body.addProperty("Tty", false);
    body.add("Cmd", command);
    return body;
  }

  private static JsonObject attached() {
    JsonObject body = new JsonObject();
    body.addProperty("Detach", false);
    body.addProperty("Tty", false);
    return body;
  }

  /** Reads to the end, so that the command never waits for us, and keeps the beginning. */
  private static String read(Frames frames) throws IOException {
    ByteArrayOutputStream kept = new ByteArrayOutputStream();
    Optional<Frames.Frame> frame = frames.next();
    while (frame.isPresent()) {
      byte[] data = frame.get().data();
      kept.write(data, 0, Math.min(data.length, MAX_OUTPUT_BYTES - kept.size()));
      frame = frames.next();
    }
    return kept.toString(UTF_8);
  }
}
