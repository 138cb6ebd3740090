package dev.tallyman.runtime;

import java.time.Instant;
import java.util.Optional;

/** Takes an instance's output. Called by one thread at a time; a slow sink slows the reading. */
@FunctionalInterface
public interface LogSink {

  /**
   * Takes a piece of output, usually one line with its end.
   *
   * @param at when it was written, as far as the engine knows
   * @param data bytes as the instance wrote them; not used by the caller afterwards
   */
  void write(Stream stream, Optional<Instant> at, byte[] data);

  /** Which of its outputs. With a terminal there is only {@link #STDOUT}. */
  enum Stream {
    STDOUT,
    STDERR
  }
}
