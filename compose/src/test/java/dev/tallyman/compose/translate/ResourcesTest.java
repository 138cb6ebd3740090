package dev.tallyman.compose.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.proto.v1.Device;
import dev.tallyman.proto.v1.Resources;
import dev.tallyman.proto.v1.Ulimit;
import dev.tallyman.proto.v1.WorkloadSpec;
import org.junit.jupiter.api.Test;

class ResourcesTest {

  @Test
  void processorsAndSettingsOfAnyLengthAreReadOrRefused() {
    assertThat(Compose.service("cpuset: 0" + ",1-2".repeat(100_000)).web().getResources())
        .satisfies(resources -> assertThat(resources.getCpuset()).hasSize(400_001));
    assertThat(Compose.service("sysctls:\n  ? a" + ".b".repeat(100_000) + ".\n  : x\n").faults())
        .anySatisfy(fault -> assertThat(fault).contains("a setting such as net.core.somaxconn"));
  }

  @Test
  void limitsAndReservationsOfEitherKindAreTranslated() {
    Resources expected =
        Resources.newBuilder()
            .setCpuMillis(1500)
            .setMemoryBytes(512 << 20)
            .setPids(100)
            .setMemoryReservationBytes(256 << 20)
            .build();
    assertThat(
            Compose.service(
                    """
                    cpus: 1.5
                    mem_limit: "536870912"
                    pids_limit: 100
                    mem_reservation: "268435456"
                    """)
                .web()
                .getResources())
        .isEqualTo(expected);
    assertThat(
            Compose.service(
                    """
                    deploy:
                      resources:
                        limits: {cpus: "1.5", memory: "536870912", pids: 100}
                        reservations: {memory: "268435456", cpus: "0.5"}
                    """)
                .web()
                .getResources())
        .isEqualTo(expected.toBuilder().setCpuShares(512).build());
    assertThat(
            Compose.service(
                    """
                    cpu_quota: 50000
                    cpu_period: 200000
                    cpu_shares: 2048
                    cpuset: 0-2,4
                    mem_limit: "1024"
                    memswap_limit: "-1"
                    pids_limit: -1
                    oom_score_adj: -500
                    """)
                .web()
                .getResources())
        .isEqualTo(
            Resources.newBuilder()
                .setCpuMillis(250)
                .setCpuShares(2048)
                .setCpuset("0-2,4")
                .setMemoryBytes(1024)
                .setMemorySwapBytes(-1)
                .setOomScoreAdjustment(-500)
                .build());
  }

  @Test
  void whatIsSaidTwiceMustBeTheSame() {
    assertThat(
            Compose.service(
                    """
                    mem_limit: "1024"
                    cpus: 1
                    scale: 2
                    deploy: {replicas: 3, resources: {limits: {memory: "2048", cpus: "1"}}}
                    """)
                .faults())
        .satisfiesExactly(
            f ->
                assertThat(f)
                    .contains(
                        "deploy.replicas: says something else than scale: at compose.yaml:6:"),
            f ->
                assertThat(f)
                    .contains(
                        "limits.memory: says something else than services.web.mem_limit at compose.yaml:4:"));
  }

  @Test
  void limitsThatCannotBeAreToldByName() {
    assertThat(
            Compose.service(
                    """
                    cpus: 0.0001
                    cpuset: all
                    cpu_shares: 1
                    mem_limit: "100"
                    memswap_limit: "50"
                    mem_reservation: "200"
                    oom_score_adj: 5000
                    deploy: {resources: {reservations: {devices: [{capabilities: [gpu]}]}}}
                    """)
                .faults())
        .satisfiesExactly(
            f ->
                assertThat(f).contains("cpus: 0.0001 (expected: a number of cores, at least 0.001"),
            f -> assertThat(f).contains("cpuset: all (expected: processors"),
            f -> assertThat(f).contains("cpu_shares: 1 (expected: 2 to 262144"),
            f -> assertThat(f).contains("memswap_limit: 50 (expected: memory and swap together"),
            f ->
                assertThat(f)
                    .contains(
                        "mem_reservation: 200 (expected: at most the limit at compose.yaml:7:"),
            f -> assertThat(f).contains("oom_score_adj: 5000 (expected: a number, -1000 to 1000)"),
            f ->
                assertThat(f)
                    .contains(
                        "reservations.devices: not supported: name the device in devices: by its CDI name"));
  }

  @Test
  void theKernelIsAskedForBoundsSettingsAndDevices() {
    WorkloadSpec spec =
        Compose.service(
                """
                ulimits: {nproc: 65535, nofile: {soft: 1000, hard: 2000}, memlock: -1}
                sysctls: {net.core.somaxconn: "1024"}
                devices:
                  - {source: /dev/ttyUSB0, target: /dev/tty0, permissions: rw}
                  - {source: /dev/dri, target: /dev/dri, permissions: rwm}
                  - {source: vendor.com/gpu=all, target: vendor.com/gpu=all, permissions: rwm}
                shm_size: "67108864"
                """)
            .web();

    assertThat(spec.getUlimitsList())
        .containsExactly(
            ulimit("nproc", 65535, 65535), ulimit("nofile", 1000, 2000), ulimit("memlock", -1, -1));
    assertThat(spec.getSysctlsMap()).containsEntry("net.core.somaxconn", "1024");
    assertThat(spec.getDevicesList())
        .containsExactly(
            Device.newBuilder()
                .setSource("/dev/ttyUSB0")
                .setTarget("/dev/tty0")
                .setPermissions("rw")
                .build(),
            Device.newBuilder().setSource("/dev/dri").setPermissions("rwm").build(),
            Device.newBuilder().setSource("vendor.com/gpu=all").build());
    assertThat(spec.getShmBytes()).isEqualTo(64 << 20);
    assertThat(
            Compose.service(
                    "ulimits: {nofiles: 1, nproc: {soft: 2, hard: 1}}\ndevices: [{source: gpu, permissions: x}]")
                .faults())
        .satisfiesExactly(
            f ->
                assertThat(f)
                    .contains("ulimits.nofiles: nofiles (expected: as, core")
                    .contains("did you mean nofile?"),
            f -> assertThat(f).contains("nproc.soft: 2 (expected: at most the hard bound, 1)"),
            f ->
                assertThat(f)
                    .contains("devices[0].source: gpu (expected: an absolute path, or a CDI name"),
            f -> assertThat(f).contains("devices[0].permissions: x (expected: letters of rwm)"));
  }

  private static Ulimit ulimit(String name, long soft, long hard) {
    return Ulimit.newBuilder().setName(name).setSoft(soft).setHard(hard).build();
  }
}
