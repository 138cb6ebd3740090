package dev.tallyman.config.yaml;

import java.util.List;

/** A YAML value and where it stands. */
public sealed interface YamlValue {

  /** Where the value begins. */
  Place place();

  /** What it is, for a sentence: "a mapping", "a list", "a number". */
  String kindName();

  /**
   * A single value.
   *
   * @param text as written, without quotes, escapes resolved
   * @param kind what YAML's core schema makes of it; anything quoted is text
   */
  record Scalar(Place place, String text, Kind kind) implements YamlValue {

    @Override
    public String kindName() {
      return switch (kind) {
        case TEXT -> "text";
        case NUMBER -> "a number";
        case BOOLEAN -> "true or false";
        case NULL -> "nothing";
      };
    }
  }

  /** The kinds of single values. */
  enum Kind {
    TEXT,
    NUMBER,
    BOOLEAN,
    NULL
  }

  /** A list. */
  record Sequence(Place place, List<YamlValue> items) implements YamlValue {

    public Sequence {
      items = List.copyOf(items);
    }

    @Override
    public String kindName() {
      return "a list";
    }
  }

  /**
   * A mapping.
   *
   * @param entries in the order of the file; no two have the same key
   */
  record Mapping(Place place, List<Entry> entries) implements YamlValue {

    public Mapping {
      entries = List.copyOf(entries);
    }

    @Override
    public String kindName() {
      return "a mapping";
    }
  }

  /**
   * An entry of a mapping.
   *
   * @param place of the key
   * @param key as written
   */
  record Entry(Place place, String key, YamlValue value) {}
}
