package dev.tallyman.compose.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MergeTest {

  private static Trial merged(String base, String over) {
    return Trial.web(base)
        .over(
            "over.yaml",
            "services:\n  web:\n    %s\nvolumes: {v: }\nnetworks: {n: }\n".formatted(over));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "user: a | user: b | user | \"b\"",
        "user: a | user: | user | \"a\"",
        "cap_add: [A, B] | cap_add: [B, C] | cap_add | [\"A\",\"B\",\"C\"]",
        "dns: 1.1.1.1 | dns: [2.2.2.2, 1.1.1.1] | dns | [\"1.1.1.1\",\"2.2.2.2\"]",
        "expose: [80] | expose: ['80', 81] | expose | [\"80\",\"81\"]",
        "tmpfs: /a | tmpfs: ['/a:size=1m', /b] | tmpfs | [\"/a:size=1m\",\"/b\"]",
        "command: [a, b] | command: c | command | [\"c\"]",
        "command: [a, b] | command: | command | null",
        "entrypoint: a | entrypoint: [] | entrypoint | []",
        "environment: [A=1, B=2] | environment: {B: 3, C: } | environment | {\"A\":\"1\",\"B\":\"3\"}",
        "environment: [A=1] | environment: [A] | environment | null",
        "labels: {a: 1} | labels: [a=2, b] | labels | {\"a\":\"2\",\"b\":\"\"}",
        "ulimits: {x: 1} | ulimits: {x: {soft: 1, hard: 2}} | ulimits | {\"x\":{\"soft\":1,\"hard\":2}}",
        "logging: {driver: a, options: {x: 1}} | logging: {options: {y: 2}} | logging/options | {\"x\":\"1\",\"y\":\"2\"}",
        "logging: {driver: a, options: {x: 1}} | logging: {driver: b} | logging | {\"driver\":\"b\"}",
        "x-own: [a] | x-own: [a] | x-own | [\"a\",\"a\"]",
      })
  void eachKeyIsMergedByItsRule(String base, String over, String key, String expected) {
    assertThat(merged(base, over).ofWeb(key)).isEqualTo(expected);
  }

  @Test
  void portsMergeByAddressPortsAndProtocol() {
    Trial trial =
        merged(
            "ports: ['80:8080', '81:81/udp']", "ports: [{target: 8080, published: 80}, '81:81']");
    assertThat(trial.ofWeb("ports/1/protocol")).isEqualTo("\"udp\"");
    assertThat(trial.ofWeb("ports/2/protocol")).isEqualTo("\"tcp\"");
    assertThat(trial.ofWeb("ports/3")).isEqualTo("null");
  }

  @Test
  void volumesSecretsAndDevicesMergeByTarget() {
    Trial trial =
        merged(
            "volumes: ['./a:/x', './b:/y']", "volumes: [{type: volume, source: v, target: /x/}]");
    assertThat(trial.ofWeb("volumes/0/source")).isEqualTo("\"v\"");
    assertThat(trial.ofWeb("volumes/1/target")).isEqualTo("\"/y\"");
    assertThat(trial.ofWeb("volumes/2")).isEqualTo("null");
    assertThat(merged("devices: ['/dev/a:/dev/x']", "devices: ['/dev/b:/dev/x']").ofWeb("devices"))
        .isEqualTo("[{\"source\":\"/dev/b\",\"target\":\"/dev/x\",\"permissions\":\"rwm\"}]");
  }

  @Test
  void healthChecksMergeExceptForTheTest() {
    assertThat(
            merged("healthcheck: {test: [CMD, a], interval: 5s}", "healthcheck: {test: b}")
                .ofWeb("healthcheck"))
        .isEqualTo("{\"test\":[\"CMD-SHELL\",\"b\"],\"interval\":\"5s\"}");
  }

  @Test
  void shortAndLongDependenciesAndNetworksMerge() {
    Trial trial =
        merged(
                "depends_on: {db: {condition: service_healthy}}",
                "depends_on: {db: {restart: true}}")
            .over("db.yaml", "services: {db: {image: d}}");
    assertThat(trial.ofWeb("depends_on/db"))
        .isEqualTo("{\"condition\":\"service_healthy\",\"restart\":true,\"required\":true}");
    assertThat(merged("networks: {n: {aliases: [a]}}", "networks: [n, default]").ofWeb("networks"))
        .isEqualTo("{\"n\":{\"aliases\":[\"a\"]},\"default\":null}");
  }

  @Test
  void poolsOfAddressesMergeBySubnet() {
    Trial trial =
        Trial.of("networks: {n: {ipam: {config: [{subnet: 10.0.0.0/8, gateway: 10.0.0.1}]}}}")
            .over(
                "b.yaml",
                "networks: {n: {ipam: {config: [{subnet: 10.0.0.0/8, ip_range: 10.1.0.0/16}]}}}");
    assertThat(trial.at("/networks/n/ipam/config"))
        .isEqualTo(
            """
            [{"subnet":"10.0.0.0/8","gateway":"10.0.0.1","ip_range":"10.1.0.0/16"}]\
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ports: ['1:1'] | ports: !reset [] | ports | null",
        "ports: ['1:1'] | ports: !reset nonsense | ports | null",
        "ports: ['1:1'] | ports: !override ['2:2'] | ports/0/published | \"2\"",
        "environment: {A: 1, B: 2} | environment: {A: !reset null} | environment | {\"B\":\"2\"}",
        "environment: {A: 1} | environment: !override {B: 2} | environment | {\"B\":\"2\"}",
        "user: a | hostname: !reset x | hostname | null",
      })
  void marksTakeAwayAndReplace(String base, String over, String key, String expected) {
    assertThat(merged(base, over).ofWeb(key)).isEqualTo(expected);
  }

  @Test
  void aWholeServiceMayBeTakenAwayOrReplaced() {
    Trial trial =
        Trial.of("services: {a: {image: i, user: u}, b: {image: j}}")
            .over("o.yaml", "services: {a: !override {image: k}, b: !reset null}");
    assertThat(trial.at("/services"))
        .isEqualTo("{\"a\":{\"image\":\"k\",\"networks\":{\"default\":null}}}");
  }

  @Test
  void anEmptyOverridingFileChangesNothing() {
    assertThat(Trial.web("user: a").over("o.yaml", "# nothing\n").ofWeb("user")).isEqualTo("\"a\"");
  }

  @Test
  void documentsOfOneFileMergeLikeFiles() {
    assertThat(
            Trial.of("services: {web: {image: a}}\n---\nservices: {web: {user: b}}\n")
                .ofWeb("user"))
        .isEqualTo("\"b\"");
  }

  @Test
  void whatIsIncompleteInEachFileMayBeCompleteTogether() {
    assertThat(
            Trial.of("services: {web: {user: a}}")
                .over("o.yaml", "services: {web: {image: i}}")
                .faults())
        .isEmpty();
    assertThat(Trial.web("ulimits: {x: {soft: 1}}").faults())
        .containsExactly("compose.yaml:4:18: services.web.ulimits.x: the key hard is missing");
  }

  @Test
  void anchorsAndMergeKeysWork() {
    Trial trial =
        Trial.of(
            """
            x-one: &one {A: 1, B: 1}
            x-two: &two {B: 2, C: 2}
            services:
              web: &web
                image: i
                environment: {<<: [*one, *two], C: 3}
              copy:
                <<: *web
                user: u
            """);
    assertThat(trial.ofWeb("environment")).isEqualTo("{\"C\":\"3\",\"A\":\"1\",\"B\":\"1\"}");
    assertThat(trial.at("/services/copy/image")).isEqualTo("\"i\"");
  }
}
