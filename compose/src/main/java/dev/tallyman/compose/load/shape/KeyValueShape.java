package dev.tallyman.compose.load.shape;

import dev.tallyman.compose.load.tree.EntryMap;
import dev.tallyman.compose.load.tree.KeyPath;
import dev.tallyman.compose.load.tree.Trees;
import dev.tallyman.config.yaml.Place;
import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.config.yaml.YamlValue.Entry;
import dev.tallyman.config.yaml.YamlValue.Kind;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import dev.tallyman.config.yaml.YamlValue.Scalar;
import dev.tallyman.config.yaml.YamlValue.Sequence;
import java.util.List;

/**
 * Pairs, written as a mapping or as a list of {@code key=value}; the canonical form is a mapping of
 * texts. In a list the later of two wins.
 *
 * @param lone what a key without a value means
 */
record KeyValueShape(Lone lone) implements Shape {

  /** What a key without a value means. */
  enum Lone {
    /** The value comes from outside, later. */
    ASKED_FOR,
    /** The value is empty. */
    EMPTY
  }

  @Override
  public String expected() {
    return "a mapping, or a list of KEY=VALUE";
  }

  @Override
  public YamlValue read(YamlValue value, KeyPath at, ShapeContext context) {
    return switch (value) {
      case Mapping(Place place, List<Entry> entries) -> {
        EntryMap read = new EntryMap();
        entries.forEach(entry -> pair(entry, at.key(entry.key()), context, read));
        yield read.at(place);
      }
      case Sequence(Place place, List<YamlValue> items) -> {
        EntryMap read = new EntryMap();
        for (int i = 0; i < items.size(); i++) {
          item(items.get(i), at.item(i), context, read);
        }
        yield read.at(place);
      }
      case Scalar scalar -> context.refuse(scalar, at, expected());
    };
  }

  private void pair(Entry entry, KeyPath at, ShapeContext context, EntryMap read) {
    if (!(entry.value() instanceof Scalar scalar)) {
      context.refuse(entry.value(), at, "text, a number, true or false");
    } else if (entry.key().isEmpty()) {
      context.fault(entry.place(), at, "the key is empty");
    } else {
      Scalar text =
          scalar.kind() == Kind.NULL ? withoutValue(scalar.place()) : Scalars.asText(scalar);
      read.put(new Entry(entry.place(), entry.key(), text));
    }
  }

  private void item(YamlValue item, KeyPath at, ShapeContext context, EntryMap read) {
    if (!(item instanceof Scalar(Place place, String text, Kind kind)) || kind != Kind.TEXT) {
      context.refuse(item, at, "KEY=VALUE");
      return;
    }
    int equals = text.indexOf('=');
    String key = equals < 0 ? text : text.substring(0, equals);
    if (key.isEmpty() || Character.isWhitespace(key.charAt(key.length() - 1))) {
      context.refuse(item, at, "KEY=VALUE with no blank before the =");
      return;
    }
    read.put(key, equals < 0 ? withoutValue(place) : Trees.text(place, text.substring(equals + 1)));
  }

  private Scalar withoutValue(Place place) {
    return switch (lone) {
      case ASKED_FOR -> Trees.nothing(place);
      case EMPTY -> Trees.text(place, "");
    };
  }
}
