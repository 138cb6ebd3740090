package dev.tallyman.controlplane.fleet;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with a request, each with its field. For one thread. */
final class Problems {

  /**
   * An error's text travels in a header, and clients take headers of 8 KiB, with each byte that is
   * not plain ASCII three times as long.
   */
  private static final int MAX_ENCODED_BYTES = 6 * 1024;

  private static final int MAX_VALUE_CHARS = 64;

  /**
   * Many more than fit into an answer. A request of two bytes for each fault must not take a
   * hundred times its size.
   */
  private static final int MAX_KEPT = 1000;

  private final List<String> found = new ArrayList<>();
  private int more;

  /**
   * Adds a fault.
   *
   * @param path of the field, as {@code assignments[2].workload.spec.image}
   */
  void add(String path, long value, String expected) {
    add(path, String.valueOf(value), expected);
  }

  /** The same for text, which is put in quotes and cut where it is long. */
  void addText(String path, String value, String expected) {
    add(path, quote(value), expected);
  }

  /** The same for a value that must not be shown, or is no text. */
  void add(String path, String what, String expected) {
    if (found.size() < MAX_KEPT) {
      found.add("%s: %s (expected: %s)".formatted(path, what, expected));
    } else {
      more++;
    }
  }

  boolean isEmpty() {
    return found.isEmpty();
  }

  /**
   * All faults, one a line; when they are too many for an answer, the first ones and how many more.
   */
  String describe() {
    StringBuilder text = new StringBuilder();
    int encoded = 0;
    for (int i = 0; i < found.size(); i++) {
      String line = (i == 0 ? "" : "\n") + found.get(i);
      encoded += encodedLength(line);
      if (encoded > MAX_ENCODED_BYTES) {
        return text + andMore(found.size() - i + more);
      }
      text.append(line);
    }
    return more == 0 ? text.toString() : text + andMore(more);
  }

  private static String andMore(int count) {
    return "\nand " + count + " more faults after these";
  }

  static String quote(String value) {
    StringBuilder quoted = new StringBuilder("\"");
    value
        .chars()
        .limit(MAX_VALUE_CHARS)
        .forEach(c -> quoted.append(Character.isISOControl(c) ? '?' : (char) c));
    quoted.append('"');
    return value.length() <= MAX_VALUE_CHARS
        ? quoted.toString()
        : quoted + "... (" + value.length() + " characters)";
  }

  private static int encodedLength(String text) {
    int length = 0;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      length += b < ' ' || b == '%' || b == 0x7F ? 3 : 1;
    }
    return length;
  }
}
