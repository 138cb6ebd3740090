package dev.tallyman.compose.load.shape;

import dev.tallyman.compose.load.tree.EntryMap;
import dev.tallyman.compose.load.tree.KeyPath;
import dev.tallyman.compose.load.tree.Trees;
import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.config.yaml.YamlValue.Sequence;
import java.util.List;

/** GPUs: {@code all}, or a list of requests. */
final class GpusShape implements Shape {

  private static final ListShape REQUESTS = ListShape.of(DeployShapes.deviceRequest());

  GpusShape() {}

  @Override
  public String expected() {
    return "all, or a list of requests";
  }

  @Override
  public YamlValue read(YamlValue value, KeyPath at, ShapeContext context) {
    if (Trees.text(value).filter("all"::equals).isPresent()) {
      return new Sequence(
          value.place(),
          List.of(new EntryMap().put("count", Trees.text(value.place(), "all")).at(value.place())));
    }
    return value instanceof Sequence
        ? REQUESTS.read(value, at, context)
        : context.refuse(value, at, expected());
  }
}
