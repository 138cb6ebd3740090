package dev.tallyman.compose.load.shape;

import dev.tallyman.compose.load.tree.EntryMap;
import dev.tallyman.compose.load.tree.KeyPath;
import dev.tallyman.compose.load.tree.Trees;
import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import java.util.Optional;

/**
 * A volume of the project. The local driver's way to bind a path of this machine takes relative
 * paths.
 */
record VolumeResourceShape(ResourceShape shape) implements Shape {

  @Override
  public String expected() {
    return shape.expected();
  }

  @Override
  public boolean nullable() {
    return shape.nullable();
  }

  @Override
  public YamlValue read(YamlValue value, KeyPath at, ShapeContext context) {
    YamlValue read = shape.read(value, at, context);
    Optional<YamlValue> options = Trees.get(read, "driver_opts");
    Optional<String> device = options.flatMap(o -> Trees.text(o, "device"));
    if (!(read instanceof Mapping volume)
        || !(options.orElse(read) instanceof Mapping drive)
        || device.isEmpty()
        || Trees.text(read, "driver").filter("local"::equals).isEmpty()
        || Trees.text(drive, "o").filter("bind"::equals).isEmpty()) {
      return read;
    }
    return Paths.absolute(device.get(), context.directory(), context.home())
        .<YamlValue>map(path ->
            EntryMap.of(volume)
                .replace(
                    "driver_opts",
                    EntryMap.of(drive)
                        .replace("device", Trees.text(drive.place(), path))
                        .at(drive.place()))
                .at(volume.place()))
        .orElse(read);
  }

  @Override
  public YamlValue complete(YamlValue value, KeyPath at, ShapeContext context) {
    return shape.complete(value, at, context);
  }
}
