package dev.tallyman.compose.load.tree;

import dev.tallyman.config.yaml.Place;
import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.config.yaml.YamlValue.Entry;
import dev.tallyman.config.yaml.YamlValue.Kind;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import dev.tallyman.config.yaml.YamlValue.Scalar;
import dev.tallyman.config.yaml.YamlValue.Sequence;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Makes and asks YAML values. */
public final class Trees {

  private Trees() {}

  /** A text. */
  public static Scalar text(Place place, String text) {
    return new Scalar(place, text, Kind.TEXT);
  }

  /** A number, in decimal. */
  public static Scalar number(Place place, long number) {
    return new Scalar(place, Long.toString(number), Kind.NUMBER);
  }

  /** True or false. */
  public static Scalar bool(Place place, boolean bool) {
    return new Scalar(place, Boolean.toString(bool), Kind.BOOLEAN);
  }

  /** Nothing. */
  public static Scalar nothing(Place place) {
    return new Scalar(place, "", Kind.NULL);
  }

  /** Whether there is nothing. */
  public static boolean isNothing(YamlValue value) {
    return value instanceof Scalar(Place _, String _, Kind kind) && kind == Kind.NULL;
  }

  /** Whether it is an empty text. */
  public static boolean isEmptyText(YamlValue value) {
    return value instanceof Scalar(Place _, String text, Kind kind)
        && kind == Kind.TEXT
        && text.isEmpty();
  }

  /** Whether it is the given truth. */
  public static boolean isTrue(YamlValue value) {
    return value instanceof Scalar(Place _, String text, Kind kind)
        && kind == Kind.BOOLEAN
        && Boolean.parseBoolean(text);
  }

  /** The value at a key; nothing counts as absent. */
  public static Optional<YamlValue> get(YamlValue value, String key) {
    return entry(value, key).map(Entry::value).filter(found -> !isNothing(found));
  }

  /** The entry of a key, whatever its value. */
  public static Optional<Entry> entry(YamlValue value, String key) {
    return entries(value).filter(entry -> entry.key().equals(key)).findFirst();
  }

  /** The entries of a mapping; none of anything else. */
  public static Stream<Entry> entries(YamlValue value) {
    return value instanceof Mapping(Place _, List<Entry> entries)
        ? entries.stream()
        : Stream.empty();
  }

  /** The entries of the mapping at a key. */
  public static Stream<Entry> entries(YamlValue value, String key) {
    return get(value, key).stream().flatMap(Trees::entries);
  }

  /** The items of the list at a key. */
  public static Stream<YamlValue> items(YamlValue value, String key) {
    return get(value, key).stream().flatMap(Trees::items);
  }

  /** The items of a list; none of anything else. */
  public static Stream<YamlValue> items(YamlValue value) {
    return value instanceof Sequence(Place _, List<YamlValue> items)
        ? items.stream()
        : Stream.empty();
  }

  /** The text of a single value; empty for collections and nothing. */
  public static Optional<String> text(YamlValue value) {
    return value instanceof Scalar(Place _, String text, Kind kind) && kind != Kind.NULL
        ? Optional.of(text)
        : Optional.empty();
  }

  /** The text of the single value at a key. */
  public static Optional<String> text(YamlValue value, String key) {
    return get(value, key).flatMap(Trees::text);
  }

  /** Whether two values say the same, wherever they stand and in whatever order their keys come. */
  public static boolean same(YamlValue a, YamlValue b) {
    return switch (a) {
      case Scalar(Place _, String text, Kind kind) ->
          b instanceof Scalar(Place _, String other, Kind otherKind)
              && kind == otherKind
              && (kind == Kind.NULL || text.equals(other));
      case Sequence(Place _, List<YamlValue> items) ->
          b instanceof Sequence(Place _, List<YamlValue> others)
              && items.size() == others.size()
              && allSame(items, others);
      case Mapping mapping ->
          b instanceof Mapping other
              && mapping.entries().size() == other.entries().size()
              && sameEntries(mapping, other);
    };
  }

  private static boolean allSame(List<YamlValue> items, List<YamlValue> others) {
    for (int i = 0; i < items.size(); i++) {
      if (!same(items.get(i), others.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean sameEntries(Mapping a, Mapping b) {
    EntryMap others = EntryMap.of(b);
    return a.entries().stream()
        .allMatch(entry -> others.get(entry.key()).filter(v -> same(entry.value(), v)).isPresent());
  }
}
