package dev.tallyman.compose.load.shape;

import dev.tallyman.compose.load.tree.KeyPath;
import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.config.yaml.YamlValue.Mapping;

/** A limit of a process: one number for both, or a soft and a hard one; -1 is no limit. */
final class UlimitShape implements Shape {

  private static final Shape NUMBER = Scalars.whole(-1, Long.MAX_VALUE);
  private static final StructShape BOTH =
      StructShape.of("soft and hard").withRequired("soft", NUMBER).withRequired("hard", NUMBER);

  UlimitShape() {}

  @Override
  public String expected() {
    return "a whole number, or soft and hard";
  }

  @Override
  public YamlValue read(YamlValue value, KeyPath at, ShapeContext context) {
    return value instanceof Mapping
        ? BOTH.read(value, at, context)
        : NUMBER.read(value, at, context);
  }

  @Override
  public YamlValue complete(YamlValue value, KeyPath at, ShapeContext context) {
    return BOTH.complete(value, at, context);
  }
}
