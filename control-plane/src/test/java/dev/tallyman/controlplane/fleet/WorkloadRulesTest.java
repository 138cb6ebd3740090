package dev.tallyman.controlplane.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import dev.tallyman.proto.v1.Backoff;
import dev.tallyman.proto.v1.EnvVar;
import dev.tallyman.proto.v1.Isolation;
import dev.tallyman.proto.v1.Port;
import dev.tallyman.proto.v1.PortProtocol;
import dev.tallyman.proto.v1.PullPolicy;
import dev.tallyman.proto.v1.Resources;
import dev.tallyman.proto.v1.RestartMode;
import dev.tallyman.proto.v1.RestartPolicy;
import dev.tallyman.proto.v1.Workload;
import dev.tallyman.proto.v1.WorkloadSpec;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class WorkloadRulesTest {

  @Test
  void workload_at_its_bounds_is_taken() {
    assertThat(faults(WorkloadRulesTest::fill)).isEmpty();
  }

  @Test
  void faults_without_end_are_counted_and_not_kept() {
    String text =
        faults(w -> {
          for (int i = 0; i < 100_000; i++) {
            spec(w).addEnv(EnvVar.getDefaultInstance());
          }
        });

    assertThat(text)
        .hasSizeLessThan(8 * 1024)
        .startsWith("w.spec.env[0].name: \"\"")
        .containsPattern("and 99\\d{3} more faults after these$");
  }

  @Test
  void all_faults_are_named_at_once() {
    assertThat(
            faults(w -> {
              w.setName("A").setStack("-");
              w.getSpecBuilder().clearImage().setWorkingDir("tmp");
              w.getSpecBuilder().getResourcesBuilder().setMemoryBytes(-1);
            }))
        .hasLineCount(5)
        .contains("w.spec.resources.memory_bytes: -1 (expected: 0 or more)");
  }

  static Stream<Arguments> broken() {
    return Stream.of(
        broken(w -> w.setUid("-u"), "w.uid: \"-u\" (expected: 1 to 63 characters of"),
        broken(w -> w.setUid("u".repeat(64)), "w.uid: \"uuu"),
        broken(w -> w.setName(""), "w.name: \"\" (expected: 1 to 63 characters of [a-z0-9-]"),
        broken(w -> w.setName("Upper"), "w.name: \"Upper\""),
        broken(w -> w.setName("a\nb"), "w.name: \"a?b\""),
        broken(w -> w.setStack("x".repeat(64)), "w.stack: "),
        broken(w -> w.putLabels("", "v"), "w.labels[\"\"]: a key of 0 bytes (expected: 1 to 253)"),
        broken(w -> w.putLabels("k".repeat(254), "v"), "a key of 254 bytes"),
        broken(
            w -> w.putLabels("k", "v".repeat(10_000)),
            "w.labels[\"k\"]: a value of 10000 bytes (expected: at most 4096)"),
        broken(
            w -> w.putLabels("tallyman.uid", "v"),
            "w.labels[\"tallyman.uid\"]: reserved (expected: a key that does not begin with"),
        broken(w -> w.putLabels("k", "a\0b"), "w.labels[\"k\"]: has a NUL"),
        broken(WorkloadRulesTest::tooManyLabels, "w.labels: 65 pairs (expected: at most 64)"),
        broken(w -> spec(w).setImage(""), "w.spec.image: \"\""),
        broken(w -> spec(w).setImage("busy box"), "w.spec.image: \"busy box\""),
        broken(
            w -> spec(w).setPullPolicyValue(17),
            "w.spec.pull_policy: not known (expected: one of PULL_POLICY_UNSPECIFIED, PULL_POLICY_ALWAYS"),
        broken(w -> spec(w).setIsolationValue(17), "w.spec.isolation: not known"),
        broken(w -> spec(w).addCommand("a\0"), "w.spec.command[0]: has a NUL"),
        broken(w -> spec(w).addArgs("x").addArgs("a\0"), "w.spec.args[1]: has a NUL"),
        broken(w -> env(w, "", "v"), "w.spec.env[0].name: \"\" (expected: not empty, without '='"),
        broken(w -> env(w, "A=B", "v"), "w.spec.env[0].name: \"A=B\""),
        broken(w -> env(w, "A", "x\0"), "w.spec.env[0].value: has a NUL"),
        broken(
            w -> {
              env(w, "A", "1");
              env(w, "A", "2");
            },
            "w.spec.env[1].name: \"A\" (expected: once; it is at [0] already)"),
        broken(w -> spec(w).setWorkingDir("tmp"), "w.spec.working_dir: \"tmp\""),
        broken(w -> spec(w).setUser("a b"), "w.spec.user: \"a b\""),
        broken(w -> spec(w).setUser("a:"), "w.spec.user: \"a:\""),
        broken(w -> spec(w).setRuntime("no/slash"), "w.spec.runtime: \"no/slash\""),
        broken(
            w -> resources(w).setCpuMillis(-5),
            "w.spec.resources.cpu_millis: -5 (expected: 0 or more)"),
        broken(w -> resources(w).setPids(-5), "w.spec.resources.pids: -5"),
        broken(w -> restart(w).setModeValue(9), "w.spec.restart.mode: not known"),
        broken(
            w -> restart(w).setMode(RestartMode.RESTART_MODE_ALWAYS).setMaxRestarts(3),
            "w.spec.restart.max_restarts: 3 (expected: 0 unless mode is RESTART_MODE_ON_FAILURE)"),
        broken(
            w -> backoff(w).setInitial(seconds(3601)),
            "w.spec.restart.backoff.initial: 3601 s 0 ns (expected: 0 s to 3600 s)"),
        broken(w -> backoff(w).setInitial(seconds(-1)), "w.spec.restart.backoff.initial: -1 s"),
        broken(
            w -> backoff(w).setMax(Duration.newBuilder().setNanos(1_000_000_000).build()),
            "w.spec.restart.backoff.max: 0 s 1000000000 ns"),
        broken(
            w ->
                backoff(w)
                    .setInitial(
                        Duration.newBuilder()
                            .setSeconds(Long.MAX_VALUE)
                            .setNanos(Integer.MAX_VALUE)),
            "w.spec.restart.backoff.initial: 9223372036854775807 s 2147483647 ns"),
        broken(
            w -> backoff(w).setInitial(seconds(20)).setMax(seconds(5)),
            "w.spec.restart.backoff.max: 5 s (expected: not below initial, 20 s)"),
        broken(
            w -> backoff(w).setInitial(seconds(1000)),
            "w.spec.restart.backoff.max: 300 s by default (expected: not below initial, 1000 s)"),
        broken(
            w -> backoff(w).setResetAfter(seconds(86_401)),
            "w.spec.restart.backoff.reset_after: 86401 s"),
        broken(
            w -> spec(w).setStopGracePeriod(seconds(Long.MAX_VALUE)),
            "w.spec.stop_grace_period: 9223372036854775807 s"),
        broken(w -> spec(w).setStopSignal("TERM"), "w.spec.stop_signal: \"TERM\""),
        broken(
            w -> port(w).setContainerPort(0),
            "w.spec.ports[0].container_port: 0 (expected: 1 to 65535)"),
        broken(w -> port(w).setContainerPort(-1), "w.spec.ports[0].container_port: 4294967295"),
        broken(
            w -> port(w).setHostPort(65_536),
            "w.spec.ports[0].host_port: 65536 (expected: 0 to 65535)"),
        broken(w -> port(w).setHostIp("localhost"), "w.spec.ports[0].host_ip: \"localhost\""),
        broken(w -> port(w).setProtocolValue(9), "w.spec.ports[0].protocol: not known"),
        broken(
            w -> {
              port(w).setHostPort(80);
              port(w).setHostPort(80).setProtocol(PortProtocol.PORT_PROTOCOL_TCP);
            },
            "w.spec.ports[1].host_port: 80 (expected: each port of the host once in a workload)"),
        broken(
            w -> spec(w).addArgs("x".repeat(300_000)), " bytes (expected: at most 262144 bytes)"));
  }

  @ParameterizedTest
  @MethodSource("broken")
  void each_fault_names_its_field_its_value_and_what_is_expected(
      Consumer<Workload.Builder> change, String message) {
    assertThat(faults(change)).contains(message).hasLineCount(1);
  }

  @Test
  void value_of_an_environment_variable_is_never_shown() {
    assertThat(faults(w -> env(w, "TOKEN", "s3cret\0"))).doesNotContain("s3cret");
  }

  private static Arguments broken(Consumer<Workload.Builder> change, String message) {
    return Arguments.of(change, message);
  }

  private static String faults(Consumer<Workload.Builder> change) {
    Workload.Builder workload =
        Workload.newBuilder().setName("a").setSpec(WorkloadSpec.newBuilder().setImage("busybox"));
    change.accept(workload);
    Problems problems = new Problems();
    WorkloadRules.check("w", workload.build(), problems);
    return problems.describe();
  }

  private static void fill(Workload.Builder w) {
    w.setUid("U" + "u".repeat(62)).setName("a".repeat(63)).setStack("0");
    for (int i = 0; i < 64; i++) {
      w.putLabels("k" + i, "");
    }
    w.putLabels("k0", "v".repeat(4096));
    spec(w)
        .setImage("registry.example.org:5000/a/b@sha256:" + "0".repeat(64))
        .setPullPolicy(PullPolicy.PULL_POLICY_NEVER)
        .setIsolation(Isolation.ISOLATION_MICROVM)
        .setWorkingDir("/")
        .setUser("1000:1000")
        .setRuntime("podman")
        .setStopSignal("SIGRTMIN+3")
        .setStopGracePeriod(seconds(3600));
    env(w, "A", "line\nbreak = ünïcode");
    env(w, "B", "");
    restart(w).setMode(RestartMode.RESTART_MODE_ON_FAILURE).setMaxRestarts(-1);
    backoff(w).setInitial(seconds(0)).setMax(seconds(86_400)).setResetAfter(seconds(86_400));
    port(w).setContainerPort(65_535).setHostPort(53).setHostIp("::1");
    port(w).setContainerPort(1).setHostPort(53).setProtocol(PortProtocol.PORT_PROTOCOL_UDP);
    port(w).setContainerPort(2);
    port(w).setContainerPort(3);
  }

  private static void tooManyLabels(Workload.Builder w) {
    for (int i = 0; i < 65; i++) {
      w.putLabels("k" + i, "v");
    }
  }

  private static WorkloadSpec.Builder spec(Workload.Builder w) {
    return w.getSpecBuilder();
  }

  private static void env(Workload.Builder w, String name, String value) {
    spec(w).addEnv(EnvVar.newBuilder().setName(name).setValue(value));
  }

  private static Resources.Builder resources(Workload.Builder w) {
    return spec(w).getResourcesBuilder();
  }

  private static RestartPolicy.Builder restart(Workload.Builder w) {
    return spec(w).getRestartBuilder();
  }

  private static Backoff.Builder backoff(Workload.Builder w) {
    return restart(w).getBackoffBuilder();
  }

  private static Port.Builder port(Workload.Builder w) {
    return spec(w).addPortsBuilder().setContainerPort(80);
  }

  private static Duration seconds(long seconds) {
    return Duration.newBuilder().setSeconds(seconds).build();
  }
}
