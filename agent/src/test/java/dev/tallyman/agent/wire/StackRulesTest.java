package dev.tallyman.agent.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.agent.model.Dependency;
import dev.tallyman.agent.model.Dependency.Condition;
import dev.tallyman.agent.model.Dependency.Follow;
import dev.tallyman.agent.model.Dependency.Need;
import dev.tallyman.agent.model.UpdatePolicy;
import dev.tallyman.agent.model.UpdatePolicy.OnFailure;
import dev.tallyman.agent.model.UpdatePolicy.Order;
import dev.tallyman.agent.model.Workload;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a workload says of others of its stack, and of its own next spec. */
class StackRulesTest {

  private static final String OTHER =
      "(expected: 1 to 63 characters of a-z, 0-9 and '-', neither the first nor the last a '-')";

  @Test
  void aDependencyIsWaitedForUntilItRuns() {
    Workload workload = Texted.read("dependencies { workload: 'db' }");

    assertThat(workload.dependencies())
        .containsExactly(new Dependency("db", Condition.STARTED, Need.REQUIRED, Follow.STAY));
    assertThat(workload.spec().dependencies()).containsExactly("db");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "networking { mode: NETWORK_MODE_WORKLOAD workload: 'db' }",
        "pid_namespace: 'workload:db'",
        "ipc_namespace: 'workload:db'",
        "pid_namespace: 'workload:db' ipc_namespace: 'workload:db'",
      })
  void whoSharesANamespaceDependsOnWhoseItIs(String spec) {
    Workload workload = Texted.read("spec { " + spec + " }");

    assertThat(workload.dependencies())
        .containsExactly(new Dependency("db", Condition.STARTED, Need.REQUIRED, Follow.REJOIN));
    assertThat(workload.spec().dependencies()).containsExactly("db");
  }

  @Test
  void aDependencyThatAlsoSharesIsTheStricterOfBoth() {
    Workload workload =
        Texted.read(
            """
            dependencies {
              workload: "db" condition: DEPENDENCY_CONDITION_HEALTHY optional: true restart: true
            }
            dependencies { workload: "log" optional: true restart: true }
            spec { pid_namespace: "workload:db" ipc_namespace: "workload:net" }
            """);

    assertThat(workload.dependencies())
        .containsExactly(
            new Dependency("db", Condition.HEALTHY, Need.REQUIRED, Follow.REJOIN),
            new Dependency("log", Condition.STARTED, Need.OPTIONAL, Follow.RESTART),
            new Dependency("net", Condition.STARTED, Need.REQUIRED, Follow.REJOIN));
  }

  @Test
  void aTemplateIsKeptAsItIsWritten() {
    Workload workload =
        Texted.read(
            """
            dependencies { workload: "db" }
            spec {
              env { name: "PLAIN" value: "${db.host} $" }
              env { name: "URL" template: "a$$b ${db.url}/${db.port}/${db.hostPort.65535}" }
            }
            """);

    assertThat(workload.templates()).containsExactly("URL");
    assertThat(workload.spec().env())
        .containsEntry("PLAIN", "${db.host} $")
        .containsEntry("URL", "a$$b ${db.url}/${db.port}/${db.hostPort.65535}");
    assertThat(workload.spec().lateEnv()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "'', KEEP",
    "spec { liveness { tcp { port: 1 } } }, KEEP",
    "spec { readiness { tcp { port: 1 } } }, ROLL_BACK",
    "spec { startup { tcp { port: 1 } } }, ROLL_BACK",
    "update { on_failure: UPDATE_FAILURE_KEEP } spec { startup { tcp { port: 1 } } }, KEEP",
    "update { on_failure: UPDATE_FAILURE_ROLL_BACK }, ROLL_BACK",
  })
  void whatCanBeSeenToFailIsRolledBack(String workload, OnFailure onFailure) {
    assertThat(Texted.read(workload).update())
        .isEqualTo(new UpdatePolicy(Order.STOP_FIRST, onFailure, Duration.ofMinutes(5)));
  }

  private static Stream<Arguments> faults() {
    return Stream.of(
        fault("dependencies { }", "dependencies[0].workload: missing " + OTHER),
        fault(
            "dependencies { workload: 'shop/db' condition: 9 }",
            "dependencies[0].workload: shop/db "
                + OTHER
                + "; dependencies[0].condition: 9 (expected: one of DEPENDENCY_CONDITION_STARTED,"
                + " DEPENDENCY_CONDITION_HEALTHY, DEPENDENCY_CONDITION_COMPLETED)"),
        fault(
            "dependencies { workload: 'web' }",
            "dependencies[0].workload: web (expected: another workload than this one)"),
        fault(
            "dependencies { workload: 'db' } dependencies { workload: 'db' optional: true }",
            "dependencies[1].workload: db (expected: a workload that dependencies[0] does not name"
                + " already)"),
        fault(
            "dependencies { workload: 'db' condition: DEPENDENCY_CONDITION_COMPLETED }"
                + " spec { pid_namespace: 'workload:db' }",
            "dependencies[0].condition: DEPENDENCY_CONDITION_COMPLETED (expected: a workload that"
                + " runs, since spec.pid_namespace shares with it)"),
        fault(
            "update { order: UPDATE_ORDER_START_FIRST } spec {"
                + " ports { container_port: 80 host_port: 8080 } instance_name: 'only'"
                + " networking { networks { network { name: 'n' } mac_address: '02:42:ac:11:00:02' } } }",
            "spec.ports[0].host_port: 8080 (expected: 0, for with update.order"
                + " UPDATE_ORDER_START_FIRST two instances run for a while); spec.instance_name: only"
                + " (expected: none, for with update.order UPDATE_ORDER_START_FIRST two instances run"
                + " for a while); spec.networking.networks[0].mac_address: 02:42:ac:11:00:02 (expected:"
                + " none, for with update.order UPDATE_ORDER_START_FIRST two instances run for a"
                + " while)"),
        fault(
            "update { order: 7 }",
            "update.order: 7 (expected: one of UPDATE_ORDER_STOP_FIRST, UPDATE_ORDER_START_FIRST)"),
        fault(
            "update { deadline { nanos: 999999999 } }",
            "update.deadline: 0s and 999999999ns (expected: 1s to 3600s)"),
        fault(
            "update { deadline { seconds: 3601 } }",
            "update.deadline: 3601s (expected: 1s to 3600s)"),
        fault(
            "spec { env { name: 'A' value: 's3cret' template: 'x' } }",
            "spec.env[0].template: given beside a value (expected: either a value or a template)"),
        fault(
            "spec { env { name: 'A' template: 's3cret${db.host}' } }",
            "spec.env[0].template: db (expected: a workload that is among the dependencies)"),
        fault(
            "dependencies { workload: 'db' } spec { env { name: 'A' template: '${db.ip}' } }",
            "spec.env[0].template: ${db.ip} (expected: host, port, port.N, hostPort.N or url after"
                + " the name, with an N from 1 to 65535)"),
        fault(
            "dependencies { workload: 'db' } spec { env { name: 'A' template: '${db.port.65536}' } }",
            "spec.env[0].template: ${db.port.65536} (expected: host, port, port.N, hostPort.N or url"
                + " after the name, with an N from 1 to 65535)"),
        fault(
            "dependencies { workload: 'db' } spec { env { name: 'A' template: '${db.hostPort}' } }",
            "spec.env[0].template: ${db.hostPort} (expected: host, port, port.N, hostPort.N or url"
                + " after the name, with an N from 1 to 65535)"));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void whatBreaksARuleIsRefusedWithFieldValueAndRule(String workload, String faults) {
    assertThat(Texted.faults(workload)).isEqualTo(faults).doesNotContain("s3cret");
  }

  @ParameterizedTest
  @CsvSource({
    "s3cret$, 7",
    "$s3cret, 1",
    "a$$$s3cret, 4",
    "${s3cret, 1",
    "${db}s3cret, 1",
    "${}, 1",
    "x${s3cret!.host}, 2",
    "${DB.host}, 1",
  })
  void aDollarThatBeginsNoReferenceIsToldByItsPlaceAlone(String template, int character) {
    assertThat(Texted.faults("spec { env { name: 'A' template: '" + template + "' } }"))
        .isEqualTo(
            "spec.env[0].template: the '$' at character "
                + character
                + " (expected: ${NAME.host}, ${NAME.port}, ${NAME.port.N}, ${NAME.hostPort.N} or"
                + " ${NAME.url} with the NAME of a workload; $$ for a '$')");
  }

  @Test
  void allFaultsOfAllPartsAreToldAtOnce() {
    assertThat(
            Texted.faults(
                """
                name: "Web"
                dependencies { workload: "Web" }
                update { deadline { } }
                spec {
                  env { name: "A" template: "${db.url}" }
                  networking { mode: NETWORK_MODE_NONE dns_servers: "x" }
                  ports { }
                  mounts { target: "/a" }
                  security { cap_add: "x" }
                  liveness { }
                  shm_bytes: -1
                }
                """))
        .isEqualTo(
            "name: Web "
                + OTHER
                + "; spec.ports[0].container_port: 0 (expected: 1 to 65535)"
                + "; spec.networking.dns_servers[0]: x (expected: an IPv4 or IPv6 address)"
                + "; spec.ports: 1 ports (expected: none with NETWORK_MODE_NONE)"
                + "; spec.mounts[0]: no source (expected: one of bind, volume, tmpfs)"
                + "; spec.security.cap_add[0]: x (expected: a capability of Linux as NET_ADMIN,"
                + " without CAP_, or ALL)"
                + "; spec.shm_bytes: -1 (expected: 0 or more)"
                + "; spec.liveness: no check (expected: one of exec, tcp, http, grpc)"
                + "; dependencies[0].workload: Web "
                + OTHER
                + "; dependencies[0].workload: Web (expected: another workload than this one)"
                + "; spec.env[0].template: db (expected: a workload that is among the dependencies)"
                + "; update.deadline: 0s (expected: 1s to 3600s)");
  }

  private static Arguments fault(String workload, String faults) {
    return Arguments.of(workload, faults);
  }
}
