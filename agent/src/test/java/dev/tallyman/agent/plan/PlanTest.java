package dev.tallyman.agent.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.agent.loop.Workloads;
import dev.tallyman.agent.model.Desired;
import dev.tallyman.agent.model.History;
import dev.tallyman.agent.model.Phase;
import dev.tallyman.agent.model.RestartPolicy.Mode;
import dev.tallyman.agent.model.Workload;
import dev.tallyman.agent.plan.Situation.Knowledge;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceState;
import dev.tallyman.runtime.InstanceState.Created;
import dev.tallyman.runtime.InstanceState.ExitCause;
import dev.tallyman.runtime.InstanceState.Exited;
import dev.tallyman.runtime.InstanceState.Running;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PlanTest {

  private static final Instant NOW = Instant.parse("2030-01-01T12:00:00Z");
  private static final Instant EARLIER = NOW.minusSeconds(60);
  private static final Workload SERVICE = Workloads.always("u1");
  private static final Workload JOB = Workloads.job("u1");

  /** What is wanted, what is there, and what follows. */
  static Stream<Arguments> table() {
    Running running = new Running(EARLIER);
    return Stream.of(
        row("wanted, absent", SERVICE, Optional.empty(), "launch", Phase.STARTING),
        row("wanted, created", SERVICE, Optional.of(new Created()), "launch", Phase.STARTING),
        row("wanted, running", SERVICE, Optional.of(running), "", Phase.RUNNING),
        row("service, ended well", SERVICE, Optional.of(exited(0)), "start", Phase.STARTING),
        row("service, failed", SERVICE, Optional.of(exited(1)), "start", Phase.STARTING),
        row("job, ended well", JOB, Optional.of(exited(0)), "", Phase.SUCCEEDED),
        row("job, failed", JOB, Optional.of(exited(1)), "", Phase.FAILED),
        row("job, killed", JOB, Optional.of(exited(137)), "", Phase.FAILED),
        row("job, unseen end", JOB, Optional.of(unseenExit()), "", Phase.FAILED),
        row(
            "on failure, ended well",
            Workloads.onFailure("u1", 0),
            Optional.of(exited(0)),
            "",
            Phase.SUCCEEDED),
        row(
            "on failure, failed",
            Workloads.onFailure("u1", 0),
            Optional.of(exited(1)),
            "start",
            Phase.STARTING),
        row(
            "on failure, unseen end",
            Workloads.onFailure("u1", 0),
            Optional.of(unseenExit()),
            "start",
            Phase.STARTING),
        row(
            "unless stopped, ended well",
            Workloads.of("u1", Mode.UNLESS_STOPPED, OptionalInt.empty()),
            Optional.of(exited(0)),
            "start",
            Phase.STARTING),
        row(
            "wanted, broken",
            SERVICE,
            Optional.of(new InstanceState.Broken("dead")),
            "retire",
            Phase.STOPPING),
        row(
            "job, broken before anybody saw it run",
            JOB,
            Optional.of(new InstanceState.Broken("half started")),
            "",
            Phase.FAILED),
        row(
            "wanted, paused",
            SERVICE,
            Optional.of(new InstanceState.Paused(EARLIER)),
            "",
            Phase.RUNNING));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("table")
  void decides(
      String what, Workload workload, Optional<InstanceState> state, String action, Phase phase) {
    Decision decision = Plan.next(wanted(workload, state));

    assertThat(decision.action().map(PlanTest::word).orElse("")).isEqualTo(action);
    assertThat(decision.verdict().phase()).isEqualTo(phase);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("table")
  void decidesTheSameAgainWhenNothingHappened(
      String what, Workload workload, Optional<InstanceState> state, String action, Phase phase) {
    Situation situation = wanted(workload, state);
    Decision first = Plan.next(situation);
    Decision again = Plan.next(with(situation, first.history()));

    assertThat(again.history()).isEqualTo(first.history());
    assertThat(again.action().map(PlanTest::word)).isEqualTo(first.action().map(PlanTest::word));
    assertThat(again.verdict().phase()).isEqualTo(first.verdict().phase());
  }

  @Test
  void doesNothingWhereItCannotSee() {
    for (Optional<InstanceState> state :
        List.of(
            Optional.<InstanceState>of(new Created()),
            Optional.<InstanceState>of(exited(1)),
            Optional.<InstanceState>of(new Running(EARLIER)))) {
      Situation s = wanted(SERVICE, state);
      Situation blind =
          new Situation(
              s.uid(),
              s.desired(),
              new Observed(s.observed().present(), Set.of("podman")),
              s.history(),
              s.placement(),
              s.mode(),
              s.knowledge(),
              s.health(),
              s.neighbours(),
              s.stopGrace(),
              s.now());

      Decision decision = Plan.next(blind);

      assertThat(decision.action()).isEmpty();
      assertThat(decision.verdict().phase()).isEqualTo(Phase.UNKNOWN);
    }
  }

  @Test
  void takesNothingForLostAtARuntimeThatNobodyHasFoundYet() {
    Situation s = wanted(JOB, Optional.empty());
    History ran =
        History.begin(JOB.specHash())
            .placedOn("docker")
            .withRun(new History.Run("id-1", EARLIER, History.End.NOT_SEEN));
    Situation early =
        new Situation(
            s.uid(),
            s.desired(),
            new Observed(List.of(), Set.of()),
            Optional.of(ran),
            s.placement(),
            s.mode(),
            s.knowledge(),
            s.health(),
            s.neighbours(),
            s.stopGrace(),
            s.now());

    Decision decision = Plan.next(early);

    assertThat(decision.verdict().phase()).isEqualTo(Phase.UNKNOWN);
    assertThat(decision.history()).hasValue(ran);
  }

  @Test
  void removesNothingWithoutKnowingWhatIsWanted() {
    for (Knowledge knowledge : List.of(Knowledge.NONE, Knowledge.REMEMBERED)) {
      Decision decision = Plan.next(unwanted(knowledge));

      assertThat(decision.action()).isEmpty();
      assertThat(decision.verdict().reason()).isEqualTo("DesiredStateUnknown");
    }
    assertThat(Plan.next(unwanted(Knowledge.COMPLETE)).action().map(PlanTest::word))
        .hasValue("retire");
  }

  @Test
  void keepsTheInstanceOfASpecThatIsRefusedNow() {
    Situation s = wanted(SERVICE, Optional.of(new Running(EARLIER)));
    Situation refused =
        new Situation(
            s.uid(),
            Optional.of(
                new Desired.Refused("u1", "u1", "test", 2, "InvalidSpec", "spec.image: empty.")),
            s.observed(),
            s.history(),
            s.placement(),
            s.mode(),
            s.knowledge(),
            s.health(),
            s.neighbours(),
            s.stopGrace(),
            s.now());

    Decision decision = Plan.next(refused);

    assertThat(decision.action()).isEmpty();
    assertThat(decision.verdict().phase()).isEqualTo(Phase.REJECTED);
    assertThat(decision.verdict().message()).contains("spec.image").contains("left alone");
  }

  @Test
  void keepsOneOfTwoInstancesAndRetiresTheOther() {
    Situation s = wanted(SERVICE, Optional.of(new Running(EARLIER)));
    Instance instance = s.observed().present().getFirst().instance();
    Situation twice =
        new Situation(
            s.uid(),
            s.desired(),
            new Observed(
                List.of(
                    new Observed.Present("docker", instance),
                    new Observed.Present("podman", instance)),
                Set.of("docker", "podman")),
            Optional.of(History.begin(SERVICE.specHash()).placedOn("podman")),
            s.placement(),
            s.mode(),
            s.knowledge(),
            s.health(),
            s.neighbours(),
            s.stopGrace(),
            s.now());

    assertThat(Plan.next(twice).action())
        .hasValueSatisfying(action -> {
          assertThat(word(action)).isEqualTo("retire");
          assertThat(action.runtime()).isEqualTo("docker");
        });
  }

  @Test
  void countsEachEndOnce() {
    Situation situation = wanted(SERVICE, Optional.of(exited(1)));
    History once = Plan.next(situation).history().orElseThrow();
    History twice = Plan.next(with(situation, Optional.of(once))).history().orElseThrow();

    assertThat(once.restarts()).isEqualTo(1);
    assertThat(twice).isEqualTo(once);
  }

  private static Arguments row(
      String what, Workload workload, Optional<InstanceState> state, String action, Phase phase) {
    return Arguments.of(what, workload, state, action, phase);
  }

  @Test
  void anInstanceThatAListMissedIsCountedAsItEndedWhenItIsSeenAgain() {
    Workload job = Workloads.onFailure("u1", 0);
    Decision running = Plan.next(wanted(job, Optional.of(new Running(EARLIER))));
    Decision missed = Plan.next(with(wanted(job, Optional.empty()), running.history()));
    assertThat(missed.history().orElseThrow().restarts()).isEqualTo(1);

    Decision seen = Plan.next(with(wanted(job, Optional.of(exited(0))), missed.history()));

    assertThat(seen.action()).isEmpty();
    assertThat(seen.verdict().phase()).isEqualTo(Phase.SUCCEEDED);
    assertThat(seen.history().orElseThrow().restarts()).isZero();
  }

  private static Exited exited(int code) {
    return new Exited(
        OptionalInt.of(code), ExitCause.ENDED, Optional.of(EARLIER), Optional.of(NOW));
  }

  private static Exited unseenExit() {
    return new Exited(OptionalInt.empty(), ExitCause.ENDED, Optional.of(EARLIER), Optional.of(NOW));
  }

  private static Situation wanted(Workload workload, Optional<InstanceState> state) {
    return new Situation(
        "u1",
        Optional.of(new Desired.Wanted(workload)),
        observed(workload, state),
        Optional.empty(),
        new Placement.On("docker"),
        Situation.Mode.SERVING,
        Knowledge.COMPLETE,
        Optional.empty(),
        Neighbours.NONE,
        Duration.ofSeconds(10),
        NOW);
  }

  private static Situation unwanted(Knowledge knowledge) {
    return new Situation(
        "u1",
        Optional.empty(),
        observed(SERVICE, Optional.of(new Running(EARLIER))),
        Optional.empty(),
        new Placement.On("docker"),
        Situation.Mode.SERVING,
        knowledge,
        Optional.empty(),
        Neighbours.NONE,
        Duration.ofSeconds(10),
        NOW);
  }

  private static Situation with(Situation s, Optional<History> history) {
    return new Situation(
        s.uid(),
        s.desired(),
        s.observed(),
        history,
        s.placement(),
        s.mode(),
        s.knowledge(),
        s.health(),
        s.neighbours(),
        s.stopGrace(),
        s.now());
  }

  private static Observed observed(Workload workload, Optional<InstanceState> state) {
    return new Observed(
        state
            .map(is ->
                List.of(
                    new Observed.Present(
                        "docker",
                        new Instance(
                            "u1",
                            "test",
                            "u1",
                            workload.specHash(),
                            "id-1",
                            "test-u1",
                            "app:1",
                            is,
                            List.of(),
                            Map.of(),
                            Optional.empty(),
                            List.of()))))
            .orElse(List.of()),
        Set.of("docker"));
  }

  private static String word(Action action) {
    return switch (action) {
      case Action.Launch _ -> "launch";
      case Action.Start _ -> "start";
      case Action.Restart _ -> "restart";
      case Action.Stop _ -> "stop";
      case Action.Retire _ -> "retire";
    };
  }
}
