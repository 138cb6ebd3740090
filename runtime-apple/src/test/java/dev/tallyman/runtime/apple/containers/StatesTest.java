package dev.tallyman.runtime.apple.containers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.runtime.InstanceState;
import dev.tallyman.runtime.InstanceState.Created;
import dev.tallyman.runtime.InstanceState.ExitCause;
import dev.tallyman.runtime.InstanceState.Exited;
import dev.tallyman.runtime.InstanceState.Running;
import dev.tallyman.runtime.apple.cli.AttachEnd;
import dev.tallyman.runtime.apple.cli.Container;
import dev.tallyman.runtime.apple.cli.Container.Phase;
import dev.tallyman.runtime.apple.containers.States.Judged;
import dev.tallyman.runtime.apple.shim.Outcome;
import dev.tallyman.runtime.apple.shim.Run;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class StatesTest {

  private static final Instant BEGIN = Instant.parse("2026-06-01T10:00:00.300Z");
  private static final Instant ENGINE_START = Instant.parse("2026-06-01T10:00:00Z");
  private static final Instant END = Instant.parse("2026-06-01T10:00:07Z");
  private static final Instant NOW = Instant.parse("2026-06-01T10:00:09Z");

  @Test
  void whatNobodyEverStartedIsCreated() {
    assertThat(state(stopped(Optional.empty()))).isEqualTo(new Created());
  }

  @Test
  void whatSomebodyElseStartedHasEndedWithoutACode() {
    assertThat(state(stopped(Optional.of(ENGINE_START))))
        .isEqualTo(exited(OptionalInt.empty(), ENGINE_START, Optional.empty()));
  }

  @Test
  void ofARunTheLaterOfBothBeginsCounts() {
    assertThat(state(running(ENGINE_START), waiting())).isEqualTo(new Running(BEGIN));
    assertThat(state(running(ENGINE_START.plusSeconds(2)), waiting()))
        .isEqualTo(new Running(ENGINE_START.plusSeconds(2)));
  }

  @Test
  void theShimTellsTheCode() {
    assertThat(state(stopped(Optional.of(ENGINE_START)), ended(new AttachEnd.Code(3))))
        .isEqualTo(exited(OptionalInt.of(3), BEGIN, Optional.of(END)));
  }

  @Test
  void theCodeIsKnownAlsoWhenTheServiceHasForgottenTheStart() {
    assertThat(state(stopped(Optional.empty()), ended(new AttachEnd.Code(0))))
        .isEqualTo(exited(OptionalInt.of(0), BEGIN, Optional.of(END)));
  }

  @Test
  void theEngineSaysRunningUntilTheMachineIsDown() {
    assertThat(state(running(ENGINE_START), ended(new AttachEnd.Code(3))))
        .isEqualTo(exited(OptionalInt.of(3), BEGIN, Optional.of(END)));
  }

  @Test
  void ifTheEngineSaysRunningForLongItIsBelieved() {
    assertThat(
            States.of(
                running(ENGINE_START),
                List.of(ended(new AttachEnd.Code(137))),
                END.plus(Duration.ofMinutes(1))))
        .isInstanceOf(Running.class);
  }

  @Test
  void whatRunsWhileItsCommandWasKilledRuns() {
    assertThat(state(running(ENGINE_START), ended(new AttachEnd.Unclear("killed"))))
        .isInstanceOf(Running.class);
  }

  @Test
  void anUnclearEndHasNoCodeAndNoTime() {
    assertThat(state(stopped(Optional.of(ENGINE_START)), ended(new AttachEnd.Unclear("XPC"))))
        .isEqualTo(exited(OptionalInt.empty(), BEGIN, Optional.empty()));
  }

  @Test
  void aShimThatWasKilledLeavesNoCode() {
    assertThat(state(stopped(Optional.of(ENGINE_START)), killed()))
        .isEqualTo(exited(OptionalInt.empty(), BEGIN, Optional.empty()));
  }

  @Test
  void aStartThatFailedIsNoEnd() {
    assertThat(state(stopped(Optional.empty()), ended(new AttachEnd.Unclear("Error: no"))))
        .isEqualTo(new Created());
  }

  @Test
  void aStartThatFailedLeavesTheEndBeforeIt() {
    Judged failed =
        judged(2, BEGIN.plusSeconds(60), Optional.of(ENGINE_START), Run.Progress.OVER, false);

    assertThat(
            state(
                stopped(Optional.of(ENGINE_START)),
                new Judged(failed.run(), Optional.of(new AttachEnd.Unclear("Error: port"))),
                ended(new AttachEnd.Code(4))))
        .isEqualTo(exited(OptionalInt.of(4), BEGIN, Optional.of(END)));
  }

  @Test
  void untilTheShimHasToldTheCodeItRuns() {
    assertThat(state(stopped(Optional.of(ENGINE_START)), waiting())).isInstanceOf(Running.class);
  }

  @Test
  void whileItIsBeingStartedItIsWhatItWas() {
    assertThat(state(stopped(Optional.empty()), waiting())).isEqualTo(new Created());
  }

  @Test
  void whatSomebodyElseStartedAfterOurRunHasNoCodeOfOurs() {
    assertThat(state(stopped(Optional.of(END.plusSeconds(1))), ended(new AttachEnd.Code(0))))
        .isEqualTo(exited(OptionalInt.empty(), END.plusSeconds(1), Optional.empty()));
    assertThat(state(running(END.plusSeconds(1)), ended(new AttachEnd.Code(0))))
        .isInstanceOf(Running.class);
  }

  @Test
  void aLaterVersionsOwnCodeIsRead() {
    assertThat(state(container(new Phase.Stopped(), Optional.of(ENGINE_START), OptionalInt.of(9))))
        .isEqualTo(exited(OptionalInt.of(9), ENGINE_START, Optional.empty()));
  }

  @Test
  void onlyAnEndThatNobodySawIsOutOfSight() {
    Container forgotten = stopped(Optional.empty());

    assertThat(States.isOutOfSight(forgotten, List.of(killed()))).isTrue();
    assertThat(States.isOutOfSight(forgotten, List.of(ended(new AttachEnd.Unclear("XPC")))))
        .isTrue();
    assertThat(States.isOutOfSight(forgotten, List.of(ended(new AttachEnd.Code(1))))).isFalse();
    assertThat(States.isOutOfSight(forgotten, List.of())).isFalse();
    assertThat(States.isOutOfSight(stopped(Optional.of(ENGINE_START)), List.of(killed())))
        .isFalse();
    assertThat(States.isOutOfSight(forgotten, List.of(waiting()))).isFalse();
  }

  @Test
  void anUnknownWordIsBrokenUnlessItsCommandStillWaits() {
    Container strange =
        container(new Phase.Unknown("dreaming"), Optional.of(ENGINE_START), OptionalInt.empty());

    assertThat(state(strange)).isInstanceOf(InstanceState.Broken.class);
    assertThat(state(strange, waiting())).isInstanceOf(Running.class);
  }

  private static InstanceState state(Container container, Judged... runs) {
    return States.of(container, List.of(runs), NOW);
  }

  private static Container running(Instant startedAt) {
    return container(new Phase.Running(), Optional.of(startedAt), OptionalInt.empty());
  }

  private static Container stopped(Optional<Instant> startedAt) {
    return container(new Phase.Stopped(), startedAt, OptionalInt.empty());
  }

  private static Container container(
      Phase phase, Optional<Instant> startedAt, OptionalInt exitCode) {
    return new Container(
        "name",
        Map.of(),
        "image",
        phase,
        startedAt,
        exitCode,
        Optional.empty(),
        List.of(),
        Map.of(),
        Set.of(),
        "");
  }

  private static Judged waiting() {
    return judged(1, BEGIN, Optional.empty(), Run.Progress.WAITING, false);
  }

  private static Judged killed() {
    return judged(1, BEGIN, Optional.empty(), Run.Progress.OVER, false);
  }

  private static Judged ended(AttachEnd end) {
    Judged over = judged(1, BEGIN, Optional.empty(), Run.Progress.OVER, true);
    return new Judged(over.run(), Optional.of(end));
  }

  private static Judged judged(
      int number, Instant begin, Optional<Instant> before, Run.Progress progress, boolean ended) {
    Optional<Outcome> outcome =
        ended ? Optional.of(new Outcome(END, 0, "", false, false)) : Optional.empty();
    return new Judged(
        new Run(number, Path.of("run"), begin, before, progress, outcome, Optional.empty()),
        Optional.empty());
  }

  private static Exited exited(OptionalInt code, Instant began, Optional<Instant> at) {
    return new Exited(code, ExitCause.ENDED, Optional.of(began), at);
  }
}
