package dev.tallyman.compose.translate;

/** The keys of a project that are not those of a service. */
final class ProjectKeys {

  private static final String NO_DRIVER =
      "secrets and configs come from file:, environment: or content:";

  /** The whole file. */
  static final KeyTable TOP =
      KeyTable.of("a Compose file")
          .translated("configs")
          .noEffect("include", "what it names is part of the project when a file has been loaded")
          .refused("models", "run the model server as a service and name its address")
          .translated("name", "networks", "secrets", "services")
          .noEffect("version", "it is obsolete")
          .translated("volumes", Extension.KEY);

  /** A network. */
  static final KeyTable NETWORK =
      KeyTable.of("a network")
          .translated("attachable", "driver", "driver_opts", "enable_ipv4", "enable_ipv6")
          .translated("external", "internal", "ipam", "labels", "name");

  /** Address management. */
  static final KeyTable IPAM =
      KeyTable.of("ipam")
          .translated("config", "driver")
          .refused("options", "the engine's own address management has none");

  /** An address range. */
  static final KeyTable SUBNET =
      KeyTable.of("an address range")
          .refused(
              "aux_addresses", "use ip_range:, so that other addresses of the subnet stay free")
          .translated("gateway", "ip_range", "subnet");

  /** A volume. */
  static final KeyTable VOLUME =
      KeyTable.of("a volume").translated("driver", "driver_opts", "external", "labels", "name");

  /** A secret. */
  static final KeyTable SECRET =
      KeyTable.of("a secret")
          .refused("driver", NO_DRIVER)
          .refused("driver_opts", NO_DRIVER)
          .translated("environment", "external", "file")
          .noEffect("labels", "there is no object that could have them")
          .noEffect("name", "only the key counts, for there is no object with a name")
          .refused("template_driver", NO_DRIVER);

  /** A config. */
  static final KeyTable CONFIG =
      KeyTable.of("a config")
          .translated("content", "environment", "external", "file")
          .noEffect("labels", "there is no object that could have them")
          .noEffect("name", "only the key counts, for there is no object with a name")
          .refused("template_driver", NO_DRIVER);

  /** A deployment. */
  static final KeyTable DEPLOY =
      KeyTable.of("deploy")
          .translated("endpoint_mode")
          .refused("labels", "write them under the service's labels:")
          .translated("mode")
          .refused("placement", "a stack runs on the node that it is handed to")
          .translated("replicas", "resources", "restart_policy")
          .refused("rollback_config", "going back is one step; set update_config: only")
          .translated("update_config");

  /** Resources. */
  static final KeyTable RESOURCES =
      KeyTable.of("deploy.resources").translated("limits", "reservations");

  /** Limits. */
  static final KeyTable LIMITS =
      KeyTable.of("resource limits").translated("cpus", "memory", "pids");

  /** Reservations. */
  static final KeyTable RESERVATIONS =
      KeyTable.of("resource reservations")
          .translated("cpus")
          .refused(
              "devices", "name the device in devices: by its CDI name, such as vendor.com/gpu=all")
          .refused("generic_resources", "name the device in devices:")
          .translated("memory");

  /** A restart policy. */
  static final KeyTable RESTART_POLICY =
      KeyTable.of("restart_policy").translated("condition", "delay", "max_attempts", "window");

  /** An update policy. */
  static final KeyTable UPDATE_CONFIG =
      KeyTable.of("update_config")
          .translated("delay", "failure_action", "max_failure_ratio", "monitor", "order")
          .translated("parallelism");

  private ProjectKeys() {}
}
