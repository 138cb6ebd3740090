package dev.tallyman.agent.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ProtocolMessageEnum;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Rules of texts that several parts of a workload share. */
final class Texts {

  private static final String ABSOLUTE_PATH =
      "an absolute path of at most " + Bounds.PATH_BYTES + " bytes without NUL";

  private Texts() {}

  /** Arguments of a process; any of them may be a secret. */
  static List<String> arguments(String field, List<String> texts, FieldFaults faults) {
    faults.addIfMore(field, texts.size(), "entries", Bounds.LIST_ENTRIES);
    for (int i = 0; i < texts.size(); i++) {
      argument(field + "[" + i + "]", texts.get(i), 0, faults);
    }
    return texts;
  }

  /** Any text but NUL; it may be a secret. */
  static void argument(String field, String text, int bytesBefore, FieldFaults faults) {
    if (text.indexOf('\0') >= 0) {
      faults.addDescribed(field, "contains NUL", "text without NUL");
    }
    int bytes = bytesBefore + bytes(text);
    if (bytes > Bounds.ARGUMENT_BYTES) {
      faults.addDescribed(field, bytes + " bytes", "at most " + Bounds.ARGUMENT_BYTES);
    }
  }

  /** An absolute path that must be there. */
  static String path(String field, String path, FieldFaults faults) {
    if (path.isEmpty()) {
      faults.addDescribed(field, "missing", ABSOLUTE_PATH);
    } else {
      checkPath(field, path, faults);
    }
    return path;
  }

  /** An absolute path, unless it is empty. */
  static Optional<String> optionalPath(String field, String path, FieldFaults faults) {
    if (path.isEmpty()) {
      return Optional.empty();
    }
    checkPath(field, path, faults);
    return Optional.of(path);
  }

  /** An absolute path inside at which something is put; not the root itself. */
  static String target(String field, String path, FieldFaults faults) {
    if (path(field, path, faults).startsWith("/") && cleaned(path).equals("/")) {
      faults.add(field, path, "a path below /");
    }
    return path;
  }

  /** The absolute path without what does not count: two of these are the same place if equal. */
  static String cleaned(String path) {
    StringBuilder cleaned = new StringBuilder();
    for (String part : path.split("/", -1)) {
      switch (part) {
        case "", "." -> {
          // Says nothing.
        }
        case ".." -> cleaned.setLength(Math.max(0, cleaned.lastIndexOf("/")));
        default -> cleaned.append('/').append(part);
      }
    }
    return cleaned.isEmpty() ? "/" : cleaned.toString();
  }

  /** Names with values, of which each may be a secret. */
  static Map<String, String> pairs(String field, Map<String, String> pairs, FieldFaults faults) {
    faults.addIfMore(field, pairs.size(), "pairs", Bounds.PAIRS);
    pairs.forEach((key, value) -> {
      String pair = entry(field, key);
      int keyBytes = bytes(key);
      if (keyBytes == 0 || keyBytes > Bounds.PAIR_KEY_BYTES || key.indexOf('\0') >= 0) {
        faults.addDescribed(
            pair,
            "a key of " + keyBytes + " bytes",
            "1 to " + Bounds.PAIR_KEY_BYTES + " bytes without NUL");
      }
      int valueBytes = bytes(value);
      if (valueBytes > Bounds.PAIR_VALUE_BYTES || value.indexOf('\0') >= 0) {
        faults.addDescribed(
            pair,
            "a value of " + valueBytes + " bytes",
            "at most " + Bounds.PAIR_VALUE_BYTES + " bytes without NUL");
      }
    });
    return pairs;
  }

  /** Path of an entry of a map. */
  static String entry(String field, String key) {
    return field + "[" + FieldFaults.shown(key) + "]";
  }

  static int bytes(String text) {
    return text.getBytes(UTF_8).length;
  }

  /** The words of an enum but its first, which means the default, and the one for unknown. */
  static String words(ProtocolMessageEnum[] values) {
    return Stream.of(values)
        .skip(1)
        .map(Object::toString)
        .filter(word -> !word.equals("UNRECOGNIZED"))
        .collect(Collectors.joining(", ", "one of ", ""));
  }

  private static void checkPath(String field, String path, FieldFaults faults) {
    if (!path.startsWith("/") || path.indexOf('\0') >= 0 || bytes(path) > Bounds.PATH_BYTES) {
      faults.add(field, path, ABSOLUTE_PATH);
    }
  }
}
