package dev.tallyman.compose.translate;

import dev.tallyman.config.yaml.YamlValue.Mapping;

/**
 * Whether something exists already: {@code external: true}, or once {@code external: {name: x}}.
 */
final class External {

  private External() {}

  static boolean read(Fields fields, Findings findings) {
    return fields
        .value("external")
        .map(value -> {
          if (value.value() instanceof Mapping) {
            findings.refuse(value, "a mapping (expected: true, and name: beside it)");
            return true;
          }
          return fields.flag("external").map(Placed::value).orElse(false);
        })
        .orElse(false);
  }
}
