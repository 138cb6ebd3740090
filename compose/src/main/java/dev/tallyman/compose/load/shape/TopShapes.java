package dev.tallyman.compose.load.shape;

import dev.tallyman.compose.load.shape.KeyValueShape.Lone;
import java.util.Optional;

/** The table of the keys at the top of a Compose file, and of its resources. */
public final class TopShapes {

  private static final Shape TEXT = Scalars.text();
  private static final Shape LABELS = new KeyValueShape(Lone.EMPTY);
  private static final StructShape SERVICE = ServiceShapes.service();
  private static final StructShape TOP = top();

  private TopShapes() {}

  /** A whole file. */
  public static Shape file() {
    return TOP;
  }

  /** One service. */
  public static Shape service() {
    return SERVICE;
  }

  private static StructShape top() {
    return StructShape.of("a Compose file")
        .with("version", TEXT)
        .with("name", TEXT)
        .with("include", ListShape.of(include()))
        .with("services", MapShape.named("services", SERVICE))
        .with("networks", MapShape.named("networks", networkResource()))
        .with("volumes", MapShape.named("volumes", volumeResource()))
        .with("secrets", MapShape.named("secrets", secretResource()))
        .with("configs", MapShape.named("configs", configResource()))
        .with("models", MapShape.named("models", model()));
  }

  private static Shape include() {
    return new ShortFormShape(
        "path",
        StructShape.of("files to include")
            .withRequired("path", ListShape.oneOrMore(TEXT))
            .with("env_file", ListShape.oneOrMore(TEXT))
            .with("project_directory", TEXT));
  }

  private static Shape networkResource() {
    Shape addresses = MapShape.free("addresses by name", Scalars.anyText());
    return new ResourceShape(
        resource("a network")
            .orNothing()
            .with("driver", TEXT)
            .with("driver_opts", driverOptions())
            .withAll(Scalars.bool(), "internal", "enable_ipv4", "enable_ipv6", "attachable")
            .with(
                "ipam",
                StructShape.of("how addresses are given")
                    .with("driver", TEXT)
                    .with(
                        "config",
                        ListShape.of(
                            StructShape.of("a pool of addresses")
                                .withAll(TEXT, "subnet", "ip_range", "gateway")
                                .with("aux_addresses", addresses)))
                    .with("options", MapShape.free("options", Scalars.anyText()))));
  }

  private static Shape volumeResource() {
    return new VolumeResourceShape(
        new ResourceShape(
            resource("a volume")
                .orNothing()
                .with("driver", TEXT)
                .with("driver_opts", driverOptions())));
  }

  private static Shape secretResource() {
    return new ResourceShape(
        resource("a secret")
            .withAll(TEXT, "environment", "driver", "template_driver")
            .with("file", Paths.shape())
            .with("driver_opts", driverOptions()));
  }

  private static Shape configResource() {
    return new ResourceShape(
        resource("a configuration")
            .with("content", Scalars.anyText())
            .withAll(TEXT, "environment", "template_driver")
            .with("file", Paths.shape()));
  }

  private static StructShape resource(String what) {
    return StructShape.of(what)
        .with("name", TEXT)
        .with("external", ResourceShape.external())
        .with("labels", LABELS);
  }

  private static Shape model() {
    return StructShape.of("a model")
        .with("name", TEXT)
        .withRequired("model", TEXT)
        .with("context_size", Scalars.whole(0, Integer.MAX_VALUE))
        .with("runtime_flags", ListShape.of(TEXT));
  }

  /** Options of a driver: texts by name; numbers are taken as text. */
  static Shape driverOptions() {
    return MapShape.free(
        "options by name",
        ScalarShape.of(
            "text or a number",
            scalar ->
                switch (scalar.kind()) {
                  case TEXT, NUMBER -> Optional.of(Scalars.asText(scalar));
                  case BOOLEAN, NULL -> Optional.empty();
                }));
  }
}
