package dev.tallyman.compose.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FaultsTest {

  @Test
  void allFaultsComeAtOnceEachWithItsPlace() {
    assertThat(
            Trial.of(
                    """
                    servces: {}
                    services:
                      web:
                        imagge: i
                        image: 5
                        hostname: true
                        ports: [http]
                        deploy:
                          replicas: many
                          resources: {limit: {}}
                        environment: {A: [1]}
                        depends_on: {gone: {condition: soon}}
                      'bad name': {image: i}
                      3: {image: i}
                      none:
                    volumes: [v]
                    """)
                .faults())
        .containsExactly(
            "compose.yaml:1:1: servces: unknown key; did you mean services?",
            "compose.yaml:4:5: services.web.imagge: unknown key; did you mean image?",
            "compose.yaml:5:12: services.web.image: 5 (expected: text)",
            "compose.yaml:6:15: services.web.hostname: true (expected: text)",
            "compose.yaml:7:13: services.web.ports[0]: \"http\" (expected:"
                + " [IP:][HOST[-END]:]CONTAINER[-END][/tcp|udp|sctp], or a mapping)",
            "compose.yaml:9:17: services.web.deploy.replicas: \"many\" (expected: a whole number"
                + " from 0 to 2147483647)",
            "compose.yaml:10:19: services.web.deploy.resources.limit: unknown key; did you mean"
                + " limits?",
            "compose.yaml:11:22: services.web.environment.A: a list (expected: text, a number,"
                + " true or false)",
            "compose.yaml:12:18: services.web: the service gone is not defined",
            "compose.yaml:12:36: services.web.depends_on.gone.condition: \"soon\" (expected:"
                + " service_started, service_healthy, service_completed_successfully)",
            "compose.yaml:13:3: services.bad name: not a name (expected: letters, digits, dot, -"
                + " and _)",
            "compose.yaml:14:3: a number as a key (expected: text: \"3\")",
            "compose.yaml:15:3: services.none: nothing (expected: a mapping: a service)",
            "compose.yaml:16:10: volumes: a list (expected: a mapping: volumes)");
  }

  @Test
  void faultsOfSeveralFilesNameTheFile() {
    assertThat(
            Trial.web("user: 1")
                .over("o.yaml", "services: {web: {user: 2}}")
                .file(".env", "A B=1")
                .faults())
        .containsExactly(
            ".env:1:1: \"A B\": not a variable's name (expected: letters, digits and _)",
            "compose.yaml:4:11: services.web.user: 1 (expected: text)",
            "o.yaml:1:24: services.web.user: 2 (expected: text)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "text",
        "[a]",
        "",
        "# only a comment",
        "services: []",
        "services: {a: }",
        "services: {a: []}",
        "services: {a: {}}",
        "services: {a: {image: ''}}",
        "services: ",
        "networks: [n]",
        "version: 3",
        "services: {true: {image: i}}",
        "services: {a: {image: i}, a: {image: j}}",
        "a: b: c",
        "\tservices: {}",
        "services: {a: {image: i, environment: {<<: *gone}}}",
        "services: {a: {image: !foo i}}",
        "services: {a: {image: !!java.net.URL ['http://127.0.0.1/']}}",
        "x-a: &a [*a]",
        "services: {a: {image: i, environment: {<<: 5}}}",
        "services: {a: {image: i, ports: }}"
      })
  void whatIsNoComposeFileIsRefused(String text) {
    assertThat(Trial.of(text).faults())
        .hasSizeBetween(1, 2)
        .doesNotHaveDuplicates()
        .allSatisfy(fault -> assertThat(fault).matches("(?s)compose.yaml(:\\d+:\\d+)?: .+"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "restart: sometimes",
        "restart: no way",
        "pull_policy: never-ever",
        "container_name: a",
        "stop_signal: 9",
        "user: 1000",
        "privileged: 1",
        "read_only: maybe",
        "cpus: -1",
        "cpu_percent: 101",
        "oom_score_adj: 5000",
        "pids_limit: -2",
        "cap_add: ALL",
        "security_opt: [a, a]",
        "depends_on: web",
        "depends_on: [a, a]",
        "networks: ",
        "labels: ",
        "init: ",
        "ulimits: [a]",
        "extra_hosts: [a]",
        "logging: json",
        "deploy: {mode: odd}",
        "env_file: 5",
        "secrets: key",
        "profiles: p",
        "profiles: ['a b']",
        "healthcheck: [CMD, a]",
        "dns: 5",
        "sysctls: 1",
        "shm_size: big",
        "devices: ['a:b:c:d']",
        "group_add: x",
        "scale: -1",
        "scale: 1.5",
        "expose: 80",
        "tmpfs: {a: b}",
        "command: {a: b}",
        "links: [5]",
        "links: ['a:b:c']",
        "deploy: {restart_policy: {condition: maybe}}",
        "network_mode: [host]",
        "blkio_config: {weight: x}",
        "gpus: some",
        "stop_grace_period: -1s",
        "healthcheck: {interval: -1s}",
        "deploy: {resources: {limits: {memory: 5}}}"
      })
  void aValueOfTheWrongKindIsRefusedByNameAtItsPlace(String line) {
    String key = line.substring(0, line.indexOf(':'));
    assertThat(Trial.web(line).faults())
        .isNotEmpty()
        .allSatisfy(fault ->
            assertThat(fault).matches("compose.yaml:4:\\d+: services.web(." + key + ".*)?: .*"));
  }
}
