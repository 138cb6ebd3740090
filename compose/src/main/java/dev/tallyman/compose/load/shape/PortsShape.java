package dev.tallyman.compose.load.shape;

import dev.tallyman.compose.load.tree.EntryMap;
import dev.tallyman.compose.load.tree.KeyPath;
import dev.tallyman.compose.load.tree.Numbers;
import dev.tallyman.compose.load.tree.Trees;
import dev.tallyman.config.yaml.Place;
import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.config.yaml.YamlValue.Kind;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import dev.tallyman.config.yaml.YamlValue.Scalar;
import dev.tallyman.config.yaml.YamlValue.Sequence;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The ports of a service: short or long forms, one entry for each port. */
final class PortsShape implements Shape {

  private static final StructShape LONG =
      StructShape.of("a port")
          .with("name", Scalars.text())
          .with("mode", Scalars.word("ingress", "host"))
          .with("host_ip", Scalars.text("an IP address", Addresses::isIp))
          .withRequired("target", Scalars.whole(1, 65535))
          .with("published", published())
          .with(
              "protocol",
              Scalars.text(
                  "tcp, udp or sctp",
                  text -> text.toLowerCase(Locale.ROOT).matches("tcp|udp|sctp")))
          .with("app_protocol", Scalars.text());

  PortsShape() {}

  private static Shape published() {
    return new ScalarShape(
        "a port or a range of ports",
        true,
        scalar ->
            switch (scalar.kind()) {
              case NUMBER ->
                  Scalars.whole(scalar, 0, 65535)
                      .map(number -> Trees.text(scalar.place(), number.text()));
              case TEXT ->
                  PortSpec.Range.parse(scalar.text(), 0)
                      .map(range -> Trees.text(scalar.place(), range.toString()));
              case BOOLEAN, NULL -> Optional.empty();
            });
  }

  @Override
  public String expected() {
    return "a list of ports";
  }

  @Override
  public YamlValue read(YamlValue value, KeyPath at, ShapeContext context) {
    if (!(value instanceof Sequence(Place place, List<YamlValue> items))) {
      return context.refuse(value, at, expected());
    }
    Map<String, YamlValue> ports = new LinkedHashMap<>();
    for (int i = 0; i < items.size(); i++) {
      entries(items.get(i), at.item(i), context)
          .forEach(port -> ports.put(Identity.ofPort(port), port));
    }
    return new Sequence(place, List.copyOf(ports.values()));
  }

  private static List<? extends YamlValue> entries(
      YamlValue item, KeyPath at, ShapeContext context) {
    if (item instanceof Scalar(Place place, String text, Kind kind)
        && (kind == Kind.TEXT || kind == Kind.NUMBER)) {
      Optional<PortSpec> spec = PortSpec.parse(kind == Kind.NUMBER ? Numbers.asText(text) : text);
      if (spec.isPresent()) {
        return spec.get().entries(place);
      }
    } else if (item instanceof Mapping) {
      YamlValue read = LONG.read(item, at, context);
      return Trees.isNothing(read) ? List.of() : List.of(lowerProtocol(read));
    }
    context.refuse(item, at, PortSpec.EXPECTED + ", or a mapping");
    return List.of();
  }

  private static YamlValue lowerProtocol(YamlValue port) {
    Optional<String> protocol = Trees.text(port, "protocol");
    return port instanceof Mapping mapping && protocol.isPresent()
        ? EntryMap.of(mapping)
            .replace("protocol", Trees.text(port.place(), protocol.get().toLowerCase(Locale.ROOT)))
            .at(port.place())
        : port;
  }

  @Override
  public YamlValue complete(YamlValue value, KeyPath at, ShapeContext context) {
    if (!(value instanceof Sequence(Place place, List<YamlValue> ports))) {
      return value;
    }
    return new Sequence(
        place, ports.stream().map(port -> withDefaults(port, at, context)).toList());
  }

  private static YamlValue withDefaults(YamlValue port, KeyPath at, ShapeContext context) {
    return LONG.complete(port, at, context) instanceof Mapping complete
        ? EntryMap.of(complete)
            .putIfAbsent("mode", Trees.text(port.place(), "ingress"))
            .putIfAbsent("protocol", Trees.text(port.place(), "tcp"))
            .at(port.place())
        : port;
  }
}
