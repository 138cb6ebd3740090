package dev.tallyman.compose.load.shape;

import dev.tallyman.compose.load.tree.KeyPath;
import dev.tallyman.config.yaml.YamlValue;

/** Anything at all. */
final class AnyShape implements Shape {

  AnyShape() {}

  @Override
  public String expected() {
    return "anything";
  }

  @Override
  public YamlValue read(YamlValue value, KeyPath at, ShapeContext context) {
    return value;
  }
}
