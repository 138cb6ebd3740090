package dev.tallyman.compose.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.proto.v1.Dependency;
import dev.tallyman.proto.v1.DependencyCondition;
import dev.tallyman.proto.v1.RestartMode;
import org.junit.jupiter.api.Test;

class DependenciesTest {

  @Test
  void eachConditionIsTranslatedForEachReplica() {
    assertThat(
            Compose.of(
                    """
                    services:
                      web:
                        image: x
                        depends_on:
                          my_db: {condition: service_healthy, required: true, restart: true}
                          init: {condition: service_completed_successfully}
                          cache: {condition: service_started, required: false}
                      my_db: {image: x, scale: 2}
                      init: {image: x}
                      cache: {image: x}
                    """)
                .workload("web")
                .getDependenciesList())
        .containsExactly(
            dependency("my-db-1", DependencyCondition.DEPENDENCY_CONDITION_HEALTHY)
                .setRestart(true)
                .build(),
            dependency("my-db-2", DependencyCondition.DEPENDENCY_CONDITION_HEALTHY)
                .setRestart(true)
                .build(),
            dependency("init", DependencyCondition.DEPENDENCY_CONDITION_COMPLETED).build(),
            dependency("cache", DependencyCondition.DEPENDENCY_CONDITION_STARTED)
                .setOptional(true)
                .build());
  }

  private static Dependency.Builder dependency(String name, DependencyCondition condition) {
    return Dependency.newBuilder().setWorkload(name).setCondition(condition);
  }

  @Test
  void whatDependsOnSaysWinsOverWhatIsImplied() {
    assertThat(
            Compose.of(
                    """
                    services:
                      web: {image: x, network_mode: "service:vpn", depends_on: {vpn: {condition: service_healthy}}}
                      vpn: {image: x}
                    """)
                .workload("web")
                .getDependenciesList())
        .containsExactly(
            dependency("vpn", DependencyCondition.DEPENDENCY_CONDITION_HEALTHY).build());
  }

  @Test
  void aSidecarRunsWhileItIsNeeded() {
    assertThat(
            Compose.of(
                    """
                    services:
                      job: {image: x, depends_on: {proxy: {condition: service_started}}}
                      proxy: {image: x, x-tallyman: {restart: while-needed}}
                    """)
                .workload("proxy")
                .getSpec()
                .getRestart()
                .getMode())
        .isEqualTo(RestartMode.RESTART_MODE_WHILE_NEEDED);
  }

  @Test
  void aSidecarThatCannotServeIsToldByName() {
    assertThat(
            Compose.of(
                    """
                    services:
                      job: {image: x, depends_on: {proxy: {condition: service_completed_successfully}}}
                      proxy: {image: x, restart: always, x-tallyman: {restart: while-needed}}
                      other: {image: x, deploy: {restart_policy: {condition: any}}, x-tallyman: {restart: whileneeded}}
                    """)
                .faults())
        .containsExactly(
            "compose.yaml:2:32: services.job.depends_on.proxy: service_completed_successfully, but"
                + " proxy runs for as long as this service has work left",
            "compose.yaml:3:60: services.proxy.x-tallyman.restart: is another policy than that of"
                + " services.proxy.restart at compose.yaml:3:30; leave one of them out",
            "compose.yaml:4:87: services.other.x-tallyman.restart: whileneeded (expected:"
                + " while-needed; did you mean while-needed?)");
  }

  @Test
  void dependenciesThatCannotBeAreToldByName() {
    assertThat(
            Compose.of(
                    """
                    services:
                      web:
                        image: x
                        depends_on:
                          bd: {condition: service_started}
                          db: {condition: service_ready}
                          sick: {condition: service_healthy}
                        links: [gone]
                      db: {image: x}
                      sick: {image: x, healthcheck: {disable: true}}
                      in: {image: x, pid: "service:db", depends_on: {db: {condition: service_completed_successfully}}}
                    """)
                .faults())
        .satisfiesExactly(
            f ->
                assertThat(f)
                    .contains(
                        "5:7: services.web.depends_on.bd: there is no service bd; did you mean db?"),
            f -> assertThat(f).contains("db.condition: service_ready (expected: service_started"),
            f ->
                assertThat(f)
                    .contains(
                        "depends_on.sick: service_healthy, but the health check of sick is disabled"),
            f -> assertThat(f).contains("services.web.links[0]: there is no service gone"),
            f ->
                assertThat(f)
                    .contains(
                        "in.depends_on.db: service_completed_successfully, but services.in.pid at compose.yaml:11:"));
  }

  @Test
  void aCycleIsSpelledOutMemberByMember() {
    assertThat(
            Compose.of(
                    """
                    services:
                      tail: {image: x, depends_on: {a: {condition: service_started}}}
                      a: {image: x, depends_on: {b: {condition: service_started}}}
                      b: {image: x, links: [c]}
                      c: {image: x, x-tallyman: {env: {X: "{{a.host}}"}}}
                    """)
                .faults())
        .filteredOn(fault -> !fault.contains("share no network"))
        .containsExactly(
            "compose.yaml:5:36: services.c.x-tallyman.env.X: a cycle of dependencies: a -> b -> c -> a; take one of them out");
    assertThat(
            Compose.of("services: {a: {image: x, depends_on: {a: {condition: service_started}}}}")
                .faults())
        .singleElement()
        .asString()
        .contains("a cycle of dependencies: a -> a");
  }

  @Test
  void whatIsNotThereOrNeverEndsIsWarnedOf() {
    assertThat(
            Compose.of(
                    """
                    services:
                      web:
                        image: x
                        depends_on:
                          off: {condition: service_started}
                          debug: {condition: service_started, required: false}
                          job: {condition: service_completed_successfully}
                      off: {image: x, deploy: {replicas: 0}}
                      job: {image: x, restart: always}
                    """)
                .warnings())
        .satisfiesExactly(
            f -> assertThat(f).contains("depends_on.off: off has no replicas at compose.yaml:8:"),
            f ->
                assertThat(f)
                    .contains(
                        "depends_on.debug: there is no service debug, or no active profile has it"),
            f ->
                assertThat(f)
                    .contains(
                        "depends_on.job: service_completed_successfully, but job is always restarted"));
  }
}
