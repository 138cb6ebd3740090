package dev.tallyman.compose.load.shape;

import dev.tallyman.compose.load.tree.KeyPath;
import dev.tallyman.compose.load.tree.Trees;
import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.config.yaml.YamlValue.Scalar;
import java.util.Optional;
import java.util.function.Function;

/**
 * A single value.
 *
 * @param reading its canonical form; empty when it has the wrong form
 * @param emptySaysNothing whether an empty text is as good as no key
 */
record ScalarShape(
    String expected, boolean emptySaysNothing, Function<Scalar, Optional<Scalar>> reading)
    implements Shape {

  static ScalarShape of(String expected, Function<Scalar, Optional<Scalar>> reading) {
    return new ScalarShape(expected, false, reading);
  }

  @Override
  public YamlValue read(YamlValue value, KeyPath at, ShapeContext context) {
    Optional<Scalar> read =
        value instanceof Scalar scalar
            ? emptySaysNothing && Trees.isEmptyText(scalar)
                ? Optional.of(scalar)
                : reading.apply(scalar)
            : Optional.empty();
    return read.isPresent() ? read.get() : context.refuse(value, at, expected);
  }

  @Override
  public boolean saysNothing(YamlValue value) {
    return Trees.isNothing(value) || (emptySaysNothing && Trees.isEmptyText(value));
  }
}
