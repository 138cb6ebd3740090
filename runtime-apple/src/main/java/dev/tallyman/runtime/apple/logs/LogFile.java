package dev.tallyman.runtime.apple.logs;

import static java.util.Objects.requireNonNull;

import dev.tallyman.runtime.LogRequest;
import dev.tallyman.runtime.LogSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;

/**
 * What a container wrote, read from the engine's own file: both outputs in one, without times. The
 * command's {@code logs} refuses all of it for one byte that is no UTF-8, trims it, and never ends.
 *
 * <p>Every start cuts the file to nothing; a reader that follows then goes on at its new beginning.
 */
public final class LogFile {

  private static final int CHUNK_BYTES = 64 << 10;
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final int LOOKS_PER_QUESTION = 10;

  private final Path file;

  /**
   * @param appRoot where the system service keeps its containers
   * @param name name of the container
   */
  public LogFile(Path appRoot, String name) {
    this.file =
        requireNonNull(appRoot, "appRoot").resolve("containers").resolve(name).resolve("stdio.log");
  }

  /**
   * Reads to the end that was asked for.
   *
   * @param hasEnded whether the container has; asked about once a second
   * @throws IOException if the file cannot be read. One that was never made is an empty one.
   */
  public void read(LogRequest request, BooleanSupplier hasEnded, LogSink sink)
      throws IOException, InterruptedException {
    Reading reading = new Reading(sink);
    reading.from(start(request.tail()));
    reading.more();
    if (request.end() == LogRequest.End.WITH_INSTANCE) {
      for (int look = 0; ; look++) {
        boolean ended = look % LOOKS_PER_QUESTION == 0 && hasEnded.getAsBoolean();
        boolean read = reading.more();
        if (ended && !read) {
          break;
        }
        Thread.sleep(PAUSE);
      }
    }
    reading.flush();
  }

  /** Whether a line is among the last that the container wrote. */
  public boolean tailHas(String line) {
    try (FileChannel channel = FileChannel.open(file)) {
      long from = Math.max(0, channel.size() - CHUNK_BYTES);
      ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
      fill(channel, chunk, from);
      return new String(chunk.array(), 0, chunk.position(), java.nio.charset.StandardCharsets.UTF_8)
          .lines()
          .anyMatch(each -> each.strip().equals(line));
    } catch (IOException none) {
      return false;
    }
  }

  /** Where the last so many lines begin. */
  private long start(OptionalInt tail) throws IOException {
    if (tail.isEmpty()) {
      return 0;
    }
    try (FileChannel channel = FileChannel.open(file)) {
      long end = channel.size();
      if (tail.getAsInt() == 0) {
        return end;
      }
      int left = tail.getAsInt();
      ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
      long from = end;
      // By what was asked for, not by what came: a file that was cut meanwhile gives nothing.
      for (long to = end; to > 0; to = from) {
        chunk.clear().limit((int) Math.min(CHUNK_BYTES, to));
        from = to - chunk.limit();
        fill(channel, chunk, from);
        for (int i = chunk.position() - 1; i >= 0; i--) {
          // The end of the last line is no beginning of another.
          if (chunk.get(i) == '\n' && from + i != end - 1 && --left == 0) {
            return from + i + 1;
          }
        }
      }
      return 0;
    } catch (NoSuchFileException none) {
      return 0;
    }
  }

  private static void fill(FileChannel channel, ByteBuffer chunk, long from) throws IOException {
    int read = 0;
    while (read >= 0 && chunk.hasRemaining()) {
      read = channel.read(chunk, from + chunk.position());
    }
  }

  /** A place in the file. */
  private final class Reading {
    private final LogSink sink;
    private final ByteBuffer line = ByteBuffer.allocate(CHUNK_BYTES);
    private long position;
    private Object key = "";

    Reading(LogSink sink) {
      this.sink = sink;
    }

    void from(long start) {
      position = start;
    }

    /** Hands out what there is; says whether there was anything. */
    boolean more() throws IOException, InterruptedException {
      boolean any = false;
      try (FileChannel channel = FileChannel.open(file)) {
        restartIfNew(channel);
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
        while (channel.read(chunk, position) > 0) {
          any = true;
          position += chunk.position();
          take(chunk.flip());
          chunk.clear();
          if (Thread.interrupted()) {
            throw new InterruptedException();
          }
        }
      } catch (NoSuchFileException none) {
        return false;
      }
      return any;
    }

    private void restartIfNew(FileChannel channel) throws IOException {
      Object now =
          Optional.ofNullable(Files.readAttributes(file, BasicFileAttributes.class).fileKey())
              .orElse("");
      boolean another = !key.equals("") && !key.equals(now);
      key = now;
      if (another || channel.size() < position) {
        flush();
        position = 0;
      }
    }

    private void take(ByteBuffer chunk) {
      while (chunk.hasRemaining()) {
        byte next = chunk.get();
        line.put(next);
        if (next == '\n' || !line.hasRemaining()) {
          flush();
        }
      }
    }

    void flush() {
      if (line.position() > 0) {
        byte[] data = new byte[line.flip().remaining()];
        line.get(data);
        line.clear();
        sink.write(LogSink.Stream.STDOUT, Optional.empty(), data);
      }
    }
  }
}
