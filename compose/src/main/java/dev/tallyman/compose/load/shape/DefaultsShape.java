package dev.tallyman.compose.load.shape;

import dev.tallyman.compose.load.tree.EntryMap;
import dev.tallyman.compose.load.tree.KeyPath;
import dev.tallyman.config.yaml.Place;
import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import java.util.function.BiConsumer;

/**
 * A mapping with something added when all files are merged.
 *
 * @param defaults adds to the entries of the completed mapping; gets the mapping's place too
 */
record DefaultsShape(Shape shape, BiConsumer<EntryMap, Place> defaults) implements Shape {

  @Override
  public String expected() {
    return shape.expected();
  }

  @Override
  public boolean nullable() {
    return shape.nullable();
  }

  @Override
  public YamlValue read(YamlValue value, KeyPath at, ShapeContext context) {
    return shape.read(value, at, context);
  }

  @Override
  public YamlValue complete(YamlValue value, KeyPath at, ShapeContext context) {
    if (!(shape.complete(value, at, context) instanceof Mapping complete)) {
      return value;
    }
    EntryMap entries = EntryMap.of(complete);
    defaults.accept(entries, complete.place());
    return entries.at(complete.place());
  }
}
