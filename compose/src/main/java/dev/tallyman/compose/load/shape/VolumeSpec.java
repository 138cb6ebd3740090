package dev.tallyman.compose.load.shape;

import dev.tallyman.compose.load.tree.EntryMap;
import dev.tallyman.compose.load.tree.KeyPath;
import dev.tallyman.compose.load.tree.Trees;
import dev.tallyman.config.yaml.Place;
import dev.tallyman.config.yaml.YamlValue;
import java.util.List;
import java.util.Optional;

/**
 * A volume in short form: {@code [SOURCE:]TARGET[:OPTIONS]}. A source that begins with {@code .},
 * {@code /} or {@code ~} is a path of this machine, any other one the name of a volume. Windows
 * paths are not known: {@code d:/data} is the volume {@code d}.
 */
final class VolumeSpec {

  static final String EXPECTED = "[SOURCE:]TARGET[:OPTIONS]";

  private VolumeSpec() {}

  static YamlValue read(Place place, String text, KeyPath at, ShapeContext context) {
    YamlValue written = Trees.text(place, text);
    List<String> parts = List.of(text.split(":", -1));
    if (parts.size() > 3 || parts.contains("")) {
      return context.refuse(written, at, EXPECTED + " with no empty part");
    }
    EntryMap volume = new EntryMap();
    EntryMap bind = new EntryMap();
    if (parts.size() == 1) {
      volume.put("type", Trees.text(place, "volume"));
      volume.put("target", Trees.text(place, Paths.cleanTarget(text)));
      return volume.at(place);
    }
    String source = parts.getFirst();
    boolean path = source.startsWith(".") || source.startsWith("/") || source.startsWith("~");
    Optional<String> resolved =
        path ? Paths.absolute(source, context.directory(), context.home()) : Optional.of(source);
    if (resolved.isEmpty()) {
      return context.refuse(written, at, Paths.shape().expected());
    }
    volume.put("type", Trees.text(place, path ? "bind" : "volume"));
    volume.put("source", Trees.text(place, resolved.get()));
    volume.put("target", Trees.text(place, Paths.cleanTarget(parts.get(1))));
    if (parts.size() == 3) {
      for (String option : parts.get(2).split(",", -1)) {
        if (!option(option, place, volume, bind, at, context)) {
          return context.refuse(
              Trees.text(place, option),
              at,
              "ro, rw, nocopy, z, Z or a kind of propagation such as rshared");
        }
      }
    }
    if (path) {
      bind.put("create_host_path", Trees.bool(place, true));
    }
    if (!bind.isEmpty()) {
      volume.put("bind", bind.at(place));
    }
    return volume.at(place);
  }

  private static boolean option(
      String option,
      Place place,
      EntryMap volume,
      EntryMap bind,
      KeyPath at,
      ShapeContext context) {
    switch (option) {
      case "rw" -> volume.remove("read_only");
      case "ro" -> volume.put("read_only", Trees.bool(place, true));
      case "nocopy" ->
          volume.put("volume", new EntryMap().put("nocopy", Trees.bool(place, true)).at(place));
      case "z", "Z" -> bind.put("selinux", Trees.text(place, option));
      case "private", "rprivate", "shared", "rshared", "slave", "rslave" ->
          bind.put("propagation", Trees.text(place, option));
      case "cached", "delegated", "consistent" ->
          context.warn(place, at, option + ": has no effect on Linux");
      default -> {
        return false;
      }
    }
    return true;
  }
}
