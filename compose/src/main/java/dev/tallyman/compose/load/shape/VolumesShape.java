package dev.tallyman.compose.load.shape;

import dev.tallyman.compose.load.tree.EntryMap;
import dev.tallyman.compose.load.tree.KeyPath;
import dev.tallyman.compose.load.tree.Trees;
import dev.tallyman.config.yaml.Place;
import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.config.yaml.YamlValue.Kind;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import dev.tallyman.config.yaml.YamlValue.Scalar;
import dev.tallyman.config.yaml.YamlValue.Sequence;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The mounts of a service: short or long forms. Two on one target are refused within a file. */
final class VolumesShape implements Shape {

  private static final StructShape LONG =
      StructShape.of("a mount")
          .withRequired(
              "type", Scalars.word("bind", "volume", "tmpfs", "cluster", "npipe", "image"))
          .with("source", Scalars.text())
          .withRequired("target", Scalars.text())
          .with("read_only", Scalars.bool())
          .with("consistency", Scalars.text())
          .with(
              "bind",
              StructShape.of("options of a bind mount")
                  .with(
                      "propagation",
                      Scalars.word("rprivate", "private", "rshared", "shared", "rslave", "slave"))
                  .with("create_host_path", Scalars.bool())
                  .with("recursive", Scalars.word("enabled", "disabled", "writable", "readonly"))
                  .with("selinux", Scalars.word("z", "Z")))
          .with(
              "volume",
              StructShape.of("options of a volume")
                  .with("labels", new KeyValueShape(KeyValueShape.Lone.EMPTY))
                  .with("nocopy", Scalars.bool())
                  .with("subpath", Scalars.text()))
          .with(
              "tmpfs",
              StructShape.of("options of a tmpfs")
                  .with("size", ByteAmounts.wholeOnly())
                  .with("mode", Scalars.modeNumber()))
          .with("image", StructShape.of("options of an image").with("subpath", Scalars.text()));

  VolumesShape() {}

  @Override
  public String expected() {
    return "a list of mounts";
  }

  @Override
  public YamlValue read(YamlValue value, KeyPath at, ShapeContext context) {
    if (!(value instanceof Sequence(Place place, List<YamlValue> items))) {
      return context.refuse(value, at, expected());
    }
    Map<String, YamlValue> mounts = new LinkedHashMap<>();
    for (int i = 0; i < items.size(); i++) {
      YamlValue mount = mount(items.get(i), at.item(i), context);
      if (Trees.isNothing(mount)) {
        continue;
      }
      YamlValue other = mounts.putIfAbsent(Identity.ofTarget(mount), mount);
      if (other != null && !Trees.same(other, mount)) {
        context.fault(
            mount.place(),
            at.item(i),
            Identity.ofTarget(mount)
                + ": something is mounted there already, at line "
                + other.place().line());
      }
    }
    return new Sequence(place, List.copyOf(mounts.values()));
  }

  private static YamlValue mount(YamlValue item, KeyPath at, ShapeContext context) {
    if (item instanceof Scalar(Place place, String text, Kind kind) && kind == Kind.TEXT) {
      return VolumeSpec.read(place, text, at, context);
    }
    if (!(item instanceof Mapping)) {
      return context.refuse(item, at, VolumeSpec.EXPECTED + ", or a mapping");
    }
    return LONG.read(item, at, context) instanceof Mapping read
        ? canonical(read, at, context)
        : Trees.nothing(item.place());
  }

  private static YamlValue canonical(Mapping read, KeyPath at, ShapeContext context) {
    EntryMap mount = EntryMap.of(read);
    Optional<YamlValue> source = Trees.get(read, "source");
    if (Trees.text(read, "type").filter("bind"::equals).isPresent() && source.isPresent()) {
      mount.replace("source", Paths.shape().read(source.get(), at.key("source"), context));
    }
    Trees.get(read, "target")
        .ifPresent(target ->
            Trees.text(target)
                .ifPresent(text ->
                    mount.replace("target", Trees.text(target.place(), Paths.cleanTarget(text)))));
    if (Trees.get(read, "read_only").filter(flag -> !Trees.isTrue(flag)).isPresent()) {
      mount.remove("read_only");
    }
    return mount.at(read.place());
  }

  @Override
  public YamlValue complete(YamlValue value, KeyPath at, ShapeContext context) {
    if (!(value instanceof Sequence(Place place, List<YamlValue> mounts))) {
      return value;
    }
    return new Sequence(
        place,
        mounts.stream()
            .map(mount -> {
              YamlValue complete = LONG.complete(mount, at, context);
              if (Trees.text(complete, "type").filter("bind"::equals).isPresent()
                  && Trees.get(complete, "source").isEmpty()) {
                context.fault(
                    mount.place(), at, "the key source is missing, which a bind mount needs");
              }
              return complete;
            })
            .toList());
  }
}
