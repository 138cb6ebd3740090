package dev.tallyman.cli;

import java.util.Arrays;
import java.util.Locale;
import picocli.CommandLine.TypeConversionException;

/** How answers are written. */
enum OutputFormat {
  TABLE,
  WIDE,
  JSON,
  YAML;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Reads the word that {@link #toString} writes. */
  static OutputFormat parse(String word) {
    return Arrays.stream(values())
        .filter(format -> format.toString().equals(word))
        .findFirst()
        .orElseThrow(
            () -> new TypeConversionException(word + " (expected: table, wide, json or yaml)"));
  }
}
