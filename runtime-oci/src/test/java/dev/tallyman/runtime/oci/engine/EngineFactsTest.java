package dev.tallyman.runtime.oci.engine;

import static dev.tallyman.runtime.Capability.ANNOTATIONS;
import static dev.tallyman.runtime.Capability.APPARMOR;
import static dev.tallyman.runtime.Capability.DEVICES_CDI;
import static dev.tallyman.runtime.Capability.FILES;
import static dev.tallyman.runtime.Capability.ISOLATION_CONTAINER;
import static dev.tallyman.runtime.Capability.ISOLATION_MICROVM;
import static dev.tallyman.runtime.Capability.ISOLATION_SANDBOX;
import static dev.tallyman.runtime.Capability.LIMIT_CPU;
import static dev.tallyman.runtime.Capability.LIMIT_CPUSET;
import static dev.tallyman.runtime.Capability.LIMIT_CPU_SHARES;
import static dev.tallyman.runtime.Capability.LIMIT_MEMORY;
import static dev.tallyman.runtime.Capability.LIMIT_MEMORY_RESERVATION;
import static dev.tallyman.runtime.Capability.LIMIT_PIDS;
import static dev.tallyman.runtime.Capability.LIMIT_SWAP;
import static dev.tallyman.runtime.Capability.LOGGING;
import static dev.tallyman.runtime.Capability.LOGS;
import static dev.tallyman.runtime.Capability.NETWORKS;
import static dev.tallyman.runtime.Capability.NETWORK_INTERNAL;
import static dev.tallyman.runtime.Capability.NETWORK_IPV6;
import static dev.tallyman.runtime.Capability.PORTS;
import static dev.tallyman.runtime.Capability.SECCOMP;
import static dev.tallyman.runtime.Capability.SELINUX;
import static dev.tallyman.runtime.Capability.STOP_SIGNAL;
import static dev.tallyman.runtime.Capability.USER;
import static dev.tallyman.runtime.Capability.VOLUMES;
import static dev.tallyman.runtime.Capability.VOLUME_NO_COPY;
import static dev.tallyman.runtime.Capability.VOLUME_SUBPATH;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.runtime.Capability;
import dev.tallyman.runtime.Isolation;
import dev.tallyman.runtime.oci.engine.Dialect.Kind;
import dev.tallyman.runtime.oci.http.Json;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EngineFactsTest {

  private static final Dialect DOCKER = new Dialect(Kind.DOCKER, "20.10.24", "1.41");
  private static final Dialect PODMAN = new Dialect(Kind.PODMAN, "4.3.1", "1.41");

  /** What is there only where the engine says so. */
  private static final List<Capability> SAID =
      List.of(
          LIMIT_CPU,
          LIMIT_MEMORY,
          LIMIT_PIDS,
          LIMIT_SWAP,
          LIMIT_MEMORY_RESERVATION,
          LIMIT_CPU_SHARES,
          LIMIT_CPUSET,
          PORTS,
          NETWORKS,
          NETWORK_INTERNAL,
          NETWORK_IPV6,
          VOLUMES,
          VOLUME_NO_COPY,
          VOLUME_SUBPATH,
          SECCOMP,
          APPARMOR,
          SELINUX,
          DEVICES_CDI,
          LOGGING,
          LOGS,
          ANNOTATIONS,
          FILES);

  @Test
  void whatTheEngineSaysIsWhatItCan() {
    EngineFacts facts =
        facts(
            DOCKER,
            """
            {"ID": "U2SJ", "ServerVersion": "20.10.24+dfsg1", "OSType": "linux",
             "Architecture": "x86_64", "NCPU": 2, "MemTotal": 25276514304,
             "MemoryLimit": true, "CpuCfsPeriod": true, "CpuCfsQuota": true, "PidsLimit": true,
             "Plugins": {"Network": ["bridge", "host"]},
             "Runtimes": {"io.containerd.runc.v2": {"path": "runc"}, "runc": {"path": "runc"}}}
            """);

    assertThat(facts.info().kind()).isEqualTo("docker");
    assertThat(facts.info().version()).isEqualTo("20.10.24+dfsg1");
    assertThat(facts.info().apiVersion()).isEqualTo("1.41");
    assertThat(facts.info().os()).isEqualTo("linux");
    assertThat(facts.info().architecture()).isEqualTo("amd64");
    assertThat(facts.info().cpus()).isEqualTo(2);
    assertThat(facts.info().memoryBytes()).isEqualTo(25276514304L);
    assertThat(facts.info().capabilities())
        .contains(
            ISOLATION_CONTAINER, LIMIT_CPU, LIMIT_MEMORY, LIMIT_PIDS, PORTS, STOP_SIGNAL, USER)
        .contains(NETWORKS, LIMIT_MEMORY_RESERVATION)
        .doesNotContain(LIMIT_SWAP, SECCOMP, APPARMOR, LOGS, VOLUMES, ANNOTATIONS);
    assertThat(facts.ociRuntimes()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "null",
        "{\"Runtimes\": 7, \"Plugins\": [], \"MemoryLimit\": \"yes\", \"NCPU\": {}}",
        "{\"MemoryLimit\": false, \"CpuCfsQuota\": false, \"PidsLimit\": false}"
      })
  void whatTheEngineDoesNotSayItCannot(String json) {
    assertThat(facts(DOCKER, json).info().capabilities())
        .contains(ISOLATION_CONTAINER, STOP_SIGNAL, USER)
        .doesNotContainAnyElementsOf(SAID);
    assertThat(facts(PODMAN, json).info().capabilities())
        .contains(ISOLATION_CONTAINER, STOP_SIGNAL, USER)
        .doesNotContainAnyElementsOf(SAID);
  }

  @Test
  void whatProtectsIsReadFromTheOptionsOfTheEngine() {
    String options = "{\"SecurityOptions\": [\"name=apparmor\", \"name=seccomp,profile=default\"]}";

    assertThat(facts(DOCKER, options).info().capabilities())
        .contains(SECCOMP, APPARMOR)
        .doesNotContain(SELINUX);
  }

  @Test
  void aNewerVersionOfTheApiCanDoMore() {
    Dialect newer = new Dialect(Kind.DOCKER, "27.0", "1.44");

    assertThat(facts(newer, "{}").info().capabilities()).contains(ANNOTATIONS);
    assertThat(facts(newer, "{\"CDISpecDirs\": [\"/etc/cdi\"]}").info().capabilities())
        .contains(DEVICES_CDI);
  }

  @ParameterizedTest
  @CsvSource({
    "runsc, /usr/bin/runsc, SANDBOX",
    "gvisor, /opt/runsc, SANDBOX",
    "runsc-ptrace, /usr/local/bin/gvisor.sh, SANDBOX",
    "io.containerd.runsc.v1, '', SANDBOX",
    "kata, /usr/bin/kata-runtime, MICROVM",
    "io.containerd.kata-qemu.v2, '', MICROVM",
    "small, /usr/bin/krun, MICROVM"
  })
  void aRegisteredOciRuntimeOfDockerGivesItsIsolation(
      String name, String path, Isolation isolation) {
    EngineFacts facts =
        facts(DOCKER, "{\"Runtimes\": {\"%s\": {\"path\": \"%s\"}}}".formatted(name, path));

    assertThat(facts.ociRuntimes()).isEqualTo(Map.of(isolation, name));
    assertThat(facts.info().capabilities()).contains(Capability.of(isolation));
  }

  @Test
  void aFineNameForAPlainRuntimeIsNoIsolation() {
    assertThat(
            facts(DOCKER, "{\"Runtimes\": {\"runsc\": {\"path\": \"/usr/sbin/runc\"}}}")
                .ociRuntimes())
        .isEmpty();
  }

  @Test
  void ofSeveralTheFirstByNameIsTaken() {
    assertThat(
            facts(
                    DOCKER,
                    "{\"Runtimes\": {\"runsc-kvm\": {\"path\": \"/r\"}, \"runsc\": {\"path\": \"/r\"}}}")
                .ociRuntimes())
        .isEqualTo(Map.of(Isolation.SANDBOX, "runsc"));
  }

  @Test
  void podmansListOfRuntimesIsNotBelieved() {
    String runtimes =
        "\"Runtimes\": {\"runsc\": {\"path\": \"/usr/bin/runsc\"}, \"kata\": {\"path\": \"/usr/bin/kata-runtime\"}}";

    assertThat(
            facts(PODMAN, "{\"DefaultRuntime\": \"runc\", " + runtimes + "}").info().capabilities())
        .doesNotContain(ISOLATION_SANDBOX, ISOLATION_MICROVM);
    assertThat(
            facts(PODMAN, "{\"DefaultRuntime\": \"/usr/bin/runsc\", " + runtimes + "}")
                .ociRuntimes())
        .isEqualTo(Map.of(Isolation.SANDBOX, "runsc"));
    assertThat(facts(PODMAN, "{\"DefaultRuntime\": \"krun\"}").ociRuntimes())
        .isEqualTo(Map.of(Isolation.MICROVM, "krun"));
  }

  @Test
  void thePodmanOfAnotherUserIsAnotherEngine() {
    String root = "{\"ID\": \"1\", \"Name\": \"host\", \"DockerRootDir\": \"/var/lib/containers\"}";
    String again =
        "{\"ID\": \"2\", \"Name\": \"host\", \"DockerRootDir\": \"/var/lib/containers\"}";
    String user = "{\"ID\": \"3\", \"Name\": \"host\", \"DockerRootDir\": \"/home/a/containers\"}";

    assertThat(facts(PODMAN, root).identity()).isEqualTo(facts(PODMAN, again).identity());
    assertThat(facts(PODMAN, root).identity()).isNotEqualTo(facts(PODMAN, user).identity());
  }

  private static EngineFacts facts(Dialect dialect, String json) {
    try {
      return EngineFacts.of(dialect, Json.parse(json), Json.missing());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
