package dev.tallyman.compose.load.shape;

import dev.tallyman.compose.load.tree.KeyPath;
import dev.tallyman.compose.load.tree.Trees;
import dev.tallyman.config.yaml.Place;
import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.config.yaml.YamlValue.Kind;
import dev.tallyman.config.yaml.YamlValue.Scalar;
import dev.tallyman.config.yaml.YamlValue.Sequence;
import java.util.List;

/** The test of a health check: text for a shell, or a list that begins with how to run it. */
final class TestShape implements Shape {

  private static final ListShape WORDS = ListShape.of(Scalars.anyText());

  TestShape() {}

  @Override
  public String expected() {
    return "text, or a list that begins with NONE, CMD or CMD-SHELL";
  }

  @Override
  public YamlValue read(YamlValue value, KeyPath at, ShapeContext context) {
    if (value instanceof Scalar(Place place, String _, Kind kind) && kind == Kind.TEXT) {
      return new Sequence(place, List.of(Trees.text(place, "CMD-SHELL"), value));
    }
    if (!(value instanceof Sequence)) {
      return context.refuse(value, at, expected());
    }
    YamlValue read = WORDS.read(value, at, context);
    List<String> words = Trees.items(read).flatMap(word -> Trees.text(word).stream()).toList();
    boolean fits =
        words.isEmpty()
            || switch (words.getFirst()) {
              case "NONE" -> true;
              case "CMD" -> words.size() >= 2;
              case "CMD-SHELL" -> words.size() == 2;
              default -> false;
            };
    return fits
        ? read
        : context.refuseBecause(
            value,
            at,
            words
                + " (expected: NONE, or CMD and a command with its arguments, or CMD-SHELL and one"
                + " line for the shell)");
  }
}
