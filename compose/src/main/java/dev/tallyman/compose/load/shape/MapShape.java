package dev.tallyman.compose.load.shape;

import dev.tallyman.compose.load.tree.EntryMap;
import dev.tallyman.compose.load.tree.KeyPath;
import dev.tallyman.compose.load.tree.Trees;
import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.config.yaml.YamlValue.Entry;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import java.util.regex.Pattern;

/**
 * A mapping with names that the writer chooses. Names that begin with {@code x-} are names like any
 * other.
 *
 * @param names what a name looks like
 * @param keepsNothing whether nothing is kept as a value of a name
 */
record MapShape(String what, Pattern names, Shape values, boolean keepsNothing) implements Shape {

  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9._-]+");
  private static final Pattern ANY = Pattern.compile("(?s).+");

  /** A mapping with names of resources or services. */
  static MapShape named(String what, Shape values) {
    return new MapShape(what, NAME, values, values.nullable());
  }

  /** A mapping with any names. */
  static MapShape free(String what, Shape values) {
    return new MapShape(what, ANY, values, false);
  }

  @Override
  public String expected() {
    return "a mapping: " + what;
  }

  @Override
  public YamlValue read(YamlValue value, KeyPath at, ShapeContext context) {
    if (!(value instanceof Mapping mapping)) {
      return context.refuse(value, at, expected());
    }
    EntryMap read = new EntryMap();
    for (Entry entry : mapping.entries()) {
      KeyPath here = at.key(entry.key());
      if (!names.matcher(entry.key()).matches()) {
        context.fault(entry.place(), here, "not a name (expected: letters, digits, dot, - and _)");
        continue;
      }
      boolean nothing = Trees.isNothing(entry.value()) && !values.nullable();
      read.put(
          new Entry(
              entry.place(),
              entry.key(),
              nothing ? entry.value() : values.read(entry.value(), here, context)));
    }
    return read.at(mapping.place());
  }

  @Override
  public YamlValue complete(YamlValue value, KeyPath at, ShapeContext context) {
    if (!(value instanceof Mapping mapping)) {
      return value;
    }
    EntryMap complete = new EntryMap();
    for (Entry entry : mapping.entries()) {
      KeyPath here = at.key(entry.key());
      boolean nothing = Trees.isNothing(entry.value());
      if (nothing && !values.nullable()) {
        if (!context.wasRefused(entry.value())) {
          context.fault(entry.place(), here, "nothing (expected: " + values.expected() + ")");
        }
      } else if (!nothing || keepsNothing) {
        complete.put(
            new Entry(entry.place(), entry.key(), values.complete(entry.value(), here, context)));
      }
    }
    return complete.at(mapping.place());
  }
}
