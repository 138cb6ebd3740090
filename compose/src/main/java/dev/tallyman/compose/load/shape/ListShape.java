package dev.tallyman.compose.load.shape;

import dev.tallyman.compose.load.tree.KeyPath;
import dev.tallyman.compose.load.tree.Trees;
import dev.tallyman.config.yaml.Place;
import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.config.yaml.YamlValue.Sequence;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A list of values of one shape.
 *
 * @param twice what is done with a single value that says the same as an earlier one
 * @param single whether one value may stand for a list with it
 */
record ListShape(Shape items, Twice twice, boolean single) implements Shape {

  /** What may be done with an item that says the same as an earlier one. */
  enum Twice {
    KEPT,
    DROPPED,
    REFUSED
  }

  /** A list in which items may repeat. */
  static ListShape of(Shape items) {
    return new ListShape(items, Twice.KEPT, false);
  }

  /** A list in which repeated items count once. */
  static ListShape set(Shape items) {
    return new ListShape(items, Twice.DROPPED, false);
  }

  /** A list in which items must not repeat. */
  static ListShape unique(Shape items) {
    return new ListShape(items, Twice.REFUSED, false);
  }

  /** One value or a list in which repeated items count once. */
  static ListShape oneOrMore(Shape items) {
    return new ListShape(items, Twice.DROPPED, true);
  }

  @Override
  public String expected() {
    return (single ? items.expected() + ", or a list" : "a list") + " of " + items.expected();
  }

  @Override
  public YamlValue read(YamlValue value, KeyPath at, ShapeContext context) {
    if (single && !(value instanceof Sequence)) {
      YamlValue only = items.read(value, at, context);
      return Trees.isNothing(only)
          ? only
          : new Sequence(value.place(), items.saysNothing(only) ? List.of() : List.of(only));
    }
    if (!(value instanceof Sequence(Place place, List<YamlValue> written))) {
      return context.refuse(value, at, expected());
    }
    List<YamlValue> read = new ArrayList<>();
    Set<String> texts = new HashSet<>();
    for (int i = 0; i < written.size(); i++) {
      YamlValue item = items.read(written.get(i), at.item(i), context);
      if (Trees.isNothing(item) || (single && items.saysNothing(item))) {
        continue;
      }
      Optional<String> text = Trees.text(item);
      if (twice == Twice.KEPT || text.isEmpty() || texts.add(text.get())) {
        read.add(item);
      } else if (twice == Twice.REFUSED) {
        context.fault(item.place(), at.item(i), text.get() + ": given twice");
      }
    }
    return new Sequence(place, read);
  }

  @Override
  public YamlValue complete(YamlValue value, KeyPath at, ShapeContext context) {
    if (!(value instanceof Sequence(Place place, List<YamlValue> read))) {
      return value;
    }
    List<YamlValue> complete = new ArrayList<>();
    for (int i = 0; i < read.size(); i++) {
      complete.add(items.complete(read.get(i), at.item(i), context));
    }
    return new Sequence(place, complete);
  }
}
