package dev.tallyman.compose.load.shape;

import dev.tallyman.compose.load.tree.EntryMap;
import dev.tallyman.compose.load.tree.KeyPath;
import dev.tallyman.compose.load.tree.Trees;
import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.config.yaml.YamlValue.Entry;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A mapping with known keys. Keys that begin with {@code x-} are kept as they are; others that are
 * not known are faults.
 */
final class StructShape implements Shape {

  private final String what;
  private final boolean nullable;
  private final Map<String, Shape> fields;
  private final Set<String> required;

  private StructShape(
      String what, boolean nullable, Map<String, Shape> fields, Set<String> required) {
    this.what = what;
    this.nullable = nullable;
    this.fields = fields;
    this.required = required;
  }

  /** A mapping without keys so far. */
  static StructShape of(String what) {
    return new StructShape(what, false, Map.of(), Set.of());
  }

  /** With one more key. */
  StructShape with(String key, Shape shape) {
    Map<String, Shape> more = new LinkedHashMap<>(fields);
    more.put(key, shape);
    return new StructShape(what, nullable, more, required);
  }

  /** With several keys of the same shape. */
  StructShape withAll(Shape shape, String... keys) {
    StructShape result = this;
    for (String key : keys) {
      result = result.with(key, shape);
    }
    return result;
  }

  /** With one more key, which must be there when all files are merged. */
  StructShape withRequired(String key, Shape shape) {
    Set<String> more = new LinkedHashSet<>(required);
    more.add(key);
    return new StructShape(what, nullable, with(key, shape).fields, more);
  }

  /** With all keys of another. */
  StructShape withAll(StructShape other) {
    StructShape result = this;
    for (Map.Entry<String, Shape> field : other.fields.entrySet()) {
      result = result.with(field.getKey(), field.getValue());
    }
    return result;
  }

  /** The same where nothing may stand for the mapping. */
  StructShape orNothing() {
    return new StructShape(what, true, fields, required);
  }

  Set<String> keys() {
    return fields.keySet();
  }

  @Override
  public String expected() {
    return "a mapping: " + what;
  }

  @Override
  public boolean nullable() {
    return nullable;
  }

  @Override
  public YamlValue read(YamlValue value, KeyPath at, ShapeContext context) {
    if (nullable && Trees.isNothing(value)) {
      return value;
    }
    if (!(value instanceof Mapping mapping)) {
      return context.refuse(value, at, expected());
    }
    EntryMap read = new EntryMap();
    for (Entry entry : mapping.entries()) {
      Shape shape = fields.get(entry.key());
      if (shape != null) {
        YamlValue field = entry.value();
        read.put(
            new Entry(
                entry.place(),
                entry.key(),
                Trees.isNothing(field) && !shape.nullable()
                    ? field
                    : shape.read(field, at.key(entry.key()), context)));
      } else if (entry.key().startsWith("x-")) {
        read.put(entry);
      } else {
        context.fault(
            entry.place(),
            at.key(entry.key()),
            "unknown key" + context.didYouMean(entry.key(), new TreeSet<>(fields.keySet())));
      }
    }
    return read.at(mapping.place());
  }

  @Override
  public YamlValue complete(YamlValue value, KeyPath at, ShapeContext context) {
    if (!(value instanceof Mapping mapping)) {
      return value;
    }
    EntryMap complete = new EntryMap();
    Set<String> missing = new LinkedHashSet<>(required);
    for (Entry entry : mapping.entries()) {
      Shape shape = fields.get(entry.key());
      if (shape == null) {
        complete.put(entry);
        continue;
      }
      YamlValue field = entry.value();
      if (Trees.isNothing(field) && !shape.nullable()) {
        missing.remove(entry.key());
        if (context.wasRefused(field)) {
          complete.put(entry);
        } else {
          context.fault(
              entry.place(), at.key(entry.key()), "nothing (expected: " + shape.expected() + ")");
        }
      } else if (!shape.saysNothing(field)) {
        missing.remove(entry.key());
        complete.put(
            new Entry(
                entry.place(), entry.key(), shape.complete(field, at.key(entry.key()), context)));
      }
    }
    missing.forEach(key -> context.fault(mapping.place(), at, "the key " + key + " is missing"));
    return complete.at(mapping.place());
  }
}
