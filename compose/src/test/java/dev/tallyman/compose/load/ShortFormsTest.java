package dev.tallyman.compose.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShortFormsTest {

  @Test
  void portsBecomeOneEntryEach() {
    Trial trial = Trial.web("ports: [7000, '127.0.0.1:8001-8002:81-82/UDP', '[::1]:9:9', '5-9:1']");
    assertThat(trial.ofWeb("ports"))
        .isEqualTo(
            """
            [{"mode":"ingress","target":7000,"protocol":"tcp"},\
            {"mode":"ingress","host_ip":"127.0.0.1","target":81,"published":"8001","protocol":"udp"},\
            {"mode":"ingress","host_ip":"127.0.0.1","target":82,"published":"8002","protocol":"udp"},\
            {"mode":"ingress","host_ip":"::1","target":9,"published":"9","protocol":"tcp"},\
            {"mode":"ingress","target":1,"published":"5-9","protocol":"tcp"}]\
            """);
  }

  @Test
  void longPortsGetDefaults() {
    assertThat(
            Trial.web("ports: [{target: '80', published: 8080, host_ip: 10.0.0.1}]").ofWeb("ports"))
        .isEqualTo(
            """
            [{"target":80,"published":"8080","host_ip":"10.0.0.1","mode":"ingress","protocol":"tcp"}]\
            """);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'80/icmp'",
        "http",
        "'70000'",
        "'90-80'",
        "'1:2-3'",
        "'host:1:2'",
        "'1 : 2'",
        "'0'",
        "{published: 1}",
        "{target: 80, published: x}",
        "{target: 80, host_ip: me}",
        "null",
        "[80]",
        "true"
      })
  void whatIsNoPortIsRefusedWithItsPlace(String port) {
    assertThat(Trial.web("ports: [" + port + "]").faults())
        .singleElement()
        .asString()
        .matches("compose.yaml:4:\\d+: services.web.ports.*");
  }

  @Test
  void volumesAreBindsOrNamesByTheirFirstLetter() {
    Trial trial =
        Trial.of(
            """
            services:
              web: {image: i, volumes: [/one, data:/two/, './a/../b:/three:ro', '~/c:/four:z,rshared']}
            volumes: {data: }
            """);
    assertThat(trial.ofWeb("volumes"))
        .isEqualTo(
            """
            [{"type":"volume","target":"/one"},\
            {"type":"volume","source":"data","target":"/two"},\
            {"type":"bind","source":"/srv/shop/b","target":"/three","read_only":true,"bind":{"create_host_path":true}},\
            {"type":"bind","source":"/home/ada/c","target":"/four","bind":{"selinux":"z","propagation":"rshared","create_host_path":true}}]\
            """);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'a::b'",
        "'data:'",
        "''",
        "'/a:/b:ro:x'",
        "'/a:/b:frozen'",
        "'~bob/x:/y'",
        "5",
        "{target: /x}",
        "{type: bind, target: /x}",
        "{type: volume}",
        "{type: odd, target: /x}",
        "{type: tmpfs, target: /x, tmpfs: {size: 0.5}}"
      })
  void whatIsNoVolumeIsRefusedWithItsPlace(String volume) {
    assertThat(Trial.web("volumes: [" + volume + "]").faults())
        .singleElement()
        .asString()
        .matches("compose.yaml:4:\\d+: services.web.volumes.*");
  }

  @Test
  void twoMountsOnOneTargetAreRefusedAndTheSameTwiceIsOne() {
    assertThat(Trial.web("volumes: ['./a:/x', './b:/x/']").faults())
        .containsExactly(
            "compose.yaml:4:25: services.web.volumes[1]: /x: something is mounted there already, at"
                + " line 4");
    assertThat(Trial.web("volumes: ['./a:/x', './a:/x']").ofWeb("volumes/1")).isEqualTo("null");
    assertThat(Trial.web("volumes: ['./a:/x']", "tmpfs: /x").faults()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "90s, 1m30s",
    "1.5h, 1h30m0s",
    "250ms, 250ms",
    "1s1m, 1m1s",
    "7us, 7µs",
    "1.0005s, 1.0005s",
    "0s, 0s",
    "'\"0\"', 0s",
    "1d, 24h0m0s",
  })
  void durationsHaveOneForm(String written, String canonical) {
    assertThat(Trial.web("stop_grace_period: " + written).ofWeb("stop_grace_period"))
        .isEqualTo('"' + canonical + '"');
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10",
        "'10'",
        "-5s",
        "5S",
        "'5 s'",
        "'1:30'",
        "PT5S",
        "''",
        "'999999999h'",
        "true",
        "[5s]"
      })
  void whatIsNoDurationOrSenselessIsRefused(String written) {
    assertThat(Trial.web("stop_grace_period: " + written).faults())
        .singleElement()
        .asString()
        .contains("expected: a duration like");
  }

  @ParameterizedTest
  @CsvSource({
    "64m, 67108864",
    "1.5g, 1610612736",
    "'\"2 KB\"', 2048",
    "3GiB, 3221225472",
    "1000, 1000",
    "'\"32.9\"', 32",
    "1p, 1125899906842624",
    "1048576.0, 1048576",
  })
  void bytesAreDecimalText(String written, String bytes) {
    assertThat(Trial.web("mem_limit: " + written).ofWeb("mem_limit")).isEqualTo('"' + bytes + '"');
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "''",
        "m",
        "1x",
        "'1  k'",
        "-1",
        "'-1'",
        "1.5",
        "true",
        "'1e3'",
        "'99999999999p'",
        "{a: b}"
      })
  void whatAreNoBytesIsRefused(String written) {
    assertThat(Trial.web("mem_limit: " + written).faults())
        .singleElement()
        .asString()
        .contains("expected: bytes like");
  }

  @Test
  void commandsAreSplitAsAShellDoesWithoutRunningOne() {
    Trial trial =
        Trial.web(
            "command: sh -c 'echo \"$$HOME\"' \"a \\\"b\\\"\" c\\ d && x | y", "entrypoint: ''");
    assertThat(trial.ofWeb("command"))
        .isEqualTo(
            """
            ["sh","-c","echo \\"$HOME\\"","a \\"b\\"","c d","&&","x","|","y"]\
            """);
    assertThat(trial.ofWeb("entrypoint")).isEqualTo("[]");
    assertThat(Trial.web("command: it's").faults()).hasSize(1);
    assertThat(Trial.web("command: [1]").faults()).hasSize(1);
  }

  @Test
  void healthChecksSayHowTheyRun() {
    assertThat(Trial.web("healthcheck: {test: curl x, retries: '3'}").ofWeb("healthcheck"))
        .isEqualTo("{\"test\":[\"CMD-SHELL\",\"curl x\"],\"retries\":3}");
    assertThat(Trial.web("healthcheck: {test: [curl, x]}").faults()).hasSize(1);
    assertThat(Trial.web("healthcheck: {test: [CMD]}").faults()).hasSize(1);
    assertThat(Trial.web("healthcheck: {test: [CMD-SHELL, a, b]}").faults()).hasSize(1);
    assertThat(Trial.web("healthcheck: {test: x, retries: 1.5}").faults()).hasSize(1);
    assertThat(Trial.web("healthcheck: ").faults()).hasSize(1);
  }

  @Test
  void pairsAreMappingsOfText() {
    Trial trial =
        Trial.web(
            "environment: [A=1, B, C=, A=2]",
            "labels: {x: 1.10, y: yes, z: TRUE, n: 010, e: }",
            "sysctls: [a.b=1]");
    assertThat(trial.env("B", "out").ofWeb("environment"))
        .isEqualTo("{\"A\":\"2\",\"B\":\"out\",\"C\":\"\"}");
    assertThat(trial.ofWeb("labels"))
        .isEqualTo("{\"x\":\"1.1\",\"y\":\"yes\",\"z\":\"true\",\"n\":\"8\",\"e\":\"\"}");
    assertThat(trial.ofWeb("sysctls")).isEqualTo("{\"a.b\":\"1\"}");
    assertThat(Trial.web("environment: A=1").faults()).hasSize(1);
    assertThat(Trial.web("environment: {A: [1]}").faults()).hasSize(1);
  }

  @Test
  void secretsDevicesHostsAndLimitsHaveLongForms() {
    Trial trial =
        Trial.web(
            "secrets: [key, {source: key, target: other, mode: 0440}]",
            "devices: ['/dev/a:/dev/b:r', /dev/c]",
            "extra_hosts: {b: '[::1]', a: [1.1.1.1, 2.2.2.2]}",
            "ulimits: {nproc: 5, nofile: {soft: 1, hard: '2'}}");
    trial.over("more.yaml", "secrets: {key: {file: ./key}}");
    assertThat(trial.ofWeb("secrets"))
        .isEqualTo(
            """
            [{"source":"key","target":"/run/secrets/key"},{"source":"key","target":"other","mode":"0440"}]\
            """);
    assertThat(trial.at("/secrets/key"))
        .isEqualTo("{\"file\":\"/srv/shop/key\",\"name\":\"shop_key\"}");
    assertThat(trial.ofWeb("devices/0/permissions")).isEqualTo("\"r\"");
    assertThat(trial.ofWeb("extra_hosts")).isEqualTo("[\"a=1.1.1.1\",\"a=2.2.2.2\",\"b=::1\"]");
    assertThat(trial.ofWeb("ulimits"))
        .isEqualTo("{\"nproc\":5,\"nofile\":{\"soft\":1,\"hard\":2}}");
  }

  @Test
  void filesOfVariablesBecomeVariables() {
    Trial trial =
        Trial.web(
                "env_file: [a.env, {path: b.env, required: false}, {path: c.env, format: raw}]",
                "environment: {X: mine}")
            .file("a.env", "X=a\nY=$OUT\nZ=1\n")
            .file("c.env", "R=\"$Z\"\nZ=2")
            .env("OUT", "o");
    assertThat(trial.ofWeb("environment"))
        .isEqualTo("{\"X\":\"mine\",\"Y\":\"o\",\"Z\":\"2\",\"R\":\"\\\"$Z\\\"\"}");
    assertThat(trial.ofWeb("env_file")).isEqualTo("null");
    assertThat(Trial.web("env_file: none.env").faults())
        .containsExactly("compose.yaml:4:15: none.env: there is no such file");
  }
}
