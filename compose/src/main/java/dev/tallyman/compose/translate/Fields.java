package dev.tallyman.compose.translate;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tallyman.compose.translate.Treatment.NoEffect;
import dev.tallyman.compose.translate.Treatment.Refused;
import dev.tallyman.compose.translate.Treatment.Translated;
import dev.tallyman.config.fault.Suggestions;
import dev.tallyman.config.quantity.Durations;
import dev.tallyman.config.yaml.Place;
import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.config.yaml.YamlValue.Entry;
import dev.tallyman.config.yaml.YamlValue.Kind;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import dev.tallyman.config.yaml.YamlValue.Scalar;
import dev.tallyman.config.yaml.YamlValue.Sequence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A mapping while it is read. Keys that are unknown or refused become faults at once; a value of
 * another type than the one asked for becomes a fault and reads as if it were not set. For one
 * thread.
 */
final class Fields {

  /** An entry of a mapping whose values are text; without a value it is declared only. */
  record Pair(String key, Optional<String> value, Place place, String path) {
    Placed<String> placed() {
      return new Placed<>(value.orElse(""), place, path);
    }
  }

  private static final int MOST_PAIRS = 64;
  private static final int MOST_KEY_BYTES = 253;
  private static final int MOST_VALUE_BYTES = 4096;

  private final String path;
  private final Place place;
  private final KeyTable table;
  private final Findings findings;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Set<String> read = new HashSet<>();

  /**
   * Begins to read a mapping.
   *
   * @param place where it is told to be: at its key, where it has one
   */
  Fields(Mapping mapping, Place place, String path, KeyTable table, Findings findings) {
    this.path = path;
    this.place = place;
    this.table = table;
    this.findings = findings;
    mapping.entries().forEach(this::accept);
  }

  private void accept(Entry entry) {
    entries.put(entry.key(), entry);
    Treatment treatment = table.keys().get(entry.key());
    if (treatment == null) {
      if (entry.key().equals(Extension.KEY)) {
        findings.refuse(
            entry.place(),
            child(entry.key()),
            "has no meaning in %s (expected: in a service or beside services:)"
                .formatted(table.of()));
      } else if (!entry.key().startsWith("x-")) {
        findings.refuse(
            entry.place(),
            child(entry.key()),
            "unknown key of %s%s"
                .formatted(table.of(), Suggestions.didYouMean(entry.key(), table.keys().keySet())));
      }
      return;
    }
    switch (treatment) {
      case Refused refused -> {
        if (Yaml.says(entry.value())) {
          findings.refuse(entry.place(), child(entry.key()), "not supported: " + refused.advice());
        }
      }
      case NoEffect _, Translated _ -> {}
    }
  }

  /** Where the mapping begins. */
  Place place() {
    return place;
  }

  /** What the mapping is called. */
  String path() {
    return path;
  }

  /** The mapping itself, to hang a finding on. */
  Placed<String> self() {
    return new Placed<>("", place, path);
  }

  /**
   * The value of a key, unless it is not there or is null. A list or mapping has the place of its
   * key, for it may begin on a later line.
   */
  Optional<Placed<YamlValue>> value(String key) {
    read.add(key);
    Entry entry = entries.get(key);
    if (entry == null || Yaml.isNull(entry.value())) {
      return Optional.empty();
    }
    Place at = entry.value() instanceof Scalar ? entry.value().place() : entry.place();
    return Optional.of(new Placed<>(entry.value(), at, child(key)));
  }

  /** The keys that begin with {@code x-}. */
  Stream<Placed<String>> extensions() {
    return entries.values().stream()
        .filter(entry -> entry.key().startsWith("x-"))
        .map(entry -> new Placed<>(entry.key(), entry.place(), child(entry.key())));
  }

  /** Whether nothing is said at all. */
  boolean isEmpty() {
    return entries.values().stream().noneMatch(entry -> Yaml.says(entry.value()));
  }

  /** Whether the key is there, with whatever value. */
  boolean has(String key) {
    return entries.containsKey(key);
  }

  /** A text; an empty one is as none. */
  Optional<Placed<String>> text(String key) {
    return rawText(key).filter(text -> !text.value().isEmpty());
  }

  /** A text, which may be empty. */
  Optional<Placed<String>> rawText(String key) {
    return value(key).flatMap(value -> scalar(value, "text"));
  }

  /** Whether something is switched on; empty when nobody said. */
  Optional<Placed<Boolean>> flag(String key) {
    return value(key)
        .flatMap(value -> scalar(value, "true or false"))
        .flatMap(text ->
            switch (text.value()) {
              case "true" -> Optional.of(text.with(true));
              case "false" -> Optional.of(text.with(false));
              default -> {
                findings.bad(text, "true or false");
                yield Optional.empty();
              }
            });
  }

  /** A whole number within bounds. */
  Optional<Placed<Long>> number(String key, long min, long max) {
    return value(key)
        .flatMap(value -> scalar(value, "a number"))
        .flatMap(text -> number(text, min, max));
  }

  /** A whole number within bounds, of a text that was read already. */
  Optional<Placed<Long>> number(Placed<String> text, long min, long max) {
    try {
      long number = Long.parseLong(text.value());
      if (number >= min && number <= max) {
        return Optional.of(text.with(number));
      }
    } catch (NumberFormatException e) {
      // Told below, as what is out of bounds.
    }
    findings.bad(
        text,
        max == Long.MAX_VALUE
            ? "a number, at least " + min
            : "a number, %d to %d".formatted(min, max));
    return Optional.empty();
  }

  /** A duration within bounds. */
  Optional<Placed<Duration>> duration(String key, Duration min, Duration max) {
    return value(key)
        .flatMap(value -> scalar(value, "a duration"))
        .flatMap(text -> {
          Optional<Duration> duration =
              DurationText.parse(text.value())
                  .filter(d -> d.compareTo(min) >= 0 && d.compareTo(max) <= 0);
          if (duration.isEmpty()) {
            findings.bad(
                text,
                "%s, %s to %s"
                    .formatted(DurationText.EXPECTED, Durations.print(min), Durations.print(max)));
          }
          return duration.map(text::with);
        });
  }

  /** Texts: a list of them, or a single one. */
  List<Placed<String>> texts(String key) {
    return value(key).map(this::texts).orElse(List.of());
  }

  /** Texts of a value that was found already. */
  List<Placed<String>> texts(Placed<YamlValue> value) {
    if (!(value.value() instanceof Sequence sequence)) {
      return scalar(value, "a list").stream().toList();
    }
    List<Placed<String>> texts = new ArrayList<>();
    for (int i = 0; i < sequence.items().size(); i++) {
      YamlValue item = sequence.items().get(i);
      scalar(new Placed<>(item, item.place(), value.path() + "[" + i + "]"), "text")
          .ifPresent(texts::add);
    }
    return texts;
  }

  /** The values of a mapping by their keys, null ones too, each with the place of its key. */
  Map<String, Placed<YamlValue>> children(String key) {
    Map<String, Placed<YamlValue>> children = new LinkedHashMap<>();
    Optional<Placed<YamlValue>> value = value(key);
    if (value.isPresent() && value.get().value() instanceof Mapping mapping) {
      for (Entry entry : mapping.entries()) {
        String name = value.get().path() + "." + entry.key();
        children.put(entry.key(), new Placed<>(entry.value(), entry.place(), name));
      }
    } else if (value.isPresent()) {
      wrongType(value.get(), "a mapping");
    }
    return children;
  }

  /** A mapping of texts. */
  List<Pair> pairs(String key) {
    List<Pair> pairs = new ArrayList<>();
    children(key)
        .forEach((name, value) -> {
          if (Yaml.isNull(value.value())) {
            pairs.add(new Pair(name, Optional.empty(), value.place(), value.path()));
          } else {
            scalar(value, "text")
                .map(text -> new Pair(name, Optional.of(text.value()), text.place(), text.path()))
                .ifPresent(pairs::add);
          }
        });
    return pairs;
  }

  /** A mapping of texts within the bounds of the contract; what has no value is empty. */
  Map<String, String> textMap(String key) {
    Map<String, String> map = new LinkedHashMap<>();
    for (Pair pair : pairs(key)) {
      String value = pair.value().orElse("");
      map.put(pair.key(), value);
      if (pair.key().isEmpty() || bytes(pair.key()) > MOST_KEY_BYTES) {
        findings.refuse(pair.placed(), "expected: a name of 1 to " + MOST_KEY_BYTES + " bytes");
      }
      if (bytes(value) > MOST_VALUE_BYTES) {
        findings.refuse(
            pair.placed(), bytes(value) + " bytes (expected: at most " + MOST_VALUE_BYTES + ")");
      }
    }
    if (map.size() > MOST_PAIRS) {
      value(key)
          .ifPresent(all ->
              findings.refuse(all, map.size() + " entries (expected: at most " + MOST_PAIRS + ")"));
    }
    return map;
  }

  private static int bytes(String text) {
    return text.getBytes(UTF_8).length;
  }

  /** A mapping within this one. */
  Optional<Fields> section(String key, KeyTable keys) {
    return value(key).flatMap(value -> section(value, keys));
  }

  /** A mapping that was found already. */
  Optional<Fields> section(Placed<YamlValue> value, KeyTable keys) {
    if (value.value() instanceof Mapping mapping) {
      return Optional.of(new Fields(mapping, value.place(), value.path(), keys, findings));
    }
    wrongType(value, "a mapping");
    return Optional.empty();
  }

  /** A list of mappings. */
  List<Fields> sections(String key, KeyTable keys) {
    Optional<Placed<YamlValue>> value = value(key);
    if (value.isEmpty()) {
      return List.of();
    }
    if (!(value.get().value() instanceof Sequence sequence)) {
      wrongType(value.get(), "a list");
      return List.of();
    }
    List<Fields> sections = new ArrayList<>();
    for (int i = 0; i < sequence.items().size(); i++) {
      YamlValue item = sequence.items().get(i);
      section(new Placed<>(item, item.place(), value.get().path() + "[" + i + "]"), keys)
          .ifPresent(sections::add);
    }
    return sections;
  }

  /** The mappings of a mapping by their names; a name without a value has an empty one. */
  Map<String, Fields> named(String key, KeyTable keys) {
    Map<String, Fields> named = new LinkedHashMap<>();
    children(key)
        .forEach((name, value) -> {
          YamlValue content =
              Yaml.isNull(value.value()) ? new Mapping(value.place(), List.of()) : value.value();
          section(value.with(content), keys).ifPresent(fields -> named.put(name, fields));
        });
    return named;
  }

  /**
   * Ends the reading. Where there is a fault already, not everything is read.
   *
   * @throws IllegalStateException when a key that is there and counts as translated was not read
   */
  void close() {
    if (!findings.noFault()) {
      return;
    }
    for (String key : entries.keySet()) {
      if (table.keys().get(key) instanceof Translated && !read.contains(key)) {
        throw new IllegalStateException(child(key) + " was not read");
      }
    }
  }

  /**
   * The text of a single value.
   *
   * @param expected what else it would have to be
   */
  Optional<Placed<String>> scalar(Placed<YamlValue> value, String expected) {
    if (value.value() instanceof Scalar scalar && scalar.kind() != Kind.NULL) {
      if (scalar.text().indexOf('\0') >= 0) {
        findings.refuse(value, "holds a NUL character (expected: text without one)");
        return Optional.empty();
      }
      return Optional.of(value.with(scalar.text()));
    }
    wrongType(value, expected);
    return Optional.empty();
  }

  private void wrongType(Placed<YamlValue> value, String expected) {
    findings.refuse(value, "%s (expected: %s)".formatted(value.value().kindName(), expected));
  }

  private String child(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
