package dev.tallyman.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.cli.output.Output;
import dev.tallyman.cli.output.Screen;
import dev.tallyman.cli.stack.ProgressBoard.Verdict;
import dev.tallyman.proto.v1.Health;
import dev.tallyman.proto.v1.NodeWorkload;
import dev.tallyman.proto.v1.Phase;
import dev.tallyman.proto.v1.Probe;
import dev.tallyman.proto.v1.Workload;
import dev.tallyman.proto.v1.WorkloadSpec;
import dev.tallyman.proto.v1.WorkloadStatus;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When a stack is up, when it will not be, and how that is shown. */
class ProgressBoardTest {

  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  private final ProgressBoard board = new ProgressBoard(new LinkedHashMap<>(Map.of("u-db", "db")));

  private static WorkloadStatus.Builder status(Phase phase, String reason) {
    return WorkloadStatus.newBuilder()
        .setUid("u-db")
        .setName("db")
        .setPhase(phase)
        .setReason(reason)
        .setMessage("Because.");
  }

  private static NodeWorkload workload(WorkloadStatus.Builder status) {
    return NodeWorkload.newBuilder().setStatus(status).build();
  }

  private Verdict after(WorkloadStatus.Builder status) {
    board.changed(workload(status), NOW);
    return board.verdict(NOW);
  }

  @Test
  void aStackIsUpWhenAllRunAndAreHealthyOrHaveDoneTheirWork() {
    assertThat(board.verdict(NOW)).isEqualTo(new Verdict.Underway());
    assertThat(after(status(Phase.PHASE_RUNNING, "Running").setHealth(Health.HEALTH_STARTING)))
        .isEqualTo(new Verdict.Underway());
    assertThat(after(status(Phase.PHASE_RUNNING, "Running").setHealth(Health.HEALTH_HEALTHY)))
        .isEqualTo(new Verdict.Up());
    assertThat(after(status(Phase.PHASE_SUCCEEDED, "Completed"))).isEqualTo(new Verdict.Up());
  }

  @Test
  void whatHasAProbeIsNotUpBeforeItWasProbed() {
    NodeWorkload probed =
        workload(status(Phase.PHASE_RUNNING, "Running")).toBuilder()
            .setWorkload(
                Workload.newBuilder()
                    .setSpec(WorkloadSpec.newBuilder().setReadiness(Probe.getDefaultInstance())))
            .build();
    board.changed(probed, NOW);
    assertThat(board.verdict(NOW)).isEqualTo(new Verdict.Underway());
  }

  @Test
  void aStatusOfAnOlderSpecSaysNothing() {
    NodeWorkload old =
        workload(status(Phase.PHASE_FAILED, "Exited").setGeneration(1)).toBuilder()
            .setWorkload(Workload.newBuilder().setGeneration(2))
            .build();
    board.changed(old, NOW);
    assertThat(board.verdict(NOW)).isEqualTo(new Verdict.Underway());
  }

  @Test
  void failuresThatNobodyRepairsByWaitingEndItAtOnceAndSayWhy() {
    assertThat(after(status(Phase.PHASE_RUNNING, "Running").setHealth(Health.HEALTH_UNHEALTHY)))
        .isInstanceOf(Verdict.Failed.class);
    assertThat(after(status(Phase.PHASE_RUNNING, "RolledBack"))).isInstanceOf(Verdict.Failed.class);
    assertThat(after(status(Phase.PHASE_WAITING, "DependencyFailed")))
        .isInstanceOf(Verdict.Failed.class);
    assertThat(after(status(Phase.PHASE_REJECTED, "MissingCapability")))
        .isEqualTo(new Verdict.Failed(List.of("db: Rejected, MissingCapability: Because.")));
    assertThat(after(status(Phase.PHASE_BACKOFF, "ImageNotFound")))
        .isInstanceOf(Verdict.Failed.class);
  }

  @Test
  void whatIsTriedAgainIsGivenUpAtTheThirdTime() {
    for (int i = 0; i < 2; i++) {
      assertThat(after(status(Phase.PHASE_BACKOFF, "ImagePullFailed")))
          .isEqualTo(new Verdict.Underway());
      // The same once more is no further try.
      assertThat(after(status(Phase.PHASE_BACKOFF, "ImagePullFailed")))
          .isEqualTo(new Verdict.Underway());
      assertThat(after(status(Phase.PHASE_PULLING, "Pulling"))).isEqualTo(new Verdict.Underway());
    }
    assertThat(after(status(Phase.PHASE_BACKOFF, "ImagePullFailed")))
        .isInstanceOf(Verdict.Failed.class);
  }

  @Test
  void waitingForARuntimeIsGivenUpAfterAWhileAndWaitingForADependencyIsNot() {
    assertThat(after(status(Phase.PHASE_WAITING, "NoRuntime"))).isEqualTo(new Verdict.Underway());
    Instant late = NOW.plus(ProgressBoard.PATIENCE).plus(Duration.ofSeconds(1));
    assertThat(board.verdict(late)).isInstanceOf(Verdict.Failed.class);
    assertThat(after(status(Phase.PHASE_WAITING, "DependencyNotReady")))
        .isEqualTo(new Verdict.Underway());
    assertThat(board.verdict(late)).isEqualTo(new Verdict.Underway());
  }

  @Test
  void whatSomebodyRemovesMeanwhileDoesNotComeUp() {
    board.removed("u-db");
    assertThat(board.verdict(NOW))
        .isEqualTo(new Verdict.Failed(List.of("db: somebody removed it meanwhile")));
  }

  private String shown(Optional<Screen> screen, List<WorkloadStatus.Builder> statuses) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ProgressView view = new ProgressView(new Output(bytes), screen);
    for (WorkloadStatus.Builder status : statuses) {
      board.changed(workload(status), NOW);
      view.show(board.rows(NOW));
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aPipeGetsALineOnlyWhenSomethingTurns() {
    WorkloadStatus.Builder first =
        status(Phase.PHASE_PULLING, "Pulling").setMessage("Fetching x: 1 of 10 bytes a\u001B[2J");
    WorkloadStatus.Builder second =
        status(Phase.PHASE_PULLING, "Pulling").setMessage("Fetching x: 5 of 10 bytes b");
    assertThat(
            shown(Optional.empty(), List.of(first, second, status(Phase.PHASE_RUNNING, "Running"))))
        .isEqualTo("db: Pulling: Fetching x: 1 of 10 bytes a [2J\ndb: Running\n");
  }

  @Test
  void aTerminalGetsABarInThePlaceOfTheLineBefore() {
    WorkloadStatus.Builder pull =
        status(Phase.PHASE_PULLING, "Pulling").setMessage("Fetching x: 512 of 1024 bytes layer");
    assertThat(
            shown(
                Optional.of(new Screen(24, 80)),
                List.of(pull, status(Phase.PHASE_RUNNING, "Running"))))
        .isEqualTo(
            """
            \r\u001B[J. db  Pulling  [==========>         ] 512 of 1K
            \u001B[1A\r\u001B[J+ db  Running
            """);
  }
}
