package dev.tallyman.compose.load.shape;

import dev.tallyman.compose.load.shape.KeyValueShape.Lone;

/** The shapes of {@code build}, {@code develop} and the hooks. */
final class BuildShapes {

  private static final Shape PAIRS = new KeyValueShape(Lone.EMPTY);
  private static final ListShape TEXTS = ListShape.of(Scalars.text());

  private BuildShapes() {}

  static Shape build() {
    return new ShortFormShape(
        "context",
        StructShape.of("how to build")
            .withAll(
                Scalars.text(),
                "context",
                "dockerfile",
                "dockerfile_inline",
                "network",
                "target",
                "isolation")
            .withAll(TEXTS, "entitlements", "cache_from", "cache_to", "tags", "platforms")
            .with("args", new KeyValueShape(Lone.ASKED_FOR))
            .withAll(PAIRS, "ssh", "labels", "additional_contexts")
            .withAll(Scalars.bool(), "no_cache", "pull", "privileged")
            .with("no_cache_filter", ListShape.oneOrMore(Scalars.text()))
            .withAll(
                ScalarShape.of(
                    "text, true or false", s -> java.util.Optional.of(Scalars.asText(s))),
                "provenance",
                "sbom")
            .with("shm_size", ByteAmounts.wholeOnly())
            .with("extra_hosts", new ExtraHostsShape())
            .with("secrets", ListShape.of(MountedFiles.shape()))
            .with("ulimits", MapShape.free("limits by name", new UlimitShape())));
  }

  static Shape develop() {
    return StructShape.of("what to watch")
        .orNothing()
        .with(
            "watch",
            ListShape.of(
                StructShape.of("a path to watch")
                    .withAll(ListShape.oneOrMore(Scalars.text()), "ignore", "include")
                    .withRequired("path", Scalars.text())
                    .withRequired(
                        "action",
                        Scalars.word("rebuild", "sync", "restart", "sync+restart", "sync+exec"))
                    .with("target", Scalars.text())
                    .with("exec", hook().withRequired("command", new CommandShape()))
                    .with("initial_sync", Scalars.bool())));
  }

  static Shape hooks() {
    return ListShape.of(hook().withRequired("command", new CommandShape()));
  }

  static Shape startHooks() {
    return ListShape.of(hook().with("image", Scalars.text()).with("per_replica", Scalars.bool()));
  }

  private static StructShape hook() {
    return StructShape.of("a command to run")
        .with("command", new CommandShape())
        .withAll(Scalars.text(), "user", "working_dir")
        .with("privileged", Scalars.bool())
        .with("environment", new KeyValueShape(Lone.ASKED_FOR));
  }
}
