package dev.tallyman.compose.translate;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import dev.tallyman.proto.v1.Backoff;
import dev.tallyman.proto.v1.RestartMode;
import dev.tallyman.proto.v1.RestartPolicy;
import dev.tallyman.proto.v1.UpdateFailure;
import dev.tallyman.proto.v1.UpdateOrder;
import dev.tallyman.proto.v1.UpdatePolicy;
import org.junit.jupiter.api.Test;

class DeployTest {

  @Test
  void nothingIsRestartedUnlessTheFileSaysSo() {
    assertThat(restart("")).isEqualTo(policy(RestartMode.RESTART_MODE_NO));
    assertThat(restart("restart: \"no\"")).isEqualTo(policy(RestartMode.RESTART_MODE_NO));
    assertThat(restart("restart: always")).isEqualTo(policy(RestartMode.RESTART_MODE_ALWAYS));
    assertThat(restart("restart: unless-stopped"))
        .isEqualTo(policy(RestartMode.RESTART_MODE_UNLESS_STOPPED));
    assertThat(restart("restart: on-failure"))
        .isEqualTo(policy(RestartMode.RESTART_MODE_ON_FAILURE));
    assertThat(restart("restart: on-failure:3"))
        .isEqualTo(
            policy(RestartMode.RESTART_MODE_ON_FAILURE).toBuilder().setMaxRestarts(3).build());
  }

  @Test
  void theDeploymentsRestartPolicyWins() {
    assertThat(restart("restart: always\ndeploy: {restart_policy: {condition: none}}"))
        .isEqualTo(policy(RestartMode.RESTART_MODE_NO));
    assertThat(restart("deploy: {restart_policy: {}}"))
        .isEqualTo(policy(RestartMode.RESTART_MODE_ALWAYS));
    assertThat(
            restart(
                "deploy: {restart_policy: {condition: on-failure, delay: 5s, max_attempts: 3, window: 2m0s}}"))
        .isEqualTo(
            RestartPolicy.newBuilder()
                .setMode(RestartMode.RESTART_MODE_ON_FAILURE)
                .setMaxRestarts(3)
                .setBackoff(
                    Backoff.newBuilder()
                        .setInitial(seconds(5))
                        .setMax(seconds(300))
                        .setResetAfter(seconds(120)))
                .build());
    assertThat(
            Compose.service("deploy: {restart_policy: {condition: any, max_attempts: 3}}").faults())
        .singleElement()
        .asString()
        .contains("max_attempts: bounds only restarts after failures; set condition: on-failure");
  }

  private static RestartPolicy restart(String keys) {
    return Compose.service(keys).web().getRestart();
  }

  private static RestartPolicy policy(RestartMode mode) {
    return RestartPolicy.newBuilder().setMode(mode).build();
  }

  private static Duration seconds(long seconds) {
    return Duration.newBuilder().setSeconds(seconds).build();
  }

  @Test
  void updatesAreTranslatedFromEitherKey() {
    assertThat(
            update(
                "deploy: {update_config: {failure_action: rollback, monitor: 1m30s, order: stop-first, parallelism: 1, delay: 10s, max_failure_ratio: 0}}"))
        .isEqualTo(
            UpdatePolicy.newBuilder()
                .setOnFailure(UpdateFailure.UPDATE_FAILURE_ROLL_BACK)
                .setDeadline(seconds(90))
                .build());
    assertThat(update("deploy: {update_config: {failure_action: continue}}"))
        .isEqualTo(
            UpdatePolicy.newBuilder().setOnFailure(UpdateFailure.UPDATE_FAILURE_KEEP).build());
    assertThat(update("x-tallyman: {update: {on_failure: keep, deadline: 1s}}"))
        .isEqualTo(
            UpdatePolicy.newBuilder()
                .setOnFailure(UpdateFailure.UPDATE_FAILURE_KEEP)
                .setDeadline(seconds(1))
                .build());
    assertThat(Compose.service("").workload("web").hasUpdate()).isFalse();
  }

  @Test
  void aWorkloadThatStartsFirstHasAnotherUidForEachFormOfItsInstance() {
    String startFirst = "deploy: {update_config: {order: start-first}}\n";
    assertThat(update(startFirst).getOrder()).isEqualTo(UpdateOrder.UPDATE_ORDER_START_FIRST);
    assertThat(update("x-tallyman: {update: {order: start-first}}").getOrder())
        .isEqualTo(UpdateOrder.UPDATE_ORDER_START_FIRST);

    String first = uid(startFirst + "command: [a]");
    assertThat(first).startsWith("app.web.").isEqualTo(uid(startFirst + "command: [a]"));
    assertThat(uid(startFirst + "command: [a]\nstop_grace_period: 3s\nrestart: always"))
        .as("what can be changed without another instance")
        .isEqualTo(first);
    assertThat(uid(startFirst + "command: [b]")).isNotEqualTo(first);
    assertThat(uid("command: [b]")).isEqualTo("app.web");
  }

  private static String uid(String keys) {
    return Compose.service(keys).workload("web").getUid();
  }

  @Test
  void whatOnlyOneInstanceCanHaveCannotStartFirst() {
    assertThat(
            Compose.service(
                    """
                    deploy: {update_config: {order: start-first}}
                    container_name: only
                    ports: [{target: 80, published: "8080"}, {target: 81}]
                    """)
                .faults())
        .filteredOn(fault -> fault.contains("order: start-first (expected: stop-first"))
        .satisfiesExactlyInAnyOrder(
            f -> assertThat(f).contains("port 8080 of the host"),
            f -> assertThat(f).contains("the container_name only"));
  }

  private static UpdatePolicy update(String keys) {
    return Compose.service(keys).workload("web").getUpdate();
  }

  @Test
  void deploymentsThatCannotBeAreToldByName() {
    assertThat(
            Compose.service(
                    """
                    deploy:
                      mode: global-job
                      endpoint_mode: vip
                      replicas: 2
                      labels: {a: b}
                      placement: {constraints: [node.role==manager]}
                      rollback_config: {order: stop-first}
                      update_config: {failure_action: pause, order: any-first, parallelism: 1, delay: 1s, max_failure_ratio: 0.5, monitor: 0s}
                    x-tallyman: {update: {on_failure: retry}}
                    """)
                .faults())
        .satisfiesExactly(
            f -> assertThat(f).contains("deploy.mode: global-job (expected: replicated or global"),
            f -> assertThat(f).contains("endpoint_mode: vip (expected: dnsrr"),
            f ->
                assertThat(f)
                    .contains(
                        "deploy.labels: not supported: write them under the service's labels:"),
            f -> assertThat(f).contains("placement: not supported: a stack runs on the node"),
            f -> assertThat(f).contains("rollback_config: not supported"),
            f -> assertThat(f).contains("failure_action: pause (expected: rollback or continue"),
            f -> assertThat(f).contains("order: any-first (expected: stop-first, start-first"),
            f -> assertThat(f).contains("parallelism: 1 (expected: 0"),
            f -> assertThat(f).contains("delay: not supported"),
            f -> assertThat(f).contains("max_failure_ratio: 0.5 (expected: 0"),
            f -> assertThat(f).contains("monitor: 0s (expected: a duration").contains("1s to 1h"),
            f ->
                assertThat(f)
                    .contains(
                        "x-tallyman.update: says the same as services.web.deploy.update_config"),
            f -> assertThat(f).contains("on_failure: retry (expected: keep, roll_back"));
  }

  @Test
  void aServiceThatIsGlobalRunsOnce() {
    assertThat(Compose.service("deploy: {mode: global, placement: {}, resources: {}}").workloads())
        .containsOnlyKeys("web");
  }
}
