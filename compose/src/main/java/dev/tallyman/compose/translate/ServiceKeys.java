package dev.tallyman.compose.translate;

/** The keys of a service that are not about its deployment. */
final class ServiceKeys {

  private static final String CDI =
      "name the device in devices: by its CDI name, such as vendor.com/gpu=all";
  private static final String REAL_TIME = "use cpus:, which every engine bounds in the same way";
  private static final String WINDOWS = "it is for Windows hosts only; remove it";
  private static final String BLOCK_IO =
      "bounds on devices are not handed to engines; remove it, or set them for the engine itself";

  /** A service. */
  static final KeyTable SERVICE =
      KeyTable.of("a service")
          .translated("annotations")
          .noEffect("attach", "it chooses whose output a foreground up shows")
          .refused("blkio_config", BLOCK_IO)
          .refused(
              "build", "build the image with your engine's build command and name it with image:")
          .translated("cap_add", "cap_drop")
          .refused("cgroup", "the engine chooses the control group namespace; remove it")
          .refused("cgroup_parent", "the engine chooses the control group; remove it")
          .translated("command", "configs", "container_name")
          .refused("cpu_count", WINDOWS)
          .refused("cpu_percent", WINDOWS)
          .translated("cpu_period", "cpu_quota")
          .refused("cpu_rt_period", REAL_TIME)
          .refused("cpu_rt_runtime", REAL_TIME)
          .translated("cpu_shares", "cpus", "cpuset")
          .refused("credential_spec", WINDOWS)
          .translated("depends_on", "deploy")
          .noEffect("develop", "it is for development with compose watch only")
          .refused("device_cgroup_rules", "name each device in devices:")
          .translated("devices", "dns", "dns_opt", "dns_search", "domainname", "entrypoint")
          .noEffect("env_file", "its variables are in environment: when a file has been loaded")
          .translated("environment")
          .noEffect("expose", "it says which ports there are, which {{name.port}} uses")
          .noEffect("extends", "what it names is part of the service when a file has been loaded")
          .refused(
              "external_links", "join the network of the other one: name it with external: true")
          .translated("extra_hosts")
          .refused("gpus", CDI)
          .translated("group_add", "healthcheck", "hostname", "image", "init", "ipc", "isolation")
          .noEffect("label_file", "its labels are in labels: when a file has been loaded")
          .translated("labels", "links", "logging", "mac_address", "mem_limit", "mem_reservation")
          .refused("mem_swappiness", "use memswap_limit:; with cgroups v2 there is no such setting")
          .translated("memswap_limit")
          .refused("models", "run the model server as a service and name its address")
          .translated("network_mode", "networks")
          .refused(
              "oom_kill_disable", "use oom_score_adj:; with cgroups v2 there is no such setting")
          .translated("oom_score_adj", "pid", "pids_limit", "platform", "ports")
          .refused(
              "post_start",
              "run it in the container's own entrypoint, or as a service that depends on this one")
          .refused(
              "pre_start",
              "make it a service that this one depends on with service_completed_successfully")
          .refused("pre_stop", "let the process do it when it gets its stop_signal:")
          .translated("privileged")
          .noEffect("profiles", "only services whose profile is active are loaded")
          .refused("provider", "start what it provides by hand and name its address")
          .translated("pull_policy")
          .refused("pull_refresh_after", "use pull_policy: always or missing")
          .translated("read_only", "restart", "runtime", "scale", "secrets", "security_opt")
          .translated("shm_size", "stdin_open", "stop_grace_period", "stop_signal")
          .refused("storage_opt", "set the size of root file systems for the engine itself")
          .translated("sysctls", "tmpfs", "tty", "ulimits")
          .refused("use_api_socket", "mount the engine's socket with volumes: if it must have it")
          .translated("user", "userns_mode")
          .refused("uts", "use hostname:; the host's own name is not shared")
          .translated("volumes")
          .refused("volumes_from", "name the volumes and mount them in both services")
          .translated("working_dir", Extension.KEY);

  /** How a service is attached to a network. */
  static final KeyTable ATTACHMENT =
      KeyTable.of("a network of a service")
          .translated("aliases")
          .refused("driver_opts", "set driver_opts for the network itself")
          .translated("gw_priority")
          .refused("interface_name", "the engine names interfaces; remove it")
          .translated("ipv4_address", "ipv6_address")
          .refused("link_local_ips", "use ipv4_address: or ipv6_address:")
          .translated("mac_address", "priority");

  /** A published port. */
  static final KeyTable PORT =
      KeyTable.of("a port")
          .noEffect("app_protocol", "it is a hint for load balancers")
          .translated("host_ip", "mode")
          .noEffect("name", "it is for people")
          .translated("protocol", "published", "target");

  /** A mount. */
  static final KeyTable MOUNT =
      KeyTable.of("a volume of a service")
          .translated("bind")
          .noEffect("consistency", "it is for desktop engines, which ignore it today")
          .refused("image", "copy the files into a volume, or into the image of the service")
          .translated("read_only", "source", "target", "tmpfs", "type", "volume");

  /** Of a bind mount. */
  static final KeyTable BIND =
      KeyTable.of("a bind mount")
          .translated("create_host_path", "propagation", "recursive", "selinux");

  /** Of a volume mount. */
  static final KeyTable VOLUME_MOUNT =
      KeyTable.of("a volume mount")
          .refused("labels", "give the volume a name and write its labels there")
          .translated("nocopy", "subpath");

  /** Of a tmpfs mount. */
  static final KeyTable TMPFS = KeyTable.of("a tmpfs mount").translated("mode", "size");

  /** A secret or config that a service is given. */
  static final KeyTable GRANT =
      KeyTable.of("a secret or config of a service")
          .translated("gid", "mode", "source", "target", "uid");

  /** A health check. */
  static final KeyTable HEALTHCHECK =
      KeyTable.of("a healthcheck")
          .translated("disable", "interval", "retries", "start_interval", "start_period")
          .translated("test", "timeout");

  /** A dependency. */
  static final KeyTable DEPENDENCY =
      KeyTable.of("a dependency").translated("condition", "required", "restart");

  /** Where output goes. */
  static final KeyTable LOGGING = KeyTable.of("logging").translated("driver", "options");

  /** A device. */
  static final KeyTable DEVICE =
      KeyTable.of("a device").translated("permissions", "source", "target");

  /** A bound per process. */
  static final KeyTable ULIMIT = KeyTable.of("a ulimit").translated("hard", "soft");

  private ServiceKeys() {}
}
