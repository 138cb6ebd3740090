package dev.tallyman.compose.load.shape;

import dev.tallyman.compose.load.tree.KeyPath;
import dev.tallyman.compose.load.tree.Trees;
import dev.tallyman.config.yaml.Place;
import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.config.yaml.YamlValue.Entry;
import dev.tallyman.config.yaml.YamlValue.Kind;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import dev.tallyman.config.yaml.YamlValue.Scalar;
import dev.tallyman.config.yaml.YamlValue.Sequence;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Names of hosts with their addresses: {@code HOST=IP}, {@code HOST:IP}, or a mapping. The
 * canonical form is a sorted list of {@code HOST=IP}.
 */
final class ExtraHostsShape implements Shape {

  ExtraHostsShape() {}

  @Override
  public String expected() {
    return "a list of HOST=IP, or a mapping";
  }

  @Override
  public YamlValue read(YamlValue value, KeyPath at, ShapeContext context) {
    List<YamlValue> hosts = new ArrayList<>();
    switch (value) {
      case Scalar scalar -> {
        return context.refuse(scalar, at, expected());
      }
      case Sequence(Place _, List<YamlValue> items) -> {
        for (int i = 0; i < items.size(); i++) {
          item(items.get(i), at.item(i), context, hosts);
        }
      }
      case Mapping(Place _, List<Entry> entries) ->
          entries.forEach(entry ->
              (entry.value() instanceof Sequence
                      ? Trees.items(entry.value())
                      : Stream.of(entry.value()))
                  .forEach(ip -> {
                    if (ip instanceof Scalar(Place _, String text, Kind kind)
                        && kind == Kind.TEXT) {
                      host(ip, entry.key(), text, at.key(entry.key()), context, hosts);
                    } else {
                      context.refuse(ip, at.key(entry.key()), "an IP address, or a list of them");
                    }
                  }));
    }
    return new Sequence(value.place(), hosts);
  }

  private static void item(
      YamlValue item, KeyPath at, ShapeContext context, List<YamlValue> hosts) {
    if (!(item instanceof Scalar(Place _, String text, Kind kind)) || kind != Kind.TEXT) {
      context.refuse(item, at, "HOST=IP");
      return;
    }
    int separator = text.indexOf('=') >= 0 ? text.indexOf('=') : text.indexOf(':');
    if (separator < 0) {
      context.refuse(item, at, "HOST=IP");
      return;
    }
    for (String ip : text.substring(separator + 1).split(",", -1)) {
      host(item, text.substring(0, separator), ip, at, context, hosts);
    }
  }

  private static void host(
      YamlValue written,
      String name,
      String ip,
      KeyPath at,
      ShapeContext context,
      List<YamlValue> hosts) {
    String bare = ip.startsWith("[") && ip.endsWith("]") ? ip.substring(1, ip.length() - 1) : ip;
    boolean bad = name.isBlank() || name.contains(":") || name.contains("=");
    if (bad || bare.isBlank()) {
      context.refuse(written, at, "HOST=IP");
    } else {
      hosts.add(Trees.text(written.place(), name + "=" + bare));
    }
  }

  @Override
  public YamlValue complete(YamlValue value, KeyPath at, ShapeContext context) {
    return value instanceof Sequence(Place place, List<YamlValue> hosts)
        ? new Sequence(
            place,
            hosts.stream()
                .sorted(Comparator.comparing(host -> Trees.text(host).orElse("")))
                .toList())
        : value;
  }
}
