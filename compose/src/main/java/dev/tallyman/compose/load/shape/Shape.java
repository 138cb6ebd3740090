package dev.tallyman.compose.load.shape;

import dev.tallyman.compose.load.tree.KeyPath;
import dev.tallyman.compose.load.tree.Trees;
import dev.tallyman.config.yaml.YamlValue;

/**
 * What a value may be. A value is read when it comes from its file, which checks it and turns short
 * forms into long ones, and completed when all files are merged, which asks for what must be there
 * and fills in defaults. Immutable.
 */
public interface Shape {

  /** What is expected, to follow "expected: ". */
  String expected();

  /**
   * The value of one file in long form. What cannot be used is a fault, and nothing takes its
   * place. Nothing is a fault too, unless the shape is {@link #nullable}; a mapping keeps nothing
   * for keys that a merge may fill, and does not ask their shapes.
   */
  YamlValue read(YamlValue value, KeyPath at, ShapeContext context);

  /** The merged value with its defaults. */
  default YamlValue complete(YamlValue value, KeyPath at, ShapeContext context) {
    return value;
  }

  /** Whether nothing is a value of this shape. */
  default boolean nullable() {
    return false;
  }

  /** Whether a value of this shape says as much as if its key were not there. */
  default boolean saysNothing(YamlValue value) {
    return Trees.isNothing(value);
  }
}
