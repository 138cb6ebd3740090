package dev.tallyman.compose.load.shape;

import dev.tallyman.compose.load.tree.EntryMap;
import dev.tallyman.compose.load.tree.KeyPath;
import dev.tallyman.compose.load.tree.Trees;
import dev.tallyman.config.yaml.Place;
import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.config.yaml.YamlValue.Kind;
import dev.tallyman.config.yaml.YamlValue.Scalar;

/**
 * A mapping for which one text may stand.
 *
 * @param key what the text is the value of
 */
record ShortFormShape(String key, Shape longForm) implements Shape {

  @Override
  public String expected() {
    return "text, or " + longForm.expected();
  }

  @Override
  public YamlValue read(YamlValue value, KeyPath at, ShapeContext context) {
    if (value instanceof Scalar(Place place, String text, Kind kind) && kind == Kind.TEXT) {
      return longForm.read(new EntryMap().put(key, Trees.text(place, text)).at(place), at, context);
    }
    return value instanceof Scalar
        ? context.refuse(value, at, expected())
        : longForm.read(value, at, context);
  }

  @Override
  public YamlValue complete(YamlValue value, KeyPath at, ShapeContext context) {
    return longForm.complete(value, at, context);
  }
}
