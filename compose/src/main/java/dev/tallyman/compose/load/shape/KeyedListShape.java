package dev.tallyman.compose.load.shape;

import dev.tallyman.compose.load.tree.KeyPath;
import dev.tallyman.compose.load.tree.Trees;
import dev.tallyman.config.yaml.Place;
import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.config.yaml.YamlValue.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A list of things that are told apart by something they have. The same thing twice counts once;
 * two different things that cannot be told apart are refused.
 *
 * @param identity what tells items apart, in canonical form
 * @param single whether one item may stand for a list with it
 */
record KeyedListShape(Shape items, Function<YamlValue, String> identity, boolean single)
    implements Shape {

  @Override
  public String expected() {
    return (single ? items.expected() + ", or a list" : "a list") + " of " + items.expected();
  }

  @Override
  public YamlValue read(YamlValue value, KeyPath at, ShapeContext context) {
    if (!(value instanceof Sequence(Place place, List<YamlValue> written))) {
      if (!single) {
        return context.refuse(value, at, expected());
      }
      YamlValue only = items.read(value, at, context);
      return Trees.isNothing(only) ? only : new Sequence(value.place(), List.of(only));
    }
    Map<String, YamlValue> read = new LinkedHashMap<>();
    for (int i = 0; i < written.size(); i++) {
      YamlValue item = items.read(written.get(i), at.item(i), context);
      YamlValue other = Trees.isNothing(item) ? null : read.putIfAbsent(identity.apply(item), item);
      if (other != null && !Trees.same(other, item)) {
        context.fault(
            item.place(),
            at.item(i),
            identity.apply(item) + ": given twice, first at line " + other.place().line());
      }
    }
    return new Sequence(place, List.copyOf(read.values()));
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
