package dev.tallyman.cli.stack;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes lines of the pieces in which an instance's output comes. A line of more than {@value
 * #MAX_BYTES} bytes is told in parts. For one thread.
 */
final class LogLines {

  static final int MAX_BYTES = 64 * 1024;

  private final ByteArrayOutputStream pending = new ByteArrayOutputStream();

  /** Takes in a piece, and returns the lines that it completes, without their ends. */
  List<String> add(byte[] piece) {
    List<String> lines = new ArrayList<>();
    for (byte b : piece) {
      if (b == '\n') {
        lines.add(take());
      } else {
        pending.write(b);
        if (pending.size() >= MAX_BYTES) {
          lines.add(take());
        }
      }
    }
    return lines;
  }

  /** What is left when the output ends. */
  Optional<String> rest() {
    return pending.size() == 0 ? Optional.empty() : Optional.of(take());
  }

  private String take() {
    String line = pending.toString(StandardCharsets.UTF_8);
    pending.reset();
    return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
  }
}
