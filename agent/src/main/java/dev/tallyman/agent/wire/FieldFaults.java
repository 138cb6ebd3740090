package dev.tallyman.agent.wire;

import java.util.ArrayList;
import java.util.List;

/**
 * The faults of one message, each with the path of its field, in the order in which they were
 * found: {@code spec.resources.memory_bytes: -1 (expected: 0 or more)}.
 *
 * <p>What it keeps is bounded, whatever was sent: the first {@value #KEPT} faults, and of each
 * value the beginning.
 */
final class FieldFaults {

  private static final int KEPT = 20;
  private static final int SHOWN_CHARACTERS = 64;

  private final List<String> found = new ArrayList<>();
  private int dropped;

  /** Notes a fault of a field whose value may be shown to anybody. */
  void add(String field, Object value, String expected) {
    note(field + ": " + shown(String.valueOf(value)) + " (expected: " + expected + ")");
  }

  /** Notes a fault in our own words: of a value that may be a secret, or that is a quantity. */
  void addDescribed(String field, String wrong, String expected) {
    note(field + ": " + wrong + " (expected: " + expected + ")");
  }

  /** Notes a fault if there are more of something than one workload may have. */
  void addIfMore(String field, int count, String what, int most) {
    if (count > most) {
      addDescribed(field, count + " " + what, "at most " + most);
    }
  }

  boolean isEmpty() {
    return found.isEmpty();
  }

  /** All faults in one line. */
  String sentence() {
    String all = String.join("; ", found);
    return dropped == 0 ? all : all + "; and " + dropped + " more";
  }

  private void note(String fault) {
    if (found.size() < KEPT) {
      found.add(fault);
    } else {
      dropped++;
    }
  }

  /** A value as a person can read it on one line: quoted when empty or odd, and cut. */
  static String shown(String value) {
    StringBuilder text = new StringBuilder();
    value
        .codePoints()
        .limit(SHOWN_CHARACTERS)
        .forEach(c -> {
          if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
            text.append(String.format("\\u%04x", c));
          } else {
            text.appendCodePoint(c);
          }
        });
    int length = value.codePointCount(0, value.length());
    if (length > SHOWN_CHARACTERS) {
      return text + "... (" + length + " characters)";
    }
    return text.isEmpty() || text.indexOf(" ") >= 0 ? "\"" + text + "\"" : text.toString();
  }
}
