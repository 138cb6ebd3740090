package dev.tallyman.compose.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.proto.v1.DependencyCondition;
import dev.tallyman.proto.v1.EnvVar;
import dev.tallyman.proto.v1.Workload;
import org.junit.jupiter.api.Test;

class FactTemplatesTest {

  private static final String DB =
      """
        my.db:
          image: postgres
          environment: {POSTGRES_USER: app, POSTGRES_PASSWORD: "p@ss $1"}
          expose: ["5432", "9000-9001/tcp"]
          healthcheck: {test: [CMD, pg_isready]}
        cache: {image: redis, ports: [{target: 6379, published: "16379"}]}
        many: {image: x, scale: 2, ports: [{target: 80}]}
        cut: {image: x, network_mode: none, expose: ["1"]}
      """;

  private static Workload web(String value) {
    return Compose.of(project(value)).workload("web");
  }

  private static String project(String value) {
    return "services:\n"
        + DB
        + "  web: {image: x, environment: {A: a}, x-tallyman: {env: {X: '"
        + value
        + "'}}}\n";
  }

  private static EnvVar variable(String value) {
    return web(value).getSpec().getEnv(1);
  }

  @Test
  void factsThatTheAgentKnowsBecomeATemplate() {
    assertThat(variable("http://{{ my.db.host }}:{{my.db.port}}/a$b"))
        .isEqualTo(
            EnvVar.newBuilder().setName("X").setTemplate("http://${my-db.host}:5432/a$$b").build());
    assertThat(variable("{{cache.url}} {{cache.hostPort.6379}} {{cache.port.6379}}").getTemplate())
        .isEqualTo("${cache.url} ${cache.hostPort.6379} 6379");
    assertThat(variable("{{many-2.host}}").getTemplate()).isEqualTo("${many-2.host}");
  }

  @Test
  void factsThatTheFilesSayAreAValue() {
    assertThat(variable("{{my.db.port.9001}} ${HOME} {{{{raw}}"))
        .isEqualTo(EnvVar.newBuilder().setName("X").setValue("9001 ${HOME} {{raw}}").build());
    assertThat(
            variable("{{my.db.env.POSTGRES_USER}}:{{my.db.encodedEnv.POSTGRES_PASSWORD}}")
                .getValue())
        .isEqualTo("app:p%40ss%20%241");
    assertThat(variable("{{my.db.env.POSTGRES_PASSWORD}}@{{my.db.host}}").getTemplate())
        .isEqualTo("p@ss $$1@${my-db.host}");
  }

  @Test
  void whoseFactsAreUsedIsADependency() {
    assertThat(web("{{my.db.host}} {{cache.host}} {{many-1.host}}").getDependenciesList())
        .extracting(dependency -> dependency.getWorkload() + " " + dependency.getCondition())
        .containsExactly(
            "my-db " + DependencyCondition.DEPENDENCY_CONDITION_HEALTHY,
            "cache " + DependencyCondition.DEPENDENCY_CONDITION_STARTED,
            "many-1 " + DependencyCondition.DEPENDENCY_CONDITION_STARTED,
            "many-2 " + DependencyCondition.DEPENDENCY_CONDITION_STARTED);
  }

  @Test
  void factsThatAreNoneAreToldByName() {
    assertThat(fault("{{dv.host}}")).contains("{{dv.host}}: there is no service dv");
    assertThat(fault("{{cahce.host}}")).contains("there is no service cahce; did you mean cache?");
    assertThat(fault("{{cache.hots}}"))
        .contains("no such fact (expected: host, port")
        .contains("did you mean host?");
    assertThat(fault("{{cache}}")).contains("expected: a workload and a fact");
    assertThat(fault("{{cache.host")).contains("{{ without }}");
    assertThat(fault("{{web.host}}")).contains("is a fact of the service itself");
    assertThat(fault("{{many.host}}"))
        .contains("many has 2 replicas at compose.yaml:8:")
        .contains("such as many-1");
    assertThat(fault("{{cut.host}}")).contains("the service has no network");
    assertThat(fault("{{my.db.url}}")).contains("the service publishes no port");
    assertThat(fault("{{my.db.hostPort.5432}}")).contains("does not publish it");
    assertThat(fault("{{cache.port.1}}")).contains("no such port (expected: one of [6379]");
    assertThat(fault("{{cache.env.NO}}")).contains("has no such variable");
    assertThat(Compose.of(project("x").replace("env: {X:", "env: {A:")).faults())
        .singleElement()
        .asString()
        .contains("services.web.x-tallyman.env.A: is in environment: too");
  }

  private static String fault(String value) {
    return Compose.of(project(value)).faults().getFirst();
  }
}
