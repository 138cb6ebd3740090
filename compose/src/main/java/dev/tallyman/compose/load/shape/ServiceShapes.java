package dev.tallyman.compose.load.shape;

import dev.tallyman.compose.load.shape.KeyValueShape.Lone;
import dev.tallyman.compose.load.tree.EntryMap;
import dev.tallyman.compose.load.tree.Trees;
import dev.tallyman.config.yaml.Place;
import dev.tallyman.config.yaml.YamlValue;
import java.util.regex.Pattern;

/** The table of a service's keys. */
final class ServiceShapes {

  private static final Pattern CONTAINER_NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]+");
  private static final Pattern PROFILE = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]*");
  private static final Pattern RESTART =
      Pattern.compile("no|always|unless-stopped|on-failure(?::\\d{1,9})?");
  private static final Pattern LINK = Pattern.compile("[^:]+(?::[^:]+)?");
  private static final Pattern PULL =
      Pattern.compile(
          "always|never|build|if_not_present|missing|refresh|daily|weekly|every_(?:\\d+[wdhms])++");

  private static final Shape TEXT = Scalars.text();
  private static final Shape PAIRS = new KeyValueShape(Lone.EMPTY);
  private static final Shape NUMBER = Scalars.whole(0, Long.MAX_VALUE);

  private ServiceShapes() {}

  static StructShape service() {
    return StructShape.of("a service")
        .withAll(process())
        .withAll(resources())
        .withAll(network())
        .withAll(files())
        .withAll(lifecycle());
  }

  private static StructShape process() {
    return StructShape.of("")
        .withAll(
            TEXT,
            "image",
            "user",
            "working_dir",
            "hostname",
            "domainname",
            "platform",
            "runtime",
            "isolation",
            "userns_mode",
            "ipc",
            "uts",
            "cgroup_parent")
        .with("pid", TEXT)
        .with("cgroup", Scalars.word("host", "private"))
        .with(
            "container_name",
            Scalars.text(
                "letters, digits, _, dot and -, at least two, the first a letter or digit",
                CONTAINER_NAME.asMatchPredicate()))
        .withAll(new CommandShape(), "command", "entrypoint")
        .with("environment", new KeyValueShape(Lone.ASKED_FOR))
        .withAll(PAIRS, "labels", "annotations", "sysctls")
        .withAll(
            Scalars.bool(),
            "attach",
            "init",
            "privileged",
            "read_only",
            "stdin_open",
            "tty",
            "oom_kill_disable",
            "use_api_socket")
        .withAll(ListShape.set(TEXT), "cap_add", "cap_drop")
        .withAll(ListShape.unique(TEXT), "security_opt", "device_cgroup_rules")
        .with("group_add", ListShape.unique(Scalars.textOrNumber()))
        .with(
            "logging",
            StructShape.of("where logs go")
                .with("driver", TEXT)
                .with("options", new KeyValueShape(Lone.EMPTY)))
        .with(
            "credential_spec",
            StructShape.of("a credential").withAll(TEXT, "config", "file", "registry"));
  }

  private static StructShape resources() {
    return StructShape.of("")
        .withAll(Scalars.whole(0, Integer.MAX_VALUE), "cpu_count")
        .with("cpu_percent", Scalars.whole(0, 100))
        .withAll(NUMBER, "cpu_shares", "cpu_period", "cpu_rt_period", "cpu_rt_runtime")
        .with("cpu_quota", Scalars.whole(-1, Long.MAX_VALUE))
        .with("cpus", Scalars.decimal())
        .with("cpuset", TEXT)
        .withAll(ByteAmounts.shape(), "mem_limit", "shm_size")
        .with("mem_reservation", ByteAmounts.wholeOnly())
        .with("memswap_limit", ByteAmounts.orUnlimited())
        .with("mem_swappiness", Scalars.whole(-1, 100))
        .with("oom_score_adj", Scalars.whole(-1000, 1000))
        .with("pids_limit", Scalars.whole(-1, Long.MAX_VALUE))
        .with("ulimits", MapShape.free("limits by name", new UlimitShape()))
        .with("storage_opt", new KeyValueShape(Lone.EMPTY))
        .with("blkio_config", blockIo())
        .with("gpus", new GpusShape())
        .with("deploy", DeployShapes.deploy())
        .with("scale", Scalars.whole(0, Integer.MAX_VALUE));
  }

  private static StructShape blockIo() {
    ListShape bytes =
        ListShape.of(
            StructShape.of("a rate of a device")
                .with("path", TEXT)
                .with("rate", ByteAmounts.wholeOnly()));
    return StructShape.of("limits of block devices")
        .withAll(
            bytes, "device_read_bps", "device_read_iops", "device_write_bps", "device_write_iops")
        .with("weight", Scalars.whole(0, 1000))
        .with(
            "weight_device",
            ListShape.of(
                StructShape.of("a weight of a device")
                    .with("path", TEXT)
                    .with("weight", Scalars.whole(0, 1000))));
  }

  private static StructShape network() {
    return StructShape.of("")
        .with("network_mode", TEXT)
        .with("networks", new NamesShape(MapShape.named("networks", attachment()), Trees::nothing))
        .with("ports", new PortsShape())
        .with("expose", ListShape.set(Scalars.textOrNumber()))
        .with(
            "links",
            ListShape.set(Scalars.text("SERVICE or SERVICE:ALIAS", LINK.asMatchPredicate())))
        .withAll(ListShape.unique(TEXT), "external_links")
        .withAll(ListShape.oneOrMore(TEXT), "dns", "dns_search")
        .with("dns_opt", ListShape.set(TEXT))
        .with("extra_hosts", new ExtraHostsShape())
        .with("mac_address", TEXT);
  }

  private static StructShape attachment() {
    return StructShape.of("how to join a network")
        .orNothing()
        .withAll(ListShape.set(TEXT), "aliases", "link_local_ips")
        .withAll(TEXT, "interface_name", "mac_address")
        .with("ipv4_address", Scalars.text("an IPv4 address", Addresses::isIpv4))
        .with("ipv6_address", Scalars.text("an IPv6 address", Addresses::isIpv6))
        .with("driver_opts", TopShapes.driverOptions())
        .withAll(Scalars.whole(Long.MIN_VALUE, Long.MAX_VALUE), "priority", "gw_priority");
  }

  private static StructShape files() {
    return StructShape.of("")
        .with("volumes", new VolumesShape())
        .with("volumes_from", ListShape.unique(TEXT))
        .with("tmpfs", ListShape.oneOrMore(TEXT))
        .with("devices", new KeyedListShape(new DeviceShape(), Identity::ofTarget, false))
        .with("secrets", new KeyedListShape(MountedFiles.secret(), Identity::ofSecret, false))
        .with("configs", new KeyedListShape(MountedFiles.shape(), Identity::ofConfig, false))
        .with("env_file", EnvFiles.shape())
        .with("label_file", ListShape.oneOrMore(Paths.shape()));
  }

  private static StructShape lifecycle() {
    return StructShape.of("")
        .with(
            "restart",
            Scalars.text(
                "no, always, on-failure[:times] or unless-stopped", RESTART.asMatchPredicate()))
        .with(
            "pull_policy",
            Scalars.text(
                "always, never, missing, build, refresh, daily, weekly or every_12h",
                PULL.asMatchPredicate()))
        .with("pull_refresh_after", TEXT)
        .with("stop_grace_period", Scalars.duration())
        .with("stop_signal", TEXT)
        .with("healthcheck", healthcheck())
        .with("depends_on", dependsOn())
        .with(
            "profiles",
            ListShape.set(Scalars.text("the name of a profile", PROFILE.asMatchPredicate())))
        .with(
            "extends",
            new ShortFormShape(
                "service",
                StructShape.of("what to extend").withRequired("service", TEXT).with("file", TEXT)))
        .with("build", BuildShapes.build())
        .with("develop", BuildShapes.develop())
        .with("pre_start", BuildShapes.startHooks())
        .withAll(BuildShapes.hooks(), "post_start", "pre_stop")
        .with(
            "provider",
            StructShape.of("who provides the service")
                .withRequired("type", TEXT)
                .with("options", MapShape.free("options", new AnyShape())))
        .with(
            "models",
            new NamesShape(
                MapShape.named(
                    "models",
                    StructShape.of("how to use a model")
                        .orNothing()
                        .withAll(TEXT, "endpoint_var", "model_var")),
                Trees::nothing));
  }

  private static Shape healthcheck() {
    return StructShape.of("a health check")
        .with("test", new TestShape())
        .with("disable", Scalars.bool())
        .with("retries", Scalars.whole(0, Integer.MAX_VALUE))
        .withAll(Scalars.duration(), "interval", "timeout", "start_period", "start_interval");
  }

  private static Shape dependsOn() {
    Shape dependency =
        new DefaultsShape(
            StructShape.of("a dependency")
                .withRequired(
                    "condition",
                    Scalars.word(
                        "service_started", "service_healthy", "service_completed_successfully"))
                .withAll(Scalars.bool(), "required", "restart"),
            ServiceShapes::dependencyDefaults);
    return new NamesShape(MapShape.named("services", dependency), ServiceShapes::plainDependency);
  }

  private static void dependencyDefaults(EntryMap dependency, Place place) {
    dependency
        .putIfAbsent("required", Trees.bool(place, true))
        .putIfAbsent("restart", Trees.bool(place, false));
  }

  private static YamlValue plainDependency(Place place) {
    return new EntryMap()
        .put("condition", Trees.text(place, "service_started"))
        .put("required", Trees.bool(place, true))
        .at(place);
  }
}
