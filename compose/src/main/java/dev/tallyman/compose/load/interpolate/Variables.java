package dev.tallyman.compose.load.interpolate;

import java.util.Map;
import java.util.Optional;

/** Where variables get their values. */
@FunctionalInterface
public interface Variables {

  /** The value of a variable; empty when it is not set, which is not the same as an empty text. */
  Optional<String> value(String name);

  /** Variables of a map. */
  static Variables of(Map<String, String> values) {
    return name -> Optional.ofNullable(values.get(name));
  }

  /** These variables, and those others for what is not set here. */
  default Variables or(Variables others) {
    return name -> value(name).or(() -> others.value(name));
  }
}
