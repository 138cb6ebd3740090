package dev.tallyman.runtime.oci.containers;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tallyman.runtime.LogRequest;
import dev.tallyman.runtime.LogSink;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.oci.engine.Engine;
import dev.tallyman.runtime.oci.engine.EngineCall;
import dev.tallyman.runtime.oci.engine.EngineCall.Verb;
import dev.tallyman.runtime.oci.http.ByteStream;
import dev.tallyman.runtime.oci.http.Frames;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Hands out what containers wrote.
 *
 * <p>The calling thread reads and calls the sink, so a slow sink slows the engine and nothing piles
 * up. With a terminal there are no frames, only lines.
 */
public final class Logs implements AutoCloseable {

  private static final int LONGEST_TIME = 40;
  private static final int MAX_LINE_BYTES = 64 << 10;

  private final Engine engine;
  private final Set<ByteStream> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /** The output of an engine's containers. */
  public Logs(Engine engine) {
    this.engine = engine;
  }

  /** Reads to the end that was asked for. */
  public void read(ContainerReply container, String subject, LogRequest request, LogSink sink) {
    EngineCall call = new EngineCall(Verb.LOGS, subject);
    String query = query(container.id(), request);
    ByteStream stream =
        switch (request.end()) {
          case NOW ->
              engine.run(
                  call,
                  engine.deadlines().read(),
                  (http, dialect) -> http.streamBytes(dialect.path(query)));
          // Podman answers with the first line, which may be long in coming. That the engine is
          // there was just seen.
          case WITH_INSTANCE ->
              engine.runUnbounded(call, (http, dialect) -> http.streamBytes(dialect.path(query)));
        };
    open.add(stream);
    try (stream) {
      if (closed) {
        stream.close();
      }
      engine.runUnbounded(
          call,
          (http, dialect) -> {
            if (container.place().terminal()) {
              lines(stream.bytes(), sink);
            } else {
              frames(stream.bytes(), sink);
            }
            return call;
          });
    } catch (RuntimeFailure.Unavailable broken) {
      throw closed ? engine.errors().closed(call) : broken;
    } finally {
      open.remove(stream);
    }
  }

  private static String query(String id, LogRequest request) {
    return "/containers/%s/logs?stdout=1&stderr=1&timestamps=1&follow=%d&tail=%s"
        .formatted(
            id,
            request.end() == LogRequest.End.WITH_INSTANCE ? 1 : 0,
            request.tail().isPresent() ? request.tail().getAsInt() : "all");
  }

  private static void frames(InputStream in, LogSink sink) throws IOException {
    Frames frames = new Frames(in);
    Optional<Frames.Frame> frame = frames.next();
    while (frame.isPresent()) {
      LogSink.Stream stream = frame.get().isError() ? LogSink.Stream.STDERR : LogSink.Stream.STDOUT;
      if (frame.get().isBeginning()) {
        tell(sink, stream, frame.get().data());
      } else {
        refuseInterrupted();
        sink.write(stream, Optional.empty(), frame.get().data());
      }
      frame = frames.next();
    }
  }

  private static void lines(InputStream in, LogSink sink) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    boolean begins = true;
    for (int next = in.read(); next >= 0; next = in.read()) {
      line.write(next);
      if (next == '\n' || line.size() == MAX_LINE_BYTES) {
        tellPiece(sink, line, begins);
        begins = next == '\n';
      }
    }
    if (line.size() > 0) {
      tellPiece(sink, line, begins);
    }
  }

  /** Only the beginning of a line has a time. */
  private static void tellPiece(LogSink sink, ByteArrayOutputStream line, boolean begins)
      throws IOException {
    byte[] data = line.toByteArray();
    line.reset();
    if (begins) {
      tell(sink, LogSink.Stream.STDOUT, data);
    } else {
      refuseInterrupted();
      sink.write(LogSink.Stream.STDOUT, Optional.empty(), data);
    }
  }

  private static void tell(LogSink sink, LogSink.Stream stream, byte[] data) throws IOException {
    refuseInterrupted();
    int space = 0;
    while (space < data.length && space < LONGEST_TIME && data[space] != ' ') {
      space++;
    }
    Optional<Instant> at =
        space < data.length && data[space] == ' '
            ? time(new String(data, 0, space, US_ASCII))
            : Optional.empty();
    sink.write(
        stream, at, at.isPresent() ? Arrays.copyOfRange(data, space + 1, data.length) : data);
  }

  private static void refuseInterrupted() throws InterruptedIOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("interrupted");
    }
  }

  private static Optional<Instant> time(String text) {
    try {
      return Optional.of(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException notATime) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    closed = true;
    open.forEach(ByteStream::close);
  }
}
