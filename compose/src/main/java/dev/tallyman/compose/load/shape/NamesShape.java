package dev.tallyman.compose.load.shape;

import dev.tallyman.compose.load.tree.EntryMap;
import dev.tallyman.compose.load.tree.KeyPath;
import dev.tallyman.compose.load.tree.Trees;
import dev.tallyman.config.yaml.Place;
import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.config.yaml.YamlValue.Sequence;
import java.util.function.Function;

/**
 * A mapping by name for which a list of the names may stand.
 *
 * @param plain what a name in the list stands for
 */
record NamesShape(MapShape map, Function<Place, YamlValue> plain) implements Shape {

  private static final ListShape NAMES = ListShape.unique(Scalars.text());

  @Override
  public String expected() {
    return "a list of names, or " + map.expected();
  }

  @Override
  public YamlValue read(YamlValue value, KeyPath at, ShapeContext context) {
    if (!(value instanceof Sequence)) {
      return map.read(value, at, context);
    }
    EntryMap named = new EntryMap();
    Trees.items(NAMES.read(value, at, context))
        .forEach(item ->
            Trees.text(item)
                .ifPresent(name ->
                    named.put(new YamlValue.Entry(item.place(), name, plain.apply(item.place())))));
    return map.read(named.at(value.place()), at, context);
  }

  @Override
  public YamlValue complete(YamlValue value, KeyPath at, ShapeContext context) {
    return map.complete(value, at, context);
  }
}
