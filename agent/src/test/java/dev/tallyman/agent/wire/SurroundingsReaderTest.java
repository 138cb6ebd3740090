package dev.tallyman.agent.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.agent.model.Workload;
import dev.tallyman.runtime.HostFile;
import dev.tallyman.runtime.Mount;
import dev.tallyman.runtime.Networking;
import dev.tallyman.runtime.Ownership;
import dev.tallyman.runtime.ProcessSpec;
import dev.tallyman.runtime.Surroundings;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SurroundingsReaderTest {

  @Test
  void nothingSaidIsTheEnginesOwnChoice() {
    Workload workload = Texted.read("");

    assertThat(workload.spec().surroundings()).isEqualTo(Surroundings.DEFAULT);
    assertThat(workload.spec().fixedName()).isEmpty();
    assertThat(workload.spec().feed()).isEqualTo("test");
  }

  @Test
  void aNameOfASettingThatIsLongIsRefusedAndNoMoreThanThat() {
    String name = "a" + ".b".repeat(100_000);

    assertThat(Texted.faults("spec { sysctls { key: '" + name + "' value: '1' } }"))
        .contains("spec.sysctls[a.b.b");
  }

  @Test
  void namedNetworksNeedNoMode() {
    Networking networking =
        Texted.read("spec { networking { networks { network { name: 'front' } } } }")
            .spec()
            .surroundings()
            .networking();

    assertThat(networking.mode())
        .isInstanceOfSatisfying(
            Networking.Attached.class,
            attached ->
                assertThat(attached.attachments())
                    .singleElement()
                    .satisfies(one -> assertThat(one.network().name()).isEqualTo("front")));
  }

  @Test
  void ofSomebodyElsesNetworkOrVolumeNothingButTheNameCounts() {
    Surroundings surroundings =
        Texted.read(
                """
                spec {
                  networking {
                    networks {
                      network { name: "office" external: true driver: "x" internal: true }
                      ipv4_address: "10.0.0.9"
                    }
                  }
                  mounts {
                    target: "/d" volume { volume { name: "old" external: true driver: "x" } }
                  }
                }
                """)
            .spec()
            .surroundings();

    assertThat(surroundings.networking().mode())
        .isInstanceOfSatisfying(
            Networking.Attached.class,
            attached -> {
              assertThat(attached.attachments().getFirst().network().ownership())
                  .isEqualTo(Ownership.EXTERNAL);
              assertThat(attached.attachments().getFirst().network().driver()).isEmpty();
              assertThat(attached.attachments().getFirst().network().traits()).isEmpty();
            });
    assertThat(surroundings.mounts().getFirst().source())
        .isInstanceOfSatisfying(
            Mount.Named.class,
            named -> assertThat(named.volume().orElseThrow().driver()).isEmpty());
  }

  @Test
  void aVolumeWithoutANameLivesWithTheInstance() {
    assertThat(
            Texted.read(
                    "spec { mounts { target: '/a' volume { } }"
                        + " mounts { target: '/b' volume { volume { } } } }")
                .spec()
                .surroundings()
                .mounts())
        .extracting(Mount::source)
        .containsOnly(new Mount.Named(Optional.empty(), Mount.Copy.FROM_IMAGE, Optional.empty()));
  }

  @Test
  void aFileIsASecretThatAllMayReadInside() {
    HostFile file =
        Texted.read("spec { files { target: '/run/key' content: 's3cret' } }")
            .spec()
            .surroundings()
            .files()
            .getFirst();

    assertThat(file.mode()).isEqualTo(0444);
    assertThat(file.kind()).isEqualTo(HostFile.Kind.SECRET);
    assertThat(file.content().bytes()).asString().isEqualTo("s3cret");
    assertThat(file.toString()).doesNotContain("s3cret");
  }

  @Test
  void contentsOfFilesDoNotCountForTheSizeOfTheSpec() {
    String content = "content: '" + "x".repeat(1 << 20) + "' }";

    assertThat(
            Texted.read(
                    "spec { files { target: '/a' "
                        + content
                        + " files { target: '/b' "
                        + content
                        + "}")
                .spec()
                .surroundings()
                .files())
        .hasSize(2);
  }

  @Test
  void aDeviceIsTheSameInsideWithAllAccess() {
    assertThat(
            Texted.read(
                    "spec { devices { source: '/dev/kvm' } devices { source: 'nvidia.com/gpu=0' } }")
                .spec()
                .surroundings()
                .process()
                .devices())
        .containsExactly(
            new ProcessSpec.Device("/dev/kvm", "/dev/kvm", "rwm"),
            new ProcessSpec.Device("nvidia.com/gpu=0", "nvidia.com/gpu=0", "rwm"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "networking { networks { network { name: 'n' subnets { subnet: '10.0.0.0/8' } }"
            + " ipv4_address: '10.255.0.1' } }",
        "networking { mode: NETWORK_MODE_NONE } hostname: 'web'",
        "networking { mode: NETWORK_MODE_HOST dns_searches: '.' }",
        "networking { dns_servers: '::1' dns_servers: '1.1.1.1' }",
        "mounts { target: '/a' tmpfs { options: 'uid=1000' options: 'rw' } }",
        "mounts { target: '/a' volume { volume { name: 'vol' } } }"
            + " mounts { target: '/b' volume { volume { name: 'vol' } } }",
        "ulimits { name: 'core' soft: 0 hard: 0 } ulimits { name: 'nofile' soft: -1 hard: -1 }",
        "resources { memory_swap_bytes: -1 cpu_shares: 2 cpuset: '3' oom_score_adjustment: 1000 }",
        "resources { memory_bytes: 8192 memory_swap_bytes: 8192 memory_reservation_bytes: 8192 }",
        "security { seccomp: 'unconfined' cap_add: 'ALL' selinux: 'level:s0:c1,c2' groups: 'audio' }",
        "ipc_namespace: 'none' pid_namespace: 'host' sysctls { key: 'net/ipv4/x' value: '1 2' }",
        "platform: 'linux/amd64'",
        "instance_name: 'My_container.1'",
      })
  void whatEnginesTakeIsTaken(String spec) {
    assertThat(Texted.read("spec { " + spec + " }")).isNotNull();
  }

  private static Stream<Arguments> networkFaults() {
    return Stream.of(
        fault(
            "networking { mode: NETWORK_MODE_ATTACHED }",
            "spec.networking.networks: none (expected: at least one with NETWORK_MODE_ATTACHED)"),
        fault(
            "networking { mode: NETWORK_MODE_HOST networks { network { name: 'n' } } }",
            "spec.networking.networks: 1 networks (expected: none with NETWORK_MODE_HOST)"),
        fault(
            "networking { workload: 'db' }",
            "spec.networking.workload: db (expected: empty, unless the mode is"
                + " NETWORK_MODE_WORKLOAD)"),
        fault(
            "networking { mode: NETWORK_MODE_WORKLOAD }",
            "spec.networking.workload: missing (expected: 1 to 63 characters of a-z, 0-9 and '-',"
                + " neither the first nor the last a '-')"),
        fault(
            "networking { mode: NETWORK_MODE_WORKLOAD workload: 'DB' }",
            "spec.networking.workload: DB (expected: 1 to 63 characters of a-z, 0-9 and '-',"
                + " neither the first nor the last a '-')"),
        fault(
            "networking { mode: NETWORK_MODE_WORKLOAD workload: 'web' }",
            "spec.networking.workload: web (expected: another workload than this one)"),
        fault(
            "networking { networks { ipv4_address: '10.0.0.1' } }",
            "spec.networking.networks[0].network.name: missing (expected: 1 to 128 characters of"
                + " A-Z, a-z, 0-9, '-', '_' and '.', the first a letter or digit)"),
        fault(
            "networking { networks { network { name: 'host' } } }",
            "spec.networking.networks[0].network.name: host (expected: no word of the engine's own;"
                + " the mode says that)"),
        fault(
            "networking { networks { network { name: 'n' } } networks { network { name: 'n' } } }",
            "spec.networking.networks[1].network.name: n (expected: a network that"
                + " spec.networking.networks[0] does not name already)"),
        fault(
            "networking { networks { network { name: 'n' } aliases: 'a b' mac_address: '02:42' } }",
            "spec.networking.networks[0].aliases[0]: \"a b\" (expected: 1 to 253 characters of A-Z,"
                + " a-z, 0-9, '-', '_' and '.', the first a letter, digit or '_');"
                + " spec.networking.networks[0].mac_address: 02:42 (expected: a hardware address as"
                + " 02:42:ac:11:00:02; or empty)"),
        fault(
            "networking { networks { network { name: 'n' subnets { subnet: '10.1.0.0/16' } }"
                + " ipv4_address: '10.2.0.1' ipv6_address: '10.1.0.1' } }",
            "spec.networking.networks[0].ipv4_address: 10.2.0.1 (expected: an address in one of the"
                + " subnets of the network n); spec.networking.networks[0].ipv6_address: 10.1.0.1"
                + " (expected: an IPv6 address, or empty)"),
        fault(
            "networking { networks { network { name: 'n' subnets { subnet: '10.1.0.0/33' } } } }",
            "spec.networking.networks[0].network.subnets[0].subnet: 10.1.0.0/33 (expected: an"
                + " address range as 10.1.0.0/16)"),
        fault(
            "networking { networks { network { name: 'n' subnets { subnet: '10.1.0.0/16'"
                + " gateway: '10.2.0.1' ip_range: '10.1.0.0/8' } } } }",
            "spec.networking.networks[0].network.subnets[0].gateway: 10.2.0.1 (expected: an address"
                + " in the subnet, or empty);"
                + " spec.networking.networks[0].network.subnets[0].ip_range: 10.1.0.0/8 (expected:"
                + " an address range in the subnet, or empty)"),
        fault(
            "networking { networks { network { name: 'n' driver: ' '"
                + " driver_options { key: '' value: 's3cret' }"
                + " labels { key: 'tallyman.stack' value: 'x' } } } }",
            "spec.networking.networks[0].network.driver: \" \" (expected: 1 to 255 characters of"
                + " A-Z, a-z, 0-9, '-', '_', '.', '/', ':' and '@', the first a letter or digit; or"
                + " empty); spec.networking.networks[0].network.driver_options[\"\"]: a key of 0"
                + " bytes (expected: 1 to 253 bytes without NUL);"
                + " spec.networking.networks[0].network.labels[tallyman.stack]: a reserved key"
                + " (expected: no key that begins with \"tallyman.\")"),
        fault(
            "networking { dns_servers: 'ns.example.org' dns_searches: 'a b' dns_options: '' }",
            "spec.networking.dns_servers[0]: ns.example.org (expected: an IPv4 or IPv6 address);"
                + " spec.networking.dns_searches[0]: \"a b\" (expected: 1 to 253 characters of A-Z,"
                + " a-z, 0-9, '-', '_' and '.', the first a letter, digit or '_'; or \".\" for no"
                + " search domain); spec.networking.dns_options[0]: \"\" (expected: 1 to 255 ASCII"
                + " characters without spaces)"),
        fault(
            "networking { extra_hosts { address: 'gate' } domain_name: '-x' }",
            "spec.networking.extra_hosts[0].name: missing (expected: 1 to 253 characters of A-Z,"
                + " a-z, 0-9, '-', '_' and '.', the first a letter, digit or '_');"
                + " spec.networking.extra_hosts[0].address: gate (expected: an IPv4 or IPv6 address,"
                + " or \"host-gateway\"); spec.networking.domain_name: -x (expected: 1 to 253"
                + " characters of A-Z, a-z, 0-9, '-', '_' and '.', the first a letter, digit or"
                + " '_'; or empty)"),
        fault(
            "hostname: 'web.'",
            "spec.hostname: web. (expected: 1 to 64 characters of A-Z, a-z, 0-9, '-', '_' and '.',"
                + " the first and the last a letter, digit or '_'; or empty)"),
        fault(
            "ports { container_port: 80 } networking { mode: NETWORK_MODE_HOST }",
            "spec.ports: 1 ports (expected: none with NETWORK_MODE_HOST)"),
        fault(
            "ports { container_port: 80 } networking { mode: NETWORK_MODE_NONE }",
            "spec.ports: 1 ports (expected: none with NETWORK_MODE_NONE)"),
        fault(
            "ports { container_port: 80 } hostname: 'x' networking { mode: NETWORK_MODE_WORKLOAD"
                + " workload: 'db' dns_servers: '1.1.1.1' extra_hosts { name: 'a' address: '::1' } }",
            "spec.ports: 1 ports (expected: none with NETWORK_MODE_WORKLOAD); spec.hostname: x"
                + " (expected: empty with NETWORK_MODE_WORKLOAD); spec.networking.dns_servers: 1"
                + " servers (expected: none with NETWORK_MODE_WORKLOAD);"
                + " spec.networking.extra_hosts: 1 entries (expected: none with"
                + " NETWORK_MODE_WORKLOAD)"));
  }

  private static Stream<Arguments> mountFaults() {
    String path = " (expected: an absolute path of at most 4095 bytes without NUL)";
    return Stream.of(
        fault(
            "mounts { }",
            "spec.mounts[0].target: missing"
                + path
                + "; spec.mounts[0]: no source (expected: one of bind, volume, tmpfs)"),
        fault(
            "mounts { target: 'data' bind { path: './data' } }",
            "spec.mounts[0].target: data" + path + "; spec.mounts[0].bind.path: ./data" + path),
        fault(
            "mounts { target: '/../' tmpfs { } }",
            "spec.mounts[0].target: /../ (expected: a path below /)"),
        fault(
            "mounts { target: '/a' tmpfs { } } mounts { target: '/b/../a/' tmpfs { } }",
            "spec.mounts[1].target: /b/../a/ (expected: a path that spec.mounts[0] does not have"
                + " already)"),
        fault(
            "mounts { target: '/a' tmpfs { } } files { target: '/a' content: 'x' }",
            "spec.files[0].target: /a (expected: a path that spec.mounts[0] does not have already)"),
        fault(
            "files { target: '/a' content: 'x' } files { target: '//a' content: 'x' }",
            "spec.files[1].target: //a (expected: a path that spec.files[0] does not have already)"),
        fault(
            "files { target: '/a' }",
            "spec.files[0].content: empty (expected: the content of the secret)"),
        fault(
            "mounts { target: '/a' bind { path: '/x' propagation: 'both' } }",
            "spec.mounts[0].bind.propagation: both (expected: one of rprivate, private, rshared,"
                + " shared, rslave, slave; or empty)"),
        fault(
            "mounts { target: '/a' volume { volume { name: 'a/b' } } }",
            "spec.mounts[0].volume.volume.name: a/b (expected: 2 to 128 characters of A-Z, a-z,"
                + " 0-9, '-', '_' and '.', the first a letter or digit)"),
        fault(
            "mounts { target: '/a' volume { volume { driver: 'nfs' } subpath: 'x' } }",
            "spec.mounts[0].volume.volume.name: missing (expected: a name, or a volume of which"
                + " nothing else is said); spec.mounts[0].volume.subpath: x (expected: empty for a"
                + " volume without a name, which begins empty)"),
        fault(
            "mounts { target: '/a' volume { volume { name: 'vol' } subpath: 'x/../..' } }",
            "spec.mounts[0].volume.subpath: x/../.. (expected: a relative path of at most 4095"
                + " bytes without \"..\" and NUL)"),
        fault(
            "mounts { target: '/a' volume { volume { name: 'vol' } } }"
                + " mounts { target: '/b' volume { volume { name: 'vol' driver: 'nfs' } } }",
            "spec.mounts[1].volume.volume: vol (expected: the same description of this volume in"
                + " each mount)"),
        fault(
            "mounts { target: '/a' tmpfs { size_bytes: -1 mode: 4096 options: 'size=1' } }",
            "spec.mounts[0].tmpfs.size_bytes: -1 (expected: 0 or more); spec.mounts[0].tmpfs.mode:"
                + " 10000 octal (expected: at most 7777 octal); spec.mounts[0].tmpfs.options[0]:"
                + " size=1 (expected: an option such as noexec, without spaces and commas; size and"
                + " mode have fields)"),
        fault(
            "files { target: '/a' content: '" + "s3cret".repeat(174_763) + "' }",
            "spec.files[0].content: 1048578 bytes (expected: at most 1048576)"),
        fault(
            "files { target: '/a' content: 'x' uid: 4294967295 gid: 2147483648 mode: 4294967295 }",
            "spec.files[0].mode: 37777777777 octal (expected: at most 7777 octal);"
                + " spec.files[0].uid: 4294967295 (expected: at most 2147483647);"
                + " spec.files[0].gid: 2147483648 (expected: at most 2147483647)"));
  }

  private static Stream<Arguments> processFaults() {
    return Stream.of(
        fault(
            "instance_name: 'x'",
            "spec.instance_name: x (expected: 2 to 128 characters of A-Z, a-z, 0-9, '-', '_' and"
                + " '.', the first a letter or digit; or empty)"),
        fault(
            "security { cap_add: 'CAP_NET_ADMIN' cap_drop: 'all' }",
            "spec.security.cap_add[0]: CAP_NET_ADMIN (expected: a capability of Linux as NET_ADMIN,"
                + " without CAP_, or ALL); spec.security.cap_drop[0]: all (expected: a capability of"
                + " Linux as NET_ADMIN, without CAP_, or ALL)"),
        fault(
            "security { seccomp: 'profile.json' }",
            "spec.security.seccomp: profile.json (expected: unconfined, the profile itself as JSON,"
                + " or empty)"),
        fault(
            "security { apparmor: ' ' selinux: 'svirt_t' groups: 'a:b' user_namespace: 'private' }",
            "spec.security.apparmor: \" \" (expected: 1 to 255 characters of A-Z, a-z, 0-9, '-',"
                + " '_', '.', '/', ':' and '@', the first a letter or digit; or empty);"
                + " spec.security.selinux[0]: svirt_t (expected: disable, or a label as"
                + " type:svirt_apache_t); spec.security.groups[0]: a:b (expected: a group by name or"
                + " number, without spaces and ':'); spec.security.user_namespace: private"
                + " (expected: host; or empty)"),
        fault(
            "ulimits { name: 'files' soft: -2 hard: 1 }",
            "spec.ulimits[0].name: files (expected: a bound of Linux as nofile, nproc or memlock);"
                + " spec.ulimits[0].soft: -2 (expected: 0 or more; -1: no bound)"),
        fault(
            "ulimits { name: 'core' soft: 2 hard: 1 } ulimits { name: 'core' }",
            "spec.ulimits[0].soft: 2 (expected: not above hard, which is 1); spec.ulimits[1].name:"
                + " core (expected: a name that spec.ulimits[0] does not have already)"),
        fault(
            "sysctls { key: 'somaxconn' value: '' }",
            "spec.sysctls[somaxconn]: no name of a setting (expected: a name as"
                + " net.core.somaxconn); spec.sysctls[somaxconn]: empty (expected: a value)"),
        fault(
            "devices { source: 'fuse' } devices { source: '/dev/a' target: 'a' permissions: 'rr' }",
            "spec.devices[0].source: fuse (expected: an absolute path of the host, or a CDI name as"
                + " vendor.com/class=name); spec.devices[1].target: a (expected: an absolute path of"
                + " at most 4095 bytes without NUL); spec.devices[1].permissions: rr (expected: some"
                + " of the letters r, w and m; or empty)"),
        fault(
            "devices { source: 'a.com/gpu=0' permissions: 'r' }",
            "spec.devices[0]: a.com/gpu=0 (expected: neither target nor permissions beside a CDI"
                + " name)"),
        fault("shm_bytes: -1", "spec.shm_bytes: -1 (expected: 0 or more)"),
        fault(
            "pid_namespace: 'private' ipc_namespace: 'own'",
            "spec.pid_namespace: private (expected: host or workload:NAME; or empty);"
                + " spec.ipc_namespace: own (expected: private, shareable, none, host or"
                + " workload:NAME; or empty)"),
        fault(
            "pid_namespace: 'workload:' ipc_namespace: 'workload:web'",
            "spec.pid_namespace: missing (expected: 1 to 63 characters of a-z, 0-9 and '-', neither"
                + " the first nor the last a '-'); spec.ipc_namespace: web (expected: another"
                + " workload than this one)"),
        fault(
            "platform: 'linux'",
            "spec.platform: linux (expected: os/architecture or os/architecture/variant; or"
                + " empty)"),
        fault(
            "logging { options { key: 'k' value: '" + "s3cret".repeat(700) + "' } }",
            "spec.logging.driver: missing (expected: 1 to 255 characters of A-Z, a-z, 0-9, '-',"
                + " '_', '.', '/', ':' and '@', the first a letter or digit);"
                + " spec.logging.options[k]: a value of 4200 bytes (expected: at most 4096 bytes"
                + " without NUL)"),
        fault(
            "resources { memory_swap_bytes: 4096 }",
            "spec.resources.memory_swap_bytes: 4096 (expected: 0 or -1, unless memory_bytes is"
                + " set)"),
        fault(
            "resources { memory_bytes: 8192 memory_swap_bytes: 4096 memory_reservation_bytes: 8193 }",
            "spec.resources.memory_swap_bytes: 4096 (expected: not below memory_bytes, which is"
                + " 8192); spec.resources.memory_reservation_bytes: 8193 (expected: not above"
                + " memory_bytes, which is 8192)"),
        fault(
            "resources { memory_swap_bytes: -2 memory_reservation_bytes: -1 cpu_shares: 1"
                + " cpuset: '4-2' oom_score_adjustment: -1001 }",
            "spec.resources.memory_swap_bytes: -2 (expected: 0 or more; -1: no bound);"
                + " spec.resources.memory_reservation_bytes: -1 (expected: 0 or more);"
                + " spec.resources.cpu_shares: 1 (expected: 0, or 2 to 262144);"
                + " spec.resources.cpuset: 4-2 (expected: processors as 0-2,4, ranges upwards; or"
                + " empty); spec.resources.oom_score_adjustment: -1001 (expected: -1000 to 1000)"),
        fault(
            "resources { cpu_shares: 262145 cpuset: '1,' oom_score_adjustment: 1001 }",
            "spec.resources.cpu_shares: 262145 (expected: 0, or 2 to 262144);"
                + " spec.resources.cpuset: 1, (expected: processors as 0-2,4, ranges upwards; or"
                + " empty); spec.resources.oom_score_adjustment: 1001 (expected: -1000 to 1000)"));
  }

  @ParameterizedTest
  @MethodSource({"networkFaults", "mountFaults", "processFaults"})
  void whatBreaksARuleIsRefusedWithFieldValueAndRule(String spec, String faults) {
    assertThat(Texted.faults("spec { " + spec + " }")).isEqualTo(faults).doesNotContain("s3cret");
  }

  @Test
  void thereAreBoundsOnHowMuchOneWorkloadHas() {
    String content = "x".repeat(1 << 20);
    String files =
        IntStream.range(0, 5)
            .mapToObj(i -> "files { target: '/" + i + "' content: '" + content + "' }")
            .collect(Collectors.joining());

    assertThat(Texted.faults("spec { " + files + " }"))
        .isEqualTo("spec.files: 5242880 bytes together (expected: at most 4194304)");
    assertThat(
            Texted.faults(
                "spec { security { "
                    + "groups: 'g' ".repeat(257)
                    + "} "
                    + "devices { source: '/dev/a' } ".repeat(257)
                    + "}"))
        .isEqualTo(
            "spec.security.groups: 257 entries (expected: at most 256);"
                + " spec.devices: 257 devices (expected: at most 256)");
  }

  @Test
  void anEmptyPartSaysNothing() {
    assertThat(Texted.read("spec { networking { } security { } resources { } }"))
        .isEqualTo(Texted.read(""));
  }

  private static Arguments fault(String spec, String faults) {
    return Arguments.of(spec, faults);
  }
}
