package dev.tallyman.agent.wire;

import com.google.protobuf.TextFormat;
import dev.tallyman.proto.v1.Workload;
import java.util.List;

/**
 * Workloads that together set every field of the contract, each to something else than its default.
 * They are written as the writer writes them.
 */
final class Samples {

  /** All that goes together with networks of its own. */
  static final Workload ATTACHED =
      parse(
          """
          uid: "u1" name: "web" stack: "shop" generation: 7
          labels { key: "tier" value: "front" }
          dependencies {
            workload: "db" condition: DEPENDENCY_CONDITION_HEALTHY optional: true restart: true
          }
          dependencies { workload: "init" condition: DEPENDENCY_CONDITION_COMPLETED }
          update { on_failure: UPDATE_FAILURE_KEEP deadline { seconds: 60 } order: UPDATE_ORDER_STOP_FIRST }
          spec {
            image: "busybox:1.36"
            pull_policy: PULL_POLICY_NEVER
            command: "sh" command: "-c"
            args: "run"
            env { name: "A" value: "1" }
            env { name: "DB" template: "$$ ${db.url} ${db.host}:${db.port.5432} ${db.hostPort.1}" }
            working_dir: "/srv"
            user: "1000:1000"
            isolation: ISOLATION_SANDBOX
            runtime: "podman"
            resources {
              cpu_millis: 500 memory_bytes: 8192 pids: 10
              memory_swap_bytes: 16384 memory_reservation_bytes: 4096
              cpu_shares: 512 cpuset: "0-2,4" oom_score_adjustment: -500
            }
            restart {
              mode: RESTART_MODE_ON_FAILURE max_restarts: 3
              backoff { initial { seconds: 1 } max { seconds: 60 } reset_after { seconds: 5 } }
            }
            ports {
              container_port: 80 host_port: 8080 host_ip: "0.0.0.0" protocol: PORT_PROTOCOL_UDP
            }
            stop_signal: "SIGINT"
            stop_grace_period { seconds: 3 }
            enforcement: ENFORCEMENT_STRICT
            instance_name: "web-1"
            hostname: "web.local"
            networking {
              mode: NETWORK_MODE_ATTACHED
              networks {
                network {
                  name: "shop_front" driver: "bridge"
                  driver_options { key: "mtu" value: "1400" }
                  internal: true attachable: true ipv6: true
                  subnets { subnet: "10.1.0.0/16" gateway: "10.1.0.1" ip_range: "10.1.4.0/24" }
                  subnets { subnet: "fd00:1::/64" }
                  labels { key: "k" value: "v" }
                }
                aliases: "www"
                ipv4_address: "10.1.4.7" ipv6_address: "fd00:1::7"
                mac_address: "02:42:ac:11:00:02"
              }
              networks { network { name: "office" external: true } }
              dns_servers: "10.1.0.2" dns_searches: "example.org" dns_options: "ndots:2"
              extra_hosts { name: "gate" address: "host-gateway" }
              domain_name: "example.org"
            }
            mounts {
              target: "/etc/app" read_only: true
              bind {
                path: "/srv/app" create: true propagation: "rslave" selinux: SELINUX_LABEL_SHARED
              }
            }
            mounts {
              target: "/data"
              volume {
                volume {
                  name: "shop_data" driver: "local"
                  driver_options { key: "type" value: "nfs" }
                  labels { key: "k" value: "v" }
                }
                no_copy: true subpath: "a/b"
              }
            }
            mounts { target: "/old" volume { volume { name: "old" external: true } } }
            mounts { target: "/cache" volume { } }
            mounts { target: "/tmp" tmpfs { size_bytes: 4096 mode: 448 options: "noexec" } }
            files { target: "/app.conf" content: "plain" mode: 288 kind: FILE_KIND_CONFIG }
            files {
              target: "/run/secrets/key" content: "s3cret" mode: 256 uid: 1 gid: 2
              kind: FILE_KIND_SECRET
            }
            security {
              privileged: true cap_add: "NET_ADMIN" cap_drop: "ALL" no_new_privileges: true
              seccomp: "{}" apparmor: "docker-default" selinux: "disable" read_only_root: true
              groups: "44" user_namespace: "host"
            }
            liveness {
              http { port: 80 path: "/ok" scheme: HTTP_SCHEME_HTTPS headers { key: "A" value: "b" } }
              initial_delay { seconds: 1 } interval { seconds: 2 } timeout { seconds: 3 }
              success_threshold: 4 failure_threshold: 5
              start_period { seconds: 6 } start_interval { seconds: 7 }
            }
            readiness {
              grpc { port: 81 service: "shop.Front" }
              initial_delay { seconds: 1 } interval { seconds: 2 } timeout { seconds: 3 }
              success_threshold: 4 failure_threshold: 5
              start_period { seconds: 6 } start_interval { seconds: 7 }
            }
            startup {
              exec { command: "true" command: "x" }
              initial_delay { seconds: 1 } interval { seconds: 2 } timeout { seconds: 3 }
              success_threshold: 4 failure_threshold: 5
              start_period { seconds: 6 } start_interval { seconds: 7 }
            }
            ignore_image_health_check: true
            ulimits { name: "nofile" soft: 1024 hard: -1 }
            sysctls { key: "net.core.somaxconn" value: "512" }
            devices { source: "/dev/fuse" target: "/dev/f" permissions: "rw" }
            devices { source: "vendor.com/gpu=all" }
            shm_bytes: 4096
            init: true tty: true stdin_open: true
            platform: "linux/arm64/v8"
            logging { driver: "json-file" options { key: "max-size" value: "1m" } }
            pid_namespace: "host"
            ipc_namespace: "shareable"
            oci_runtime: "runsc"
            annotations { key: "k" value: "v" }
          }
          """);

  /** One that lives in the namespaces of others, with the probes that the first one has not. */
  static final Workload SHARING =
      parse(
          """
          uid: "u2" name: "side" stack: "default"
          dependencies { workload: "web" condition: DEPENDENCY_CONDITION_HEALTHY }
          dependencies { workload: "log" condition: DEPENDENCY_CONDITION_STARTED }
          update { on_failure: UPDATE_FAILURE_ROLL_BACK deadline { seconds: 300 } order: UPDATE_ORDER_START_FIRST }
          spec {
            image: "busybox"
            pull_policy: PULL_POLICY_IF_NOT_PRESENT
            isolation: ISOLATION_CONTAINER
            resources { }
            restart {
              mode: RESTART_MODE_ALWAYS
              backoff { initial { seconds: 10 } max { seconds: 300 } reset_after { seconds: 600 } }
            }
            stop_grace_period { seconds: 10 }
            enforcement: ENFORCEMENT_WARN
            networking { mode: NETWORK_MODE_WORKLOAD workload: "web" }
            security { }
            liveness {
              grpc { port: 81 service: "shop.Front" }
              initial_delay { } interval { seconds: 10 } timeout { seconds: 1 }
              success_threshold: 1 failure_threshold: 3
              start_period { } start_interval { seconds: 10 }
            }
            readiness {
              tcp { port: 80 }
              initial_delay { } interval { seconds: 10 } timeout { seconds: 1 }
              success_threshold: 1 failure_threshold: 3
              start_period { } start_interval { seconds: 10 }
            }
            startup {
              http { port: 80 path: "/ok" scheme: HTTP_SCHEME_HTTPS headers { key: "A" value: "b" } }
              initial_delay { } interval { seconds: 10 } timeout { seconds: 1 }
              success_threshold: 1 failure_threshold: 3
              start_period { } start_interval { seconds: 10 }
            }
            pid_namespace: "workload:web"
            ipc_namespace: "workload:log"
          }
          """);

  /** The other checks of the first one's probes. */
  static final List<Workload> CHECKS =
      List.of(
          checks("tcp { port: 80 }", "exec { command: 'true' }", "grpc { port: 1 service: 's' }"),
          checks(
              "exec { command: 'true' }",
              "http { port: 80 path: '/r' scheme: HTTP_SCHEME_HTTPS headers { key: 'A' value: 'b' } }",
              "tcp { port: 80 }"));

  private Samples() {}

  static List<Workload> all() {
    return List.of(ATTACHED, SHARING, CHECKS.get(0), CHECKS.get(1));
  }

  private static Workload checks(String liveness, String readiness, String startup) {
    Workload.Builder workload = SHARING.toBuilder();
    merge("liveness { %s }".formatted(liveness), workload);
    merge("readiness { %s }".formatted(readiness), workload);
    merge("startup { %s }".formatted(startup), workload);
    return workload.build();
  }

  private static void merge(String spec, Workload.Builder workload) {
    try {
      TextFormat.getParser().merge("spec { " + spec + " }", workload);
    } catch (TextFormat.ParseException e) {
      throw new AssertionError(e);
    }
  }

  private static Workload parse(String text) {
    try {
      return TextFormat.parse(text, Workload.class);
    } catch (TextFormat.ParseException e) {
      throw new AssertionError(e);
    }
  }
}
