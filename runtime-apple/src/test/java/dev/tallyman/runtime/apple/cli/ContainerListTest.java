package dev.tallyman.runtime.apple.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tallyman.runtime.Labels;
import dev.tallyman.runtime.PortBinding;
import dev.tallyman.runtime.PortBinding.Protocol;
import dev.tallyman.runtime.apple.cli.Container.Link;
import dev.tallyman.runtime.apple.cli.Container.Phase;
import dev.tallyman.runtime.apple.cli.ContainerList.Unreadable;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ContainerListTest {

  private static final String CONFIGURATION =
      """
      "configuration": {"id": "shop-web-1", "image": {"reference": "docker.io/library/x:1"},
        "labels": {"tallyman.node": "n", "tallyman.uid": "hex:613d62"},
        "mounts": [{"type": {"volume": {"name": "data"}}}, {"type": {"tmpfs": {}}}],
        "publishedPorts": [
          {"hostAddress": "127.0.0.1", "hostPort": 8080, "containerPort": 80, "proto": "udp",
           "count": 2}],
        "initProcess": {"rlimits": [{"limit": "x", "soft": 18446744073709551615}]}}
      """;

  private static final String NETWORKS =
      """
      "networks": [{"network": "default", "hostname": "x", "ipv4Address": "192.168.64.3/24",
        "ipv4Gateway": "192.168.64.1", "unknown": {"key": [1]}}]
      """;

  private static final String NUMBERED =
      "[{\"status\": \"running\", %s, %s, \"startedDate\": 802000800.482913}]"
          .formatted(CONFIGURATION, NETWORKS);

  private static final String NESTED =
      ("[{\"id\": \"shop-web-1\", %s, \"status\": {\"state\": \"running\","
              + " \"startedDate\": \"2026-06-01T10:00:00Z\", %s}}]")
          .formatted(CONFIGURATION, NETWORKS);

  static Stream<String> forms() {
    return Stream.of(NUMBERED, NESTED);
  }

  @ParameterizedTest
  @MethodSource("forms")
  void bothFormsSayTheSame(String text) throws Unreadable {
    Container container = ContainerList.read(text).getFirst();

    assertThat(container.name()).isEqualTo("shop-web-1");
    assertThat(container.phase()).isEqualTo(new Phase.Running());
    assertThat(container.startedAt().orElseThrow())
        .isBetween(Instant.parse("2026-06-01T10:00:00Z"), Instant.parse("2026-06-01T10:00:01Z"));
    assertThat(container.links())
        .isEqualTo(Map.of("default", new Link("192.168.64.3", "192.168.64.1")));
    assertThat(container.label(Labels.UID)).isEqualTo("a=b");
    assertThat(container.belongsTo("n")).isTrue();
    assertThat(container.belongsTo("N")).isFalse();
    assertThat(container.volumes()).containsExactly("data");
    assertThat(container.ports())
        .isEqualTo(
            List.of(
                new PortBinding(80, 8080, "127.0.0.1", Protocol.UDP),
                new PortBinding(81, 8081, "127.0.0.1", Protocol.UDP)));
    assertThat(container.exitCode()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"status\": {\"state\": \"stopped\", \"exitCode\": 7}",
        "\"status\": {\"state\": \"stopped\"}, \"exitCode\": 7",
        "\"status\": \"stopped\", \"lastExitCode\": 7",
        "\"status\": {\"state\": \"stopped\", \"lastExitCode\": 7}"
      })
  void anExitCodeIsReadWhereverALaterVersionMayPutIt(String status) throws Unreadable {
    Container container =
        ContainerList.read("[{" + CONFIGURATION + ", " + status + "}]").getFirst();

    assertThat(container.phase()).isEqualTo(new Phase.Stopped());
    assertThat(container.exitCode()).hasValue(7);
  }

  /** Two ranges of few words, which together stand for more ports than there are. */
  @Test
  void portsWithoutEndAreAnError() {
    String range = "{\"containerPort\": 1, \"hostPort\": 0, \"count\": 40000}";

    assertThatThrownBy(() ->
            ContainerList.read(
                "[{\"configuration\": {\"id\": \"x\", \"publishedPorts\": [%s, %s]}, \"status\": \"running\"}]"
                    .formatted(range, range)))
        .isInstanceOf(Unreadable.class)
        .hasMessageContaining("more than 65535 ports");
  }

  @Test
  void aDateThatNobodyCanMeanIsNone() throws Unreadable {
    String status = "\"status\": \"running\", \"startedDate\": 99999999999";

    assertThat(
            ContainerList.read("[{" + CONFIGURATION + ", " + status + "}]").getFirst().startedAt())
        .isEmpty();
  }

  @Test
  void aWordThatNobodyKnowsIsNeitherRunningNorStopped() throws Unreadable {
    assertThat(
            ContainerList.read("[{" + CONFIGURATION + ", \"status\": \"dreaming\"}]")
                .getFirst()
                .phase())
        .isEqualTo(new Phase.Unknown("dreaming"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "null",
        "[{\"configuration\": ",
        "[{\"configuration\": {\"labels\": {}}, \"status\": \"running\"}]",
        "[{\"configuration\": {\"id\": \"x\"}}]",
        "[7]"
      })
  void whatCannotBeReadIsAnErrorAndNotAnEmptyList(String text) {
    assertThatThrownBy(() -> ContainerList.read(text)).isInstanceOf(Unreadable.class);
  }
}
