package dev.tallyman.compose.load.shape;

import dev.tallyman.compose.load.tree.Trees;

/** Files with variables for a container. */
final class EnvFiles {

  private EnvFiles() {}

  static Shape shape() {
    Shape file =
        new DefaultsShape(
            new ShortFormShape(
                "path",
                StructShape.of("a file of variables")
                    .withRequired("path", Paths.shape())
                    .with("format", Scalars.word("raw"))
                    .with("required", Scalars.bool())),
            (entries, place) -> entries.putIfAbsent("required", Trees.bool(place, true)));
    return new KeyedListShape(file, Identity::ofPath, true);
  }
}
