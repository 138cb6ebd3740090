package dev.tallyman.runtime.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tallyman.runtime.LogRequest;
import dev.tallyman.runtime.LogSink;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What instances write. A command line can have words that it says at each start; more can be put
 * into the mouth of a running instance by {@link InMemoryEngine#say}.
 */
public final class Output {

  /**
   * One line.
   *
   * @param text without the end of the line
   */
  public record Line(LogSink.Stream stream, String text) {}

  /** One line that was written. */
  static final class Written {
    private final LogSink.Stream stream;
    private final Instant at;
    private final byte[] data;

    private Written(LogSink.Stream stream, Instant at, byte[] data) {
      this.stream = stream;
      this.at = at;
      this.data = data;
    }

    LogSink.Stream stream() {
      return stream;
    }

    Instant at() {
      return at;
    }

    byte[] data() {
      return data.clone();
    }
  }

  private final EngineLock lock;
  private final Map<List<String>, List<Line>> byCommand = new HashMap<>();

  Output(EngineLock lock) {
    this.lock = lock;
  }

  /** What a command line says at each start. */
  public Output ofCommand(List<String> commandLine, Line... lines) {
    lock.run(() -> byCommand.put(List.copyOf(commandLine), List.of(lines)));
    return this;
  }

  /** Called with the lock held. */
  List<Line> of(List<String> commandLine) {
    return byCommand.getOrDefault(commandLine, List.of());
  }

  static Written written(Line line, Instant at) {
    return new Written(line.stream(), at, (line.text() + "\n").getBytes(UTF_8));
  }

  /** The past that is asked for. */
  static List<Written> past(List<Written> all, LogRequest request) {
    int from = request.tail().isPresent() ? Math.max(0, all.size() - request.tail().getAsInt()) : 0;
    return new ArrayList<>(all.subList(from, all.size()));
  }
}
