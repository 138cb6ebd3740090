package dev.tallyman.compose.load.shape;

import dev.tallyman.compose.load.tree.EntryMap;
import dev.tallyman.compose.load.tree.KeyPath;
import dev.tallyman.compose.load.tree.Trees;
import dev.tallyman.config.yaml.Place;
import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.config.yaml.YamlValue.Kind;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import dev.tallyman.config.yaml.YamlValue.Scalar;
import java.util.List;

/** A device: {@code SOURCE[:TARGET[:PERMISSIONS]]}, or a mapping. */
final class DeviceShape implements Shape {

  private static final String SHORT = "SOURCE[:TARGET[:PERMISSIONS]]";
  private static final StructShape LONG =
      StructShape.of("a device")
          .withRequired("source", Scalars.text())
          .withRequired("target", Scalars.text())
          .with("permissions", Scalars.text());

  DeviceShape() {}

  @Override
  public String expected() {
    return SHORT + ", or a mapping";
  }

  @Override
  public YamlValue read(YamlValue value, KeyPath at, ShapeContext context) {
    if (value instanceof Mapping) {
      return LONG.read(value, at, context);
    }
    if (!(value instanceof Scalar(Place place, String text, Kind kind)) || kind != Kind.TEXT) {
      return context.refuse(value, at, expected());
    }
    List<String> parts = List.of(text.split(":", -1));
    if (parts.size() > 3 || parts.contains("")) {
      return context.refuse(value, at, SHORT);
    }
    return new EntryMap()
        .put("source", Trees.text(place, parts.getFirst()))
        .put("target", Trees.text(place, parts.size() > 1 ? parts.get(1) : parts.getFirst()))
        .put("permissions", Trees.text(place, parts.size() > 2 ? parts.get(2) : "rwm"))
        .at(place);
  }

  @Override
  public YamlValue complete(YamlValue value, KeyPath at, ShapeContext context) {
    return LONG.complete(value, at, context);
  }
}
