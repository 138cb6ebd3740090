package dev.tallyman.agent.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Duration;
import dev.tallyman.agent.model.Backoff;
import dev.tallyman.agent.model.Desired;
import dev.tallyman.agent.model.PullPolicy;
import dev.tallyman.agent.model.RestartPolicy;
import dev.tallyman.proto.v1.EnvVar;
import dev.tallyman.proto.v1.Port;
import dev.tallyman.proto.v1.PortProtocol;
import dev.tallyman.proto.v1.Resources;
import dev.tallyman.proto.v1.RestartMode;
import dev.tallyman.proto.v1.Workload;
import dev.tallyman.proto.v1.WorkloadSpec;
import dev.tallyman.runtime.Isolation;
import dev.tallyman.runtime.Limits;
import dev.tallyman.runtime.PortBinding;
import dev.tallyman.runtime.PortBinding.Protocol;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class WorkloadReaderTest {

  @Test
  void theLeastWorkloadHasTheDefaultsOfTheContract() {
    Desired desired = WorkloadReader.read("test", least().build());

    assertThat(desired).isInstanceOf(Desired.Wanted.class);
    dev.tallyman.agent.model.Workload workload = ((Desired.Wanted) desired).workload();
    assertThat(workload.stack()).isEqualTo("default");
    assertThat(workload.pullPolicy()).isEqualTo(PullPolicy.IF_NOT_PRESENT);
    assertThat(workload.restart()).isEqualTo(RestartPolicy.DEFAULT);
    assertThat(workload.restart().backoff()).isEqualTo(Backoff.DEFAULT);
    assertThat(workload.runtime()).isEmpty();
    assertThat(workload.spec().isolation()).isEqualTo(Isolation.CONTAINER);
    assertThat(workload.spec().limits()).isEqualTo(Limits.NONE);
    assertThat(workload.spec().stopGrace()).isEqualTo(java.time.Duration.ofSeconds(10));
    assertThat(workload.spec().stopSignal()).isEmpty();
    assertThat(workload.spec().workingDir()).isEmpty();
    assertThat(workload.spec().user()).isEmpty();
    assertThat(workload.specHash()).isEqualTo(workload.spec().specHash());
  }

  @Test
  void aPortWithoutAddressAndProtocolListensOnLoopbackForTcp() {
    Workload message = spec(s -> s.addPorts(Port.newBuilder().setContainerPort(80)));

    assertThat(wanted(message).spec().ports())
        .containsExactly(new PortBinding(80, 0, "127.0.0.1", Protocol.TCP));
  }

  @Test
  void envKeepsItsOrderAndOddValues() {
    Workload message =
        spec(s -> s.addEnv(env("Z", "a=b\nc")).addEnv(env("A", "")).addEnv(env("ß", "☃")));

    assertThat(wanted(message).spec().env())
        .containsExactly(entry("Z", "a=b\nc"), entry("A", ""), entry("ß", "☃"));
  }

  @Test
  void anExplicitGraceOfZeroIsNotTheDefault() {
    Workload message = spec(s -> s.setStopGracePeriod(Duration.getDefaultInstance()));

    assertThat(wanted(message).spec().stopGrace()).isEqualTo(java.time.Duration.ZERO);
  }

  static Stream<Arguments> faults() {
    String z = "\0";
    String dns =
        "(expected: 1 to 63 characters of a-z, 0-9 and '-', neither the first nor the last a '-'";
    return Stream.of(
        fault(
            "a negative limit",
            s -> s.setResources(Resources.newBuilder().setMemoryBytes(-1)),
            "spec.resources.memory_bytes: -1 (expected: 0 or more)"),
        fault(
            "a limit beyond all hosts",
            s -> s.setResources(Resources.newBuilder().setCpuMillis(Long.MAX_VALUE)),
            "spec.resources.cpu_millis: 9223372036854775807 (expected: at most 1000000000)"),
        fault(
            "too many processes",
            s -> s.setResources(Resources.newBuilder().setPids(1L << 23)),
            "spec.resources.pids: 8388608 (expected: at most 4194304)"),
        fault(
            "no image",
            WorkloadSpec.Builder::clearImage,
            "spec.image: missing (expected: an image reference)"),
        fault(
            "a space in the image",
            s -> s.setImage("a b"),
            "spec.image: \"a b\" (expected: at most 1024 ASCII characters"),
        fault(
            "a long image",
            s -> s.setImage("a".repeat(1025)),
            "spec.image: " + "a".repeat(64) + "... (1025 characters) (expected: at most 1024"),
        fault(
            "an unknown pull policy",
            s -> s.setPullPolicyValue(9),
            "spec.pull_policy: 9 (expected: one of PULL_POLICY_ALWAYS, PULL_POLICY_IF_NOT_PRESENT,"
                + " PULL_POLICY_NEVER)"),
        fault(
            "an unknown isolation",
            s -> s.setIsolationValue(-3),
            "spec.isolation: -3 (expected: one of ISOLATION_CONTAINER, ISOLATION_SANDBOX,"
                + " ISOLATION_MICROVM)"),
        fault(
            "NUL in the command",
            s -> s.addCommand("ok").addCommand("s3cret" + z),
            "spec.command[1]: contains NUL (expected: text without NUL)"),
        fault(
            "NUL in an argument",
            s -> s.addArgs("s3cret" + z),
            "spec.args[0]: contains NUL (expected: text without NUL)"),
        fault(
            "a long argument",
            s -> s.addArgs("x".repeat(131072)),
            "spec.args[0]: 131072 bytes (expected: at most 131071)"),
        fault(
            "too many arguments",
            s -> s.addAllArgs(Collections.nCopies(1001, "")),
            "spec.args: 1001 entries (expected: at most 1000)"),
        fault(
            "a large spec",
            s -> s.addAllArgs(Collections.nCopies(9, "x".repeat(120_000))),
            "spec: 1080"),
        fault(
            "NUL in a value",
            s -> s.addEnv(env("A", "s3cret" + z)),
            "spec.env[0].value: contains NUL (expected: text without NUL)"),
        fault(
            "a name with =",
            s -> s.addEnv(env("A=s3cret", "b")),
            "spec.env[0].name: contains '=' or NUL (expected: a name without '=' and NUL)"),
        fault(
            "an empty name",
            s -> s.addEnv(env("", "s3cret")),
            "spec.env[0].name: empty (expected: a name without '=' and NUL)"),
        fault(
            "a name twice",
            s -> s.addEnv(env("A", "1")).addEnv(env("A", "s3cret")),
            "spec.env[1].name: A (expected: a name that occurs once)"),
        fault(
            "a long variable",
            s -> s.addEnv(env("AB", "x".repeat(131069))),
            "spec.env[0].value: 131072 bytes (expected: at most 131071)"),
        fault(
            "a relative directory",
            s -> s.setWorkingDir("srv"),
            "spec.working_dir: srv (expected: an absolute path of at most 4095 bytes without NUL)"),
        fault(
            "a user of three parts",
            s -> s.setUser("a:b:c"),
            "spec.user: a:b:c (expected: user or user:group, at most 255 bytes without spaces)"),
        fault(
            "a runtime with a space",
            s -> s.setRuntime("my docker"),
            "spec.runtime: \"my docker\" (expected: the name of one of the node's runtimes"),
        fault(
            "an unknown restart mode",
            s -> s.getRestartBuilder().setModeValue(7),
            "spec.restart.mode: 7 (expected: one of RESTART_MODE_NO, RESTART_MODE_ALWAYS,"
                + " RESTART_MODE_ON_FAILURE, RESTART_MODE_UNLESS_STOPPED,"
                + " RESTART_MODE_WHILE_NEEDED)"),
        fault(
            "a bound for a mode without one",
            s -> s.getRestartBuilder().setMaxRestarts(3),
            "spec.restart.max_restarts: 3 (expected: 0, unless the mode is RESTART_MODE_ON_FAILURE)"),
        fault(
            "a bound beyond int",
            s ->
                s.getRestartBuilder()
                    .setMode(RestartMode.RESTART_MODE_ON_FAILURE)
                    .setMaxRestarts(-1),
            "spec.restart.max_restarts: 4294967295 (expected: at most 2147483647)"),
        fault(
            "a negative wait",
            s -> backoff(s).setInitial(seconds(-1)),
            "spec.restart.backoff.initial: -1s (expected: 0s to 3600s)"),
        fault(
            "a first wait above the default for the longest",
            s -> backoff(s).setInitial(seconds(301)),
            "spec.restart.backoff.max: 300s by default (expected: not below backoff.initial, which is 301s)"),
        fault(
            "a longest wait below the default for the first",
            s -> backoff(s).setMax(seconds(9)),
            "spec.restart.backoff.max: 9s (expected: not below backoff.initial, which by default is 10s)"),
        fault(
            "a longest wait beyond a day",
            s -> backoff(s).setMax(seconds(86401)),
            "spec.restart.backoff.max: 86401s (expected: 0s to 86400s)"),
        fault(
            "a reset beyond a day",
            s -> backoff(s).setResetAfter(seconds(86401)),
            "spec.restart.backoff.reset_after: 86401s (expected: 0s to 86400s)"),
        fault(
            "no port",
            s -> s.addPorts(Port.getDefaultInstance()),
            "spec.ports[0].container_port: 0 (expected: 1 to 65535)"),
        fault(
            "a port beyond int",
            s -> s.addPorts(Port.newBuilder().setContainerPort(80).setHostPort(-1)),
            "spec.ports[0].host_port: 4294967295 (expected: 0 to 65535; 0: any)"),
        fault(
            "an address of three parts",
            s -> s.addPorts(port(80, 80).setHostIp("127.0.1")),
            "spec.ports[0].host_ip: 127.0.1 (expected: an IPv4 or IPv6 address, or empty)"),
        fault(
            "a host name as address",
            s -> s.addPorts(port(80, 80).setHostIp("localhost")),
            "spec.ports[0].host_ip: localhost (expected: an IPv4 or IPv6 address, or empty)"),
        fault(
            "an address with a zone",
            s -> s.addPorts(port(80, 80).setHostIp("fe80::1%eth0")),
            "spec.ports[0].host_ip: fe80::1%eth0 (expected: an IPv4 or IPv6 address, or empty)"),
        fault(
            "an unknown protocol",
            s -> s.addPorts(port(80, 80).setProtocolValue(3)),
            "spec.ports[0].protocol: 3 (expected: one of PORT_PROTOCOL_TCP, PORT_PROTOCOL_UDP)"),
        fault(
            "a host port twice",
            s -> s.addPorts(port(80, 8080)).addPorts(port(81, 8080)),
            "spec.ports[1].host_port: 8080 (expected: a port of 127.0.0.1 that spec.ports[0] does"
                + " not have already, for TCP)"),
        fault(
            "the same address in two spellings",
            s ->
                s.addPorts(port(80, 8080).setHostIp("::1"))
                    .addPorts(port(81, 8080).setHostIp("0:0:0:0:0:0:0:1")),
            "spec.ports[1].host_port: 8080 (expected: a port of 0:0:0:0:0:0:0:1 that spec.ports[0]"),
        fault(
            "too many ports",
            s -> {
              for (int i = 1; i <= 257; i++) {
                s.addPorts(port(i, i));
              }
            },
            "spec.ports: 257 ports (expected: at most 256)"),
        fault(
            "a signal without SIG",
            s -> s.setStopSignal("TERM"),
            "spec.stop_signal: TERM (expected: a signal of Linux by name"),
        fault(
            "an unknown enforcement",
            s -> s.setEnforcementValue(9),
            "spec.enforcement: 9 (expected: one of ENFORCEMENT_STRICT, ENFORCEMENT_WARN)"),
        fault(
            "a grace beyond an hour",
            s -> s.setStopGracePeriod(seconds(3601)),
            "spec.stop_grace_period: 3601s (expected: 0s to 3600s)"),
        fault(
            "a grace a little beyond an hour",
            s -> s.setStopGracePeriod(seconds(3600).toBuilder().setNanos(1)),
            "spec.stop_grace_period: 3600s and 1ns (expected: 0s to 3600s)"),
        fault(
            "a grace of mixed signs",
            s -> s.setStopGracePeriod(seconds(1).toBuilder().setNanos(-1)),
            "spec.stop_grace_period: 1s and -1ns (expected: 0s to 3600s, with nanoseconds of"),
        fault(
            "a grace that no duration holds",
            s -> s.setStopGracePeriod(seconds(Long.MIN_VALUE)),
            "spec.stop_grace_period: -9223372036854775808s (expected: 0s to 3600s)"),
        Arguments.of(
            "no spec", least().clearSpec().build(), "spec: missing (expected: what to run)"),
        Arguments.of(
            "a name in capitals", least().setName("Web").build(), "name: Web " + dns + ")"),
        Arguments.of("no name", least().setName("").build(), "name: \"\" " + dns + ")"),
        Arguments.of("a long name", least().setName("a".repeat(64)).build(), "name: aaaa"),
        Arguments.of(
            "a stack that ends with -",
            least().setStack("web-").build(),
            "stack: web- " + dns + "; or empty for \"default\")"),
        Arguments.of(
            "a reserved label",
            least().putLabels("tallyman.uid", "x").build(),
            "labels[tallyman.uid]: a reserved key (expected: no key that begins with \"tallyman.\")"),
        Arguments.of(
            "a long label",
            least().putLabels("k", "v".repeat(10_000)).build(),
            "labels[k]: a value of 10000 bytes (expected: at most 4096 bytes without NUL)"),
        Arguments.of(
            "a long key",
            least().putLabels("k".repeat(254), "").build(),
            "a key of 254 bytes (expected: 1 to 253 bytes without NUL)"),
        Arguments.of(
            "an empty key",
            least().putLabels("", "v").build(),
            "labels[\"\"]: a key of 0 bytes (expected: 1 to 253 bytes without NUL)"),
        Arguments.of("too many labels", manyLabels(65), "labels: 65 pairs (expected: at most 64)"),
        Arguments.of(
            "a generation beyond long",
            least().setGeneration(-1).build(),
            "generation: 18446744073709551615 (expected: at most 9223372036854775807)"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void whatBreaksARuleIsRefusedWithFieldValueAndRule(String what, Workload message, String fault) {
    Desired desired = WorkloadReader.read("test", message);

    assertThat(desired).as(what).isInstanceOf(Desired.Refused.class);
    Desired.Refused refused = (Desired.Refused) desired;
    assertThat(refused.reason()).isEqualTo("InvalidSpec");
    assertThat(refused.message()).contains(fault).doesNotContain("s3cret");
    assertThat(refused.uid()).isEqualTo("u1");
    assertThat(refused.name()).hasSizeLessThan(100);
  }

  @Test
  void allFaultsAreToldAtOnce() {
    Workload message =
        spec(s ->
            s.clearImage()
                .setUser("a b")
                .setResources(Resources.newBuilder().setMemoryBytes(-1).setPids(-2)));

    assertThat(refused(message).message())
        .isEqualTo(
            "spec.image: missing (expected: an image reference); "
                + "spec.user: \"a b\" (expected: user or user:group, at most 255 bytes without"
                + " spaces); "
                + "spec.resources.memory_bytes: -1 (expected: 0 or more); "
                + "spec.resources.pids: -2 (expected: 0 or more)");
  }

  @Test
  void aThousandFaultsMakeAMessageThatCanBeRead() {
    Workload message =
        spec(s -> {
          for (int i = 0; i < 1000; i++) {
            s.addEnv(env("", "x"));
          }
        });

    assertThat(refused(message).message()).hasSizeLessThan(4000).endsWith("; and 980 more");
  }

  @ParameterizedTest
  @ValueSource(strings = {"SIGTERM", "SIGINT", "SIGUSR1", "SIGRTMIN+3", "SIGRTMAX-14", "SIGWINCH"})
  void stopSignalsAreKnownByName(String signal) {
    assertThat(wanted(spec(s -> s.setStopSignal(signal))).spec().stopSignal()).hasValue(signal);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "192.168.1.20", "::", "::1", "2001:db8::7"})
  void addressesOfBothFamiliesAreTaken(String address) {
    Workload message = spec(s -> s.addPorts(port(80, 80).setHostIp(address)));

    assertThat(wanted(message).spec().ports().getFirst().hostIp()).isEqualTo(address);
  }

  @Test
  void theSameHostPortForTwoProtocolsIsTwoPorts() {
    Workload message =
        spec(s ->
            s.addPorts(port(53, 53))
                .addPorts(port(53, 53).setProtocol(PortProtocol.PORT_PROTOCOL_UDP)));

    assertThat(wanted(message).spec().ports()).hasSize(2);
  }

  @Test
  void workloadsThatShareAUidAreRefusedTogetherAndLeaveOthersAlone() {
    WorkloadReader.Reading reading =
        WorkloadReader.readAll(
            "test",
            List.of(
                least().setName("web").build(),
                least().setUid("u2").build(),
                least().setName("db").setStack("shop").build()));

    assertThat(reading.desired()).hasSize(2);
    assertThat(reading.desired().get(0))
        .isEqualTo(
            new Desired.Refused(
                "u1",
                "web",
                "default",
                0,
                "DuplicateUid",
                "uid: u1 stands for 2 workloads, default/web, shop/db (expected: one)"));
    assertThat(reading.desired().get(1)).isInstanceOf(Desired.Wanted.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-a", "a/b", "a b", "ü"})
  void aUidThatCannotBeAStatusesAddressIsReportedApart(String uid) {
    WorkloadReader.Reading reading =
        WorkloadReader.readAll(
            "test", List.of(least().setUid("good").build(), least().setUid(uid).build()));

    assertThat(reading.desired()).singleElement().isInstanceOf(Desired.Wanted.class);
    assertThat(reading.unaddressable())
        .singleElement()
        .asString()
        .startsWith("workloads[1].uid: ")
        .contains("of default/web (expected: 1 to 63 characters");
    assertThatThrownBy(() -> WorkloadReader.read("test", least().setUid(uid).build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("uid: ");
  }

  @Test
  void aUidOfSixtyFourCharactersIsNone() {
    assertThat(WorkloadReader.isUid("a".repeat(63))).isTrue();
    assertThat(WorkloadReader.isUid("a".repeat(64))).isFalse();
  }

  private static Map.Entry<String, String> entry(String name, String value) {
    return Map.entry(name, value);
  }

  private static Arguments fault(String what, Consumer<WorkloadSpec.Builder> change, String fault) {
    return Arguments.of(what, spec(change), fault);
  }

  private static Workload spec(Consumer<WorkloadSpec.Builder> change) {
    Workload.Builder message = least();
    change.accept(message.getSpecBuilder());
    return message.build();
  }

  private static Workload.Builder least() {
    return Workload.newBuilder()
        .setUid("u1")
        .setName("web")
        .setSpec(WorkloadSpec.newBuilder().setImage("busybox:1.36"));
  }

  private static Workload manyLabels(int count) {
    Workload.Builder message = least();
    for (int i = 0; i < count; i++) {
      message.putLabels("k" + i, "v");
    }
    return message.build();
  }

  private static EnvVar env(String name, String value) {
    return EnvVar.newBuilder().setName(name).setValue(value).build();
  }

  private static Port.Builder port(int containerPort, int hostPort) {
    return Port.newBuilder().setContainerPort(containerPort).setHostPort(hostPort);
  }

  private static Duration seconds(long seconds) {
    return Duration.newBuilder().setSeconds(seconds).build();
  }

  private static dev.tallyman.proto.v1.Backoff.Builder backoff(WorkloadSpec.Builder spec) {
    return spec.getRestartBuilder().getBackoffBuilder();
  }

  private static dev.tallyman.agent.model.Workload wanted(Workload message) {
    return Optional.of(WorkloadReader.read("test", message))
        .filter(Desired.Wanted.class::isInstance)
        .map(Desired.Wanted.class::cast)
        .orElseThrow(() -> new AssertionError(WorkloadReader.read("test", message).toString()))
        .workload();
  }

  private static Desired.Refused refused(Workload message) {
    return (Desired.Refused) WorkloadReader.read("test", message);
  }
}
