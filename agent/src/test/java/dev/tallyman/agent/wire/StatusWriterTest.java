package dev.tallyman.agent.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.tallyman.agent.model.FeedView;
import dev.tallyman.agent.model.Health;
import dev.tallyman.agent.model.NodeCondition;
import dev.tallyman.agent.model.NodeFacts;
import dev.tallyman.agent.model.Phase;
import dev.tallyman.agent.model.WorkloadStatus;
import dev.tallyman.agent.plan.RuntimeView;
import dev.tallyman.proto.v1.ConditionStatus;
import dev.tallyman.proto.v1.NodeInfo;
import dev.tallyman.runtime.Capability;
import dev.tallyman.runtime.PortBinding;
import dev.tallyman.runtime.RuntimeInfo;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class StatusWriterTest {

  private static final Instant NOW = Instant.parse("2026-11-22T10:15:30.123456789Z");

  @Test
  void aStatusOfWhichAllIsKnownFillsEveryField() {
    var message = StatusWriter.write(status(Phase.BACKOFF, "It ended with exit code 0."));

    assertThat(message.getAllFields().keySet())
        .extracting(FieldDescriptor::getName)
        .containsExactlyElementsOf(
            message.getDescriptorForType().getFields().stream()
                .map(FieldDescriptor::getName)
                .toList());
    assertThat(Times.read(message.getStartedAt())).isEqualTo(NOW);
    assertThat(message.getExitCode()).isZero();
  }

  @Test
  void whatIsNotKnownIsNotOnTheWire() {
    var message =
        StatusWriter.write(
            new WorkloadStatus(
                "u1",
                "web",
                "default",
                Phase.PENDING,
                "New",
                "",
                OptionalInt.empty(),
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                1,
                List.of(),
                Optional.empty(),
                "busybox",
                NOW,
                Optional.empty(),
                Map.of()));

    assertThat(message.hasExitCode()).isFalse();
    assertThat(message.hasStartedAt()).isFalse();
    assertThat(message.hasFinishedAt()).isFalse();
    assertThat(message.hasNextAttemptAt()).isFalse();
    assertThat(message.getHealth()).isEqualTo(dev.tallyman.proto.v1.Health.HEALTH_UNSPECIFIED);
    assertThat(message.getAddressesMap()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Phase.class)
  void eachPhaseHasItsWord(Phase phase) {
    assertThat(StatusWriter.write(status(phase, "")).getPhase().name())
        .isEqualTo("PHASE_" + phase.name());
  }

  @ParameterizedTest
  @CsvSource({
    "NOT_PROBED, HEALTH_UNSPECIFIED",
    "STARTING, HEALTH_STARTING",
    "HEALTHY, HEALTH_HEALTHY",
    "UNHEALTHY, HEALTH_UNHEALTHY",
    "DEAD, HEALTH_UNHEALTHY",
  })
  void healthHasItsWord(Health.State state, String word) {
    var message = StatusWriter.write(status(Phase.RUNNING, "", state));

    assertThat(message.getHealth().name()).isEqualTo(word);
    assertThat(message.getHealthMessage()).isEqualTo("By the address 10.0.0.2.");
    assertThat(message.getAddressesMap()).containsExactly(Map.entry("default", "10.0.0.2"));
  }

  @Test
  void aLongSentenceIsCutBetweenCharacters() {
    String cut = StatusWriter.write(status(Phase.FAILED, "\uD83D\uDE00".repeat(5000))).getMessage();

    assertThat(cut).hasSizeBetween(4000, 4096).endsWith("\uD83D\uDE00...");
  }

  @Test
  void aNodeIsWrittenWithEveryFieldAndRuntimesAsTheyAre() {
    NodeFacts facts =
        new NodeFacts(
            "n1",
            Map.of("zone", "a"),
            new NodeFacts.Amounts(4000, 8L << 30),
            new NodeFacts.Amounts(3000, 7L << 30),
            List.of("10.0.0.5"),
            "linux",
            "amd64",
            "host-1",
            "0.1.0");
    RuntimeInfo engine =
        new RuntimeInfo(
            "podman",
            "4.3.1",
            "1.41",
            "linux",
            "amd64",
            4,
            8L << 30,
            Set.of(Capability.PORTS, Capability.LIMIT_MEMORY));
    RuntimeView lost =
        new RuntimeView(
            "podman", RuntimeView.Reach.LOST, Optional.of(engine), "It does not answer.");
    RuntimeView listed =
        new RuntimeView("docker", RuntimeView.Reach.LISTED, Optional.of(engine), "");

    NodeInfo message = NodeWriter.info(facts, List.of(lost, listed));

    assertThat(message.getAllFields().keySet())
        .hasSize(NodeInfo.getDescriptor().getFields().size());
    assertThat(message.getAllocatable().getCpuMillis()).isEqualTo(3000);
    assertThat(message.getRuntimes(0).getReachable()).isFalse();
    assertThat(message.getRuntimes(0).getVersion()).isEqualTo("4.3.1");
    assertThat(message.getRuntimes(0).getMessage()).isEqualTo("It does not answer.");
    assertThat(message.getRuntimes(1).getReachable()).isTrue();
    assertThat(message.getRuntimes(1).getCapabilitiesList())
        .containsExactly("limit/memory", "ports");
  }

  @ParameterizedTest
  @EnumSource(NodeCondition.Status.class)
  void conditionsHaveTheirWords(NodeCondition.Status status) {
    var message =
        NodeWriter.condition(
            new NodeCondition(
                NodeCondition.Type.FEED_ACCEPTED, status, "StoreChanged", "Why.", NOW));

    assertThat(message.getType()).isEqualTo("FeedAccepted");
    assertThat(message.getStatus())
        .isEqualTo(ConditionStatus.valueOf("CONDITION_STATUS_" + status.name()));
    assertThat(Times.read(message.getSince())).isEqualTo(NOW);
  }

  @Test
  void aFeedIsWrittenWithWhatItRefuses() {
    var message =
        NodeWriter.feed(
            new FeedView(
                "control-plane",
                "unix:/run/x",
                FeedView.Link.CONNECTED,
                "Another store.",
                "s1",
                7,
                Optional.of("s2")));

    assertThat(message.getConnected()).isTrue();
    assertThat(message.getRefusedStoreId()).isEqualTo("s2");
    assertThat(message.getAllFields()).hasSize(message.getDescriptorForType().getFields().size());
  }

  private static WorkloadStatus status(Phase phase, String message) {
    return status(phase, message, Health.State.UNHEALTHY);
  }

  private static WorkloadStatus status(Phase phase, String message, Health.State health) {
    return new WorkloadStatus(
        "u1",
        "web",
        "default",
        phase,
        "CrashLoop",
        message,
        OptionalInt.of(0),
        2,
        Optional.of(NOW),
        Optional.of(NOW),
        Optional.of("abc"),
        Optional.of("docker"),
        3,
        List.of(new PortBinding(80, 32768, "127.0.0.1", PortBinding.Protocol.TCP)),
        Optional.of(NOW),
        "busybox",
        NOW,
        Optional.of(new Health("abc", NOW, health, "By the address 10.0.0.2.")),
        Map.of("default", "10.0.0.2"));
  }
}
