package dev.tallyman.compose.load.shape;

import dev.tallyman.compose.load.tree.KeyPath;
import dev.tallyman.compose.load.tree.Trees;
import dev.tallyman.config.yaml.Place;
import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.config.yaml.YamlValue.Kind;
import dev.tallyman.config.yaml.YamlValue.Scalar;
import dev.tallyman.config.yaml.YamlValue.Sequence;
import java.util.List;
import java.util.Optional;

/**
 * A command: a list of words, or text that is split into words as a shell does, without running
 * one. Nothing is the image's own command; an empty text or list is no command at all.
 */
final class CommandShape implements Shape {

  private static final ListShape WORDS = ListShape.of(Scalars.anyText());

  CommandShape() {}

  @Override
  public String expected() {
    return "text, or a list of text";
  }

  @Override
  public boolean nullable() {
    return true;
  }

  @Override
  public YamlValue read(YamlValue value, KeyPath at, ShapeContext context) {
    if (Trees.isNothing(value)) {
      return value;
    }
    if (value instanceof Scalar(Place place, String text, Kind kind) && kind == Kind.TEXT) {
      Optional<List<String>> words = ShellWords.split(text);
      return words.isEmpty()
          ? context.refuse(value, at, "words with every quote closed")
          : new Sequence(
              place, words.get().stream().<YamlValue>map(word -> Trees.text(place, word)).toList());
    }
    return value instanceof Sequence
        ? WORDS.read(value, at, context)
        : context.refuse(value, at, expected());
  }
}
