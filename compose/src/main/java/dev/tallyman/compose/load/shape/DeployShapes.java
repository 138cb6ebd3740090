package dev.tallyman.compose.load.shape;

import dev.tallyman.compose.load.shape.KeyValueShape.Lone;
import dev.tallyman.config.yaml.YamlValue.Kind;

/** The shapes of {@code deploy} and of device requests. */
final class DeployShapes {

  private static final Shape COUNT = Scalars.whole(0, Integer.MAX_VALUE);

  private DeployShapes() {}

  static Shape deploy() {
    return StructShape.of("how to deploy")
        .orNothing()
        .withAll(Scalars.text(), "endpoint_mode")
        .with("mode", Scalars.word("replicated", "global", "replicated-job", "global-job"))
        .with("replicas", COUNT)
        .with("labels", new KeyValueShape(Lone.EMPTY))
        .withAll(update(), "rollback_config", "update_config")
        .with("resources", resources())
        .with(
            "restart_policy",
            StructShape.of("when to restart")
                .with(
                    "condition",
                    Scalars.word("none", "no", "on-failure", "any", "always", "unless-stopped"))
                .with("delay", Scalars.duration())
                .with("max_attempts", COUNT)
                .with("window", Scalars.duration()))
        .with(
            "placement",
            StructShape.of("where to run")
                .with("constraints", ListShape.of(Scalars.text()))
                .with(
                    "preferences",
                    ListShape.of(StructShape.of("a preference").with("spread", Scalars.text())))
                .with("max_replicas_per_node", COUNT));
  }

  private static Shape update() {
    return StructShape.of("how to update")
        .with("parallelism", COUNT)
        .with("delay", Scalars.duration())
        .with("failure_action", Scalars.text())
        .with("monitor", Scalars.duration())
        .with("max_failure_ratio", Scalars.decimal())
        .with("order", Scalars.word("start-first", "stop-first"));
  }

  private static Shape resources() {
    return StructShape.of("limits and reservations")
        .with(
            "limits",
            StructShape.of("limits")
                .with("cpus", Scalars.decimal())
                .with("memory", ByteAmounts.textOnly())
                .with("pids", Scalars.whole(-1, Long.MAX_VALUE)))
        .with(
            "reservations",
            StructShape.of("reservations")
                .with("cpus", Scalars.decimal())
                .with("memory", ByteAmounts.textOnly())
                .with("generic_resources", ListShape.of(genericResource()))
                .with(
                    "devices",
                    ListShape.of(
                        deviceRequest()
                            .withRequired("capabilities", ListShape.unique(Scalars.text())))));
  }

  private static Shape genericResource() {
    return StructShape.of("a resource")
        .with(
            "discrete_resource_spec",
            StructShape.of("a number of things")
                .with("kind", Scalars.text())
                .with("value", Scalars.decimal()));
  }

  private static Shape count() {
    return ScalarShape.of(
        "a whole number, or all",
        scalar ->
            scalar.text().equals("all")
                ? Scalars.only(scalar, Kind.TEXT)
                : Scalars.whole(scalar, 0, Integer.MAX_VALUE));
  }

  /** Devices that a driver gives out, such as GPUs. */
  static StructShape deviceRequest() {
    return StructShape.of("a request for devices")
        .with("capabilities", ListShape.unique(Scalars.text()))
        .with("count", count())
        .with("device_ids", ListShape.unique(Scalars.text()))
        .with("driver", Scalars.text())
        .with("options", new KeyValueShape(Lone.EMPTY));
  }
}
