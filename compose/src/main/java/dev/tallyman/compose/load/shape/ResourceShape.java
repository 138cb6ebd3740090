package dev.tallyman.compose.load.shape;

import dev.tallyman.compose.load.tree.EntryMap;
import dev.tallyman.compose.load.tree.KeyPath;
import dev.tallyman.compose.load.tree.Trees;
import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.config.yaml.YamlValue.Entry;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import java.util.Optional;
import java.util.Set;

/**
 * A network, volume, secret or configuration of the project. One that is {@code external} is made
 * by somebody else, so nothing but its name may be said about it; {@code external: {name: n}} is an
 * old way of writing {@code external: true, name: n}.
 */
record ResourceShape(StructShape struct) implements Shape {

  private static final Set<String> OF_EXTERNAL = Set.of("name", "external");

  @Override
  public String expected() {
    return struct.expected();
  }

  @Override
  public boolean nullable() {
    return struct.nullable();
  }

  /** What {@code external} may be. */
  static Shape external() {
    return new External();
  }

  @Override
  public YamlValue read(YamlValue value, KeyPath at, ShapeContext context) {
    if (!(struct.read(value, at, context) instanceof Mapping read)) {
      return Trees.isNothing(value) ? value : Trees.nothing(value.place());
    }
    Optional<YamlValue> external = Trees.get(read, "external");
    if (external.isEmpty() || !(external.get() instanceof Mapping old)) {
      return read;
    }
    EntryMap resource = EntryMap.of(read);
    resource.replace("external", Trees.bool(old.place(), true));
    Trees.get(old, "name")
        .ifPresent(name -> {
          Optional<YamlValue> other = Trees.get(read, "name");
          if (other.isPresent() && !Trees.same(other.get(), name)) {
            context.fault(
                name.place(), at.key("external").key("name"), "there is another name beside it");
          }
          resource.putIfAbsent("name", name);
        });
    return resource.at(read.place());
  }

  @Override
  public YamlValue complete(YamlValue value, KeyPath at, ShapeContext context) {
    if (!(struct.complete(value, at, context) instanceof Mapping resource)) {
      return value;
    }
    Optional<YamlValue> external = Trees.get(resource, "external");
    if (external.isEmpty()) {
      return resource;
    }
    if (!Trees.isTrue(external.get())) {
      return EntryMap.of(resource).remove("external").at(resource.place());
    }
    for (Entry entry : resource.entries()) {
      if (!OF_EXTERNAL.contains(entry.key()) && !entry.key().startsWith("x-")) {
        context.fault(
            entry.place(),
            at.key(entry.key()),
            "cannot be said of something external (expected: only a name)");
      }
    }
    return resource;
  }

  private record External() implements Shape {

    private static final StructShape OLD =
        StructShape.of("the name outside").with("name", Scalars.text());

    @Override
    public String expected() {
      return Scalars.bool().expected();
    }

    @Override
    public YamlValue read(YamlValue value, KeyPath at, ShapeContext context) {
      return value instanceof Mapping
          ? OLD.read(value, at, context)
          : Scalars.bool().read(value, at, context);
    }
  }
}
