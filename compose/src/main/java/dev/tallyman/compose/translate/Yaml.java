package dev.tallyman.compose.translate;

import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.config.yaml.YamlValue.Kind;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import dev.tallyman.config.yaml.YamlValue.Scalar;
import dev.tallyman.config.yaml.YamlValue.Sequence;

/** Questions about values of the model. */
final class Yaml {

  private Yaml() {}

  static boolean isNull(YamlValue value) {
    return value instanceof Scalar scalar && scalar.kind() == Kind.NULL;
  }

  static boolean isText(YamlValue value) {
    return value instanceof Scalar;
  }

  /** Whether it is null, or a list or mapping with nothing in it. */
  static boolean isEmpty(YamlValue value) {
    return switch (value) {
      case Scalar scalar -> scalar.kind() == Kind.NULL;
      case Sequence sequence -> sequence.items().isEmpty();
      case Mapping mapping -> mapping.entries().isEmpty();
    };
  }

  /** Whether a value says more than that something is not set. */
  static boolean says(YamlValue value) {
    return switch (value) {
      case Scalar scalar ->
          switch (scalar.kind()) {
            case NULL -> false;
            case BOOLEAN -> !scalar.text().equalsIgnoreCase("false");
            case TEXT, NUMBER -> !scalar.text().isEmpty();
          };
      case Sequence sequence -> !sequence.items().isEmpty();
      case Mapping mapping -> mapping.entries().stream().anyMatch(e -> says(e.value()));
    };
  }
}
