package dev.tallyman.compose.load.shape;

import dev.tallyman.compose.load.tree.Trees;

/** Secrets and configurations as a service mounts them. */
final class MountedFiles {

  private MountedFiles() {}

  static Shape shape() {
    return new ShortFormShape(
        "source",
        StructShape.of("a file to mount")
            .withRequired("source", Scalars.text())
            .withAll(Scalars.text(), "target", "uid", "gid")
            .with("mode", Scalars.modeText()));
  }

  /** Secrets appear under {@code /run/secrets} when nothing else is said. */
  static Shape secret() {
    return new DefaultsShape(
        shape(),
        (secret, _) ->
            secret
                .get("source")
                .ifPresent(source ->
                    Trees.text(source)
                        .ifPresent(name ->
                            secret.putIfAbsent(
                                "target", Trees.text(source.place(), "/run/secrets/" + name)))));
  }
}
