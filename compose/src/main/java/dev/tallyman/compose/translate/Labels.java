package dev.tallyman.compose.translate;

import java.util.Map;

/** Labels, of which those with our own prefix are reserved. */
final class Labels {

  private static final String OURS = "tallyman.";

  private Labels() {}

  /** Reads {@code labels}. */
  static Map<String, String> read(Fields fields, Findings findings) {
    fields.pairs("labels").stream()
        .filter(pair -> pair.key().startsWith(OURS))
        .forEach(pair ->
            findings.refuse(
                pair.placed(), "a reserved name (expected: none that begins with tallyman.)"));
    return fields.textMap("labels");
  }
}
