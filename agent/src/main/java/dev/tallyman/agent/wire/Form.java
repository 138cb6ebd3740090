package dev.tallyman.agent.wire;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The form of a text that anybody may see.
 *
 * @param pattern what the whole text must be like
 * @param expected the same for people, to follow "expected: "
 */
record Form(Pattern pattern, String expected) {

  /** A workload, a stack. */
  static final Form DNS_LABEL =
      of(
          "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?",
          "1 to 63 characters of a-z, 0-9 and '-', neither the first nor the last a '-'");

  /** What the engine calls an instance or a volume. */
  static final Form ENGINE_NAME =
      of(
          "[A-Za-z0-9][A-Za-z0-9_.-]{1,127}",
          "2 to 128 characters of A-Z, a-z, 0-9, '-', '_' and '.', the first a letter or digit");

  /** A driver, a runtime, a profile: a name that somebody else has given. */
  static final Form WORD =
      of(
          "[A-Za-z0-9][A-Za-z0-9_./:@-]{0,254}",
          "1 to 255 characters of A-Z, a-z, 0-9, '-', '_', '.', '/', ':' and '@', the first a letter"
              + " or digit");

  /** A name that is looked up, with the underscores that people use. */
  static final Form HOST_NAME =
      of(
          "[A-Za-z0-9_][A-Za-z0-9_.-]{0,252}",
          "1 to 253 characters of A-Z, a-z, 0-9, '-', '_' and '.', the first a letter, digit or"
              + " '_'");

  static Form of(String regex, String expected) {
    return new Form(Pattern.compile(regex), expected);
  }

  boolean fits(String text) {
    return pattern.matcher(text).matches();
  }

  /** The text, which must be there. */
  String required(String field, String text, FieldFaults faults) {
    if (text.isEmpty()) {
      faults.addDescribed(field, "missing", expected);
    } else {
      check(field, text, faults);
    }
    return text;
  }

  /** The text, unless it is empty. */
  Optional<String> optional(String field, String text, FieldFaults faults) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (!fits(text)) {
      faults.add(field, text, expected + "; or empty");
    }
    return Optional.of(text);
  }

  /** Texts that all have this form. */
  List<String> each(String field, List<String> texts, FieldFaults faults) {
    faults.addIfMore(field, texts.size(), "entries", Bounds.PARTS);
    for (int i = 0; i < texts.size(); i++) {
      check(field + "[" + i + "]", texts.get(i), faults);
    }
    return texts;
  }

  private void check(String field, String text, FieldFaults faults) {
    if (!fits(text)) {
      faults.add(field, text, expected);
    }
  }
}
