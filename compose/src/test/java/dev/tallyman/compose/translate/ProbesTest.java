package dev.tallyman.compose.translate;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import dev.tallyman.proto.v1.ExecCheck;
import dev.tallyman.proto.v1.HttpScheme;
import dev.tallyman.proto.v1.Probe;
import dev.tallyman.proto.v1.WorkloadSpec;
import org.junit.jupiter.api.Test;

class ProbesTest {

  @Test
  void aHealthcheckIsTheReadinessProbeWithComposesDefaults() {
    assertThat(Compose.service("healthcheck: {test: [CMD, pg_isready, -q]}").web().getReadiness())
        .isEqualTo(
            Probe.newBuilder()
                .setExec(ExecCheck.newBuilder().addCommand("pg_isready").addCommand("-q"))
                .setInterval(seconds(30))
                .setTimeout(seconds(30))
                .setFailureThreshold(3)
                .build());
    Probe full =
        Compose.service(
                """
                healthcheck:
                  test: [CMD-SHELL, curl -f localhost || exit 1]
                  interval: 500ms
                  timeout: 1.5s
                  retries: 5
                  start_period: 1m0s
                """)
            .web()
            .getReadiness();
    assertThat(full.getExec().getCommandList())
        .containsExactly("/bin/sh", "-c", "curl -f localhost || exit 1");
    assertThat(full.getInterval()).isEqualTo(Duration.newBuilder().setNanos(500_000_000).build());
    assertThat(full.getTimeout())
        .isEqualTo(Duration.newBuilder().setSeconds(1).setNanos(500_000_000).build());
    assertThat(full.getFailureThreshold()).isEqualTo(5);
    assertThat(full.getStartPeriod()).isEqualTo(seconds(60));
    assertThat(full.getStartInterval()).isEqualTo(seconds(5));
    assertThat(Compose.service("healthcheck: {test: exit 0, retries: 0}").web().getReadiness())
        .satisfies(probe -> {
          assertThat(probe.getExec().getCommandList()).containsExactly("/bin/sh", "-c", "exit 0");
          assertThat(probe.getFailureThreshold()).isEqualTo(3);
        });
  }

  private static Duration nanos(int nanos) {
    return Duration.newBuilder().setNanos(nanos).build();
  }

  private static Duration seconds(long seconds) {
    return Duration.newBuilder().setSeconds(seconds).build();
  }

  @Test
  void aDisabledHealthcheckSilencesTheImagesOwn() {
    for (String check : java.util.List.of("{disable: true}", "{test: [NONE]}")) {
      WorkloadSpec web = Compose.service("healthcheck: " + check).web();
      assertThat(web.getIgnoreImageHealthCheck()).isTrue();
      assertThat(web.hasReadiness()).isFalse();
    }
  }

  @Test
  void aHealthcheckThatSaysNothingLeavesTheImagesOwn() {
    WorkloadSpec web = Compose.service("healthcheck: {disable: false}").web();
    assertThat(web.getIgnoreImageHealthCheck()).isFalse();
    assertThat(web.hasReadiness()).isFalse();
  }

  @Test
  void probesOfOursCanBeOfEachKind() {
    WorkloadSpec web =
        Compose.service(
                """
                x-tallyman:
                  liveness: {http: {port: 8080, path: /live, scheme: https, headers: {Host: a}}, interval: 100ms, failure_threshold: 5}
                  readiness: {tcp: 5432, initial_delay: 2s, timeout: 10ms, success_threshold: 2}
                  startup: {grpc: {port: 50051, service: health}, start_period: 10s, start_interval: 200ms}
                """)
            .web();

    assertThat(web.getLiveness().getHttp().getPort()).isEqualTo(8080);
    assertThat(web.getLiveness().getHttp().getPath()).isEqualTo("/live");
    assertThat(web.getLiveness().getHttp().getScheme()).isEqualTo(HttpScheme.HTTP_SCHEME_HTTPS);
    assertThat(web.getLiveness().getHttp().getHeadersMap()).containsEntry("Host", "a");
    assertThat(web.getLiveness().getInterval()).isEqualTo(nanos(100_000_000));
    assertThat(web.getLiveness().getFailureThreshold()).isEqualTo(5);
    assertThat(web.getReadiness().getTcp().getPort()).isEqualTo(5432);
    assertThat(web.getReadiness().getInitialDelay()).isEqualTo(seconds(2));
    assertThat(web.getReadiness().getTimeout()).isEqualTo(nanos(10_000_000));
    assertThat(web.getReadiness().getSuccessThreshold()).isEqualTo(2);
    assertThat(web.getReadiness().hasInterval()).isFalse();
    assertThat(web.getStartup().getGrpc().getPort()).isEqualTo(50051);
    assertThat(web.getStartup().getGrpc().getService()).isEqualTo("health");
    assertThat(web.getStartup().getStartPeriod()).isEqualTo(seconds(10));
    assertThat(web.getStartup().getStartInterval()).isEqualTo(nanos(200_000_000));
    assertThat(
            Compose.service("x-tallyman: {liveness: {exec: [test, -e, /ok]}}")
                .web()
                .getLiveness()
                .getExec()
                .getCommandList())
        .containsExactly("test", "-e", "/ok");
  }

  @Test
  void probesThatCannotBeAreToldByName() {
    assertThat(
            Compose.of(
                    """
                    services:
                      a: {image: x, healthcheck: {interval: 5s}}
                      b: {image: x, healthcheck: {test: [SHELL, "true"], interval: 0s, timeout: -1s, retries: -1}}
                      c: {image: x, healthcheck: {test: [CMD], start_interval: 1s}}
                      d: {image: x, healthcheck: {test: [CMD, a]}, x-tallyman: {readiness: {exec: [b]}}}
                      e: {image: x, x-tallyman: {liveness: {tcp: 80, http: 80}, startup: {}}}
                      f: {image: x, network_mode: none, x-tallyman: {liveness: {tcp: 80}}}
                      g: {image: x, x-tallyman: {liveness: {http: {path: x, schema: http}, interval: 99ms}}}
                      h: {image: x, x-tallyman: {liveness: {exec: "true"}}}
                    """)
                .faults())
        .satisfiesExactly(
            f -> assertThat(f).contains("services.a.healthcheck: test: missing"),
            f ->
                assertThat(f)
                    .contains(
                        "services.b.healthcheck.test[0]: SHELL (expected: CMD, CMD-SHELL or NONE)"),
            f ->
                assertThat(f)
                    .contains("b.healthcheck.interval: 0s (expected: a duration")
                    .contains("100ms to 24h"),
            f -> assertThat(f).contains("b.healthcheck.timeout: -1s (expected: a duration"),
            f -> assertThat(f).contains("b.healthcheck.retries: -1 (expected"),
            f -> assertThat(f).contains("c.healthcheck.test[0]: CMD without a command"),
            f -> assertThat(f).contains("c.healthcheck.start_interval: without a start_period"),
            f ->
                assertThat(f)
                    .contains(
                        "services.d.x-tallyman: readiness: is said by services.d.healthcheck at compose.yaml:5"),
            f ->
                assertThat(f)
                    .contains(
                        "e.x-tallyman.liveness: 2 checks (expected: one of exec, tcp, http, grpc)"),
            f -> assertThat(f).contains("e.x-tallyman.startup: 0 checks"),
            f ->
                assertThat(f)
                    .contains(
                        "f.x-tallyman.liveness.tcp: the service has no network to be asked by"),
            f -> assertThat(f).contains("g.x-tallyman.liveness.http: port: missing"),
            f ->
                assertThat(f)
                    .contains(
                        "g.x-tallyman.liveness.http.path: x (expected: a path that begins with /"),
            f ->
                assertThat(f)
                    .contains(
                        "g.x-tallyman.liveness.http.schema: unknown key of an http probe; did you mean scheme?"),
            f -> assertThat(f).contains("g.x-tallyman.liveness.interval: 99ms (expected"),
            f -> assertThat(f).contains("h.x-tallyman.liveness.exec: expected: a list of words"));
  }
}
