package dev.tallyman.agent.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.agent.model.Backoff;
import dev.tallyman.agent.model.Dependency;
import dev.tallyman.agent.model.Dependency.Condition;
import dev.tallyman.agent.model.Dependency.Follow;
import dev.tallyman.agent.model.Dependency.Need;
import dev.tallyman.agent.model.Desired;
import dev.tallyman.agent.model.Health;
import dev.tallyman.agent.model.History;
import dev.tallyman.agent.model.Phase;
import dev.tallyman.agent.model.Probes;
import dev.tallyman.agent.model.PullPolicy;
import dev.tallyman.agent.model.RestartPolicy;
import dev.tallyman.agent.model.UpdatePolicy;
import dev.tallyman.agent.model.UpdatePolicy.OnFailure;
import dev.tallyman.agent.model.UpdatePolicy.Order;
import dev.tallyman.agent.model.Workload;
import dev.tallyman.agent.plan.DependencyView.Standing;
import dev.tallyman.agent.plan.Neighbours.Demand;
import dev.tallyman.agent.plan.Neighbours.Predecessor;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.InstanceState;
import dev.tallyman.runtime.InstanceState.ExitCause;
import dev.tallyman.runtime.InstanceState.Exited;
import dev.tallyman.runtime.InstanceState.Running;
import dev.tallyman.runtime.PortBinding;
import dev.tallyman.runtime.testkit.SpecBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the plan makes of the other workloads of a stack, and of what probes say. */
class StackPlanTest {

  private static final Instant NOW = Instant.parse("2026-11-22T08:00:00Z");
  private static final Instant BEGUN = NOW.minusSeconds(60);
  private static final UpdatePolicy ROLL_BACK =
      new UpdatePolicy(Order.STOP_FIRST, OnFailure.ROLL_BACK, Duration.ofMinutes(2));

  @ParameterizedTest
  @CsvSource({
    // condition, need, standing, whether it may start
    "STARTED, REQUIRED, ABSENT, no",
    "STARTED, REQUIRED, PENDING, no",
    "STARTED, REQUIRED, STARTED, yes",
    "STARTED, REQUIRED, HEALTHY, yes",
    "STARTED, REQUIRED, COMPLETED, yes",
    "STARTED, REQUIRED, FAILED, no",
    "HEALTHY, REQUIRED, ABSENT, no",
    "HEALTHY, REQUIRED, PENDING, no",
    "HEALTHY, REQUIRED, STARTED, no",
    "HEALTHY, REQUIRED, HEALTHY, yes",
    "HEALTHY, REQUIRED, COMPLETED, no",
    "HEALTHY, REQUIRED, FAILED, no",
    "COMPLETED, REQUIRED, ABSENT, no",
    "COMPLETED, REQUIRED, PENDING, no",
    "COMPLETED, REQUIRED, STARTED, no",
    "COMPLETED, REQUIRED, HEALTHY, no",
    "COMPLETED, REQUIRED, COMPLETED, yes",
    "COMPLETED, REQUIRED, FAILED, no",
    "HEALTHY, OPTIONAL, ABSENT, yes",
    "HEALTHY, OPTIONAL, PENDING, no",
    "HEALTHY, OPTIONAL, STARTED, no",
    "HEALTHY, OPTIONAL, COMPLETED, yes",
    "HEALTHY, OPTIONAL, FAILED, yes",
    "COMPLETED, OPTIONAL, FAILED, yes",
    "STARTED, OPTIONAL, PENDING, no",
  })
  void aDependencyHoldsBackALaunchUntilItIsGoodEnough(
      Condition condition, Need need, Standing standing, String mayStart) {
    DependencyView db = view(condition, need, Follow.STAY, standing, Optional.empty());

    Decision decision = Plan.next(situation(web(1)).with(db).build());

    assertThat(decision.action().isPresent()).isEqualTo(mayStart.equals("yes"));
    if (mayStart.equals("no")) {
      assertThat(decision.verdict().phase()).isEqualTo(Phase.WAITING);
      assertThat(decision.verdict().message()).contains("db");
    }
  }

  @Test
  void aStoppedInstanceIsNotStartedAgainBeforeItsDependencyIsBack() {
    DependencyView db =
        view(Condition.HEALTHY, Need.REQUIRED, Follow.STAY, Standing.PENDING, Optional.empty());
    Situations exited = situation(web(1)).state(exited(1));

    assertThat(Plan.next(exited.with(db).build()).verdict().reason())
        .isEqualTo("DependencyNotReady");
    assertThat(Plan.next(exited.with().build()).action())
        .hasValueSatisfying(action -> assertThat(action).isInstanceOf(Action.Start.class));
  }

  @Test
  void aRunningInstanceIsLeftAloneWhenItsDependencyFails() {
    DependencyView db =
        view(Condition.HEALTHY, Need.REQUIRED, Follow.STAY, Standing.FAILED, Optional.empty());

    Decision decision = Plan.next(situation(web(1)).state(new Running(BEGUN)).with(db).build());

    assertThat(decision.action()).isEmpty();
    assertThat(decision.verdict().phase()).isEqualTo(Phase.RUNNING);
  }

  @Test
  void aChangedSpecWaitsForDependenciesWhileTheFormerOneRuns() {
    DependencyView db =
        view(Condition.HEALTHY, Need.REQUIRED, Follow.STAY, Standing.PENDING, Optional.empty());

    Decision decision =
        Plan.next(situation(web(2)).instanceOf(web(1)).state(new Running(BEGUN)).with(db).build());

    assertThat(decision.action()).isEmpty();
    assertThat(decision.verdict().message()).contains("former spec is left alone");
  }

  @Test
  void aCircleIsRefusedAndSpelledOut() {
    Neighbours circle =
        new Neighbours(
            List.of(), Optional.of("web -> db -> web"), Set.of(), Predecessor.NONE, Demand.NONE);

    Verdict verdict = Plan.next(situation(web(1)).neighbours(circle).build()).verdict();

    assertThat(verdict.phase()).isEqualTo(Phase.REJECTED);
    assertThat(verdict.message()).contains("web -> db -> web");
  }

  @Test
  void whatIsNotWantedStopsAfterThoseThatNeedIt() {
    Situations leaving = situation(web(1)).unwanted().state(new Running(BEGUN));
    Neighbours needed =
        new Neighbours(List.of(), Optional.empty(), Set.of("api"), Predecessor.NONE, Demand.NONE);

    Decision waiting = Plan.next(leaving.neighbours(needed).build());
    Decision free = Plan.next(leaving.neighbours(Neighbours.NONE).build());

    assertThat(waiting.action()).isEmpty();
    assertThat(waiting.verdict().message()).contains("after api");
    assertThat(free.action())
        .hasValueSatisfying(action -> assertThat(action).isInstanceOf(Action.Retire.class));
  }

  @Test
  void aDrainedNodeStopsInReverseOrder() {
    Neighbours needed =
        new Neighbours(List.of(), Optional.empty(), Set.of("api"), Predecessor.NONE, Demand.NONE);
    Situations running = situation(web(1)).state(new Running(BEGUN)).drained();

    assertThat(Plan.next(running.neighbours(needed).build()).action()).isEmpty();
    assertThat(Plan.next(running.neighbours(Neighbours.NONE).build()).action())
        .hasValueSatisfying(action -> assertThat(action).isInstanceOf(Action.Stop.class));
  }

  @Test
  void aFollowerStartsAgainWhenTheOtherWasReplaced() {
    DependencyView first = following(Follow.RESTART, "db-1@0");
    Situations running = situation(web(1)).state(new Running(BEGUN));
    History settled = Plan.next(running.with(first).build()).history().orElseThrow();

    assertThat(Plan.next(running.with(first).history(settled).build()).action()).isEmpty();
    assertThat(
            Plan.next(running.with(following(Follow.RESTART, "db-2@0")).history(settled).build())
                .action())
        .hasValueSatisfying(action -> assertThat(action).isInstanceOf(Action.Restart.class));
  }

  @Test
  void aFollowerWaitsUntilTheReplacementIsGoodEnough() {
    Situations running = situation(web(1)).state(new Running(BEGUN));
    History settled =
        Plan.next(running.with(following(Follow.RESTART, "db-1@0")).build())
            .history()
            .orElseThrow();
    DependencyView notYet =
        view(
            Condition.HEALTHY,
            Need.REQUIRED,
            Follow.RESTART,
            Standing.STARTED,
            Optional.of("db-2@0"));

    assertThat(Plan.next(running.with(notYet).history(settled).build()).action()).isEmpty();
  }

  @Test
  void whoLivesInAnothersNamespaceRestartsWithItAndIsMadeAnewWhenItWasReplaced() {
    Situations running = situation(web(1)).state(new Running(BEGUN));
    History settled =
        Plan.next(running.with(following(Follow.REJOIN, "db-1@8:00")).build())
            .history()
            .orElseThrow();

    assertThat(
            Plan.next(running.with(following(Follow.REJOIN, "db-1@9:00")).history(settled).build())
                .action())
        .hasValueSatisfying(action -> assertThat(action).isInstanceOf(Action.Restart.class));
    assertThat(
            Plan.next(running.with(following(Follow.REJOIN, "db-2@9:00")).history(settled).build())
                .action())
        .hasValueSatisfying(action -> assertThat(action).isInstanceOf(Action.Retire.class));
    assertThat(
            Plan.next(
                    running
                        .state(exited(1))
                        .with(following(Follow.REJOIN, "db-2@9:00"))
                        .history(settled)
                        .build())
                .action())
        .hasValueSatisfying(action -> assertThat(action).isInstanceOf(Action.Retire.class));
  }

  @Test
  void whatItsProbesCallDeadIsStoppedAndItsEndIsAFailureHoweverItEnds() {
    Workload job = web(1, RestartPolicy.Mode.ON_FAILURE);
    Situations running = situation(job).state(new Running(BEGUN));

    Decision stop = Plan.next(running.health(Health.State.DEAD).build());

    assertThat(stop.action())
        .hasValueSatisfying(action -> assertThat(action).isInstanceOf(Action.Stop.class));
    assertThat(stop.verdict().reason()).isEqualTo("ProbeFailed");

    Decision after =
        Plan.next(running.state(exited(0)).history(stop.history().orElseThrow()).build());

    assertThat(after.action())
        .hasValueSatisfying(action -> assertThat(action).isInstanceOf(Action.Start.class));
    assertThat(after.history().orElseThrow().restarts()).isEqualTo(1);
  }

  @Test
  void aVerdictOfProbesAboutAnotherRunIsNotUsed() {
    Situation s =
        situation(web(1))
            .state(new Running(BEGUN.plusSeconds(30)))
            .health(Health.State.DEAD)
            .build();

    assertThat(Plan.next(s).action()).isEmpty();
  }

  @Test
  void aSpecThatFailsAfterAHealthyOneIsRolledBackUntilItChanges() {
    Workload good = web(1).with(List.of(), ROLL_BACK, Probes.DEFAULT, Set.of());
    Workload bad = web(2).with(List.of(), ROLL_BACK, Probes.DEFAULT, Set.of());
    Workload better = web(3).with(List.of(), ROLL_BACK, Probes.DEFAULT, Set.of());
    History proven =
        Plan.next(situation(good).state(new Running(BEGUN)).health(Health.State.HEALTHY).build())
            .history()
            .orElseThrow();
    assertThat(proven.rollout().proven()).hasValue(good);

    Situations changed = situation(bad).state(new Running(BEGUN)).history(proven);
    Decision failed = Plan.next(changed.health(Health.State.UNHEALTHY).build());

    assertThat(failed.action())
        .hasValueSatisfying(action ->
            assertThat(((Action.Launch) action).workload().specHash()).isEqualTo(good.specHash()));
    assertThat(failed.verdict().message()).contains("rolled back");

    Situations back =
        situation(bad)
            .instanceOf(good)
            .state(new Running(BEGUN))
            .history(failed.history().orElseThrow());
    Decision settled = Plan.next(back.health(Health.State.HEALTHY).build());
    assertThat(settled.action()).isEmpty();
    assertThat(settled.verdict().reason()).isEqualTo("RolledBack");

    Decision next =
        Plan.next(
            situation(better)
                .instanceOf(good)
                .state(new Running(BEGUN))
                .history(settled.history().orElseThrow())
                .build());
    assertThat(next.action())
        .hasValueSatisfying(action ->
            assertThat(((Action.Launch) action).workload().specHash())
                .isEqualTo(better.specHash()));
  }

  @Test
  void aSpecThatEndsEarlyIsRolledBackAndOneThatTakesTooLongAsWell() {
    Workload good = web(1).with(List.of(), ROLL_BACK, Probes.DEFAULT, Set.of());
    Workload bad = web(2).with(List.of(), ROLL_BACK, Probes.DEFAULT, Set.of());
    History proven =
        Plan.next(situation(good).state(new Running(BEGUN)).health(Health.State.HEALTHY).build())
            .history()
            .orElseThrow();
    Situations changed = situation(bad).history(proven);

    assertThat(Plan.next(changed.state(exited(3)).build()).verdict().message())
        .contains("rolled back");
    Decision early =
        Plan.next(changed.state(new Running(BEGUN)).health(Health.State.STARTING).build());
    assertThat(early.action()).isEmpty();
    assertThat(early.wakeAt()).hasValue(BEGUN.plus(ROLL_BACK.deadline()));
    Instant longAgo = NOW.minus(ROLL_BACK.deadline());
    assertThat(
            Plan.next(
                    changed
                        .state(new Running(longAgo))
                        .health(Health.State.STARTING, longAgo)
                        .build())
                .verdict()
                .message())
        .contains("rolled back");
  }

  @Test
  void withoutAHealthySpecBeforeItNothingIsRolledBack() {
    Workload only = web(1).with(List.of(), ROLL_BACK, Probes.DEFAULT, Set.of());

    Decision decision = Plan.next(situation(only).state(exited(3)).build());

    assertThat(decision.action())
        .hasValueSatisfying(action -> assertThat(action).isInstanceOf(Action.Start.class));
  }

  @Test
  void factsOfOthersArePutIntoTheEnvironmentWithoutChangingTheSpec() {
    InstanceSpec spec =
        SpecBuilder.spec("u1", "app:1")
            .named("shop", "web")
            .env("DB", "tcp://${db.host}:${db.port}/x$$y${db.hostPort.5432}")
            .build();
    Workload web =
        Workload.of(
                1,
                spec,
                PullPolicy.IF_NOT_PRESENT,
                Optional.empty(),
                policy(RestartPolicy.Mode.ALWAYS))
            .with(List.of(), UpdatePolicy.KEEP, Probes.DEFAULT, Set.of("DB"));
    PortBinding port = new PortBinding(5432, 40000, "127.0.0.1", PortBinding.Protocol.TCP);
    DependencyView known =
        new DependencyView(
            new Dependency("db", Condition.STARTED, Need.REQUIRED, Follow.STAY),
            Standing.STARTED,
            "",
            Optional.empty(),
            Optional.of(new Facts("db", List.of(port))));

    Action.Launch launch =
        (Action.Launch) Plan.next(situation(web).with(known).build()).action().orElseThrow();

    assertThat(launch.workload().spec().effectiveEnv())
        .isEqualTo(Map.of("DB", "tcp://db:5432/x$y40000"));
    assertThat(launch.workload().spec().specHash()).isEqualTo(web.specHash());
  }

  // ---- what decisions are made of

  private static DependencyView following(Follow follow, String beginning) {
    return view(Condition.STARTED, Need.REQUIRED, follow, Standing.HEALTHY, Optional.of(beginning));
  }

  private static DependencyView view(
      Condition condition, Need need, Follow follow, Standing standing, Optional<String> begun) {
    return new DependencyView(
        new Dependency("db", condition, need, follow),
        standing,
        "so it is",
        begun,
        Optional.empty());
  }

  private static Workload web(int version) {
    return web(version, RestartPolicy.Mode.ALWAYS);
  }

  private static Workload web(int version, RestartPolicy.Mode mode) {
    InstanceSpec spec = SpecBuilder.spec("u1", "app:" + version).named("shop", "web").build();
    return Workload.of(version, spec, PullPolicy.IF_NOT_PRESENT, Optional.empty(), policy(mode));
  }

  private static RestartPolicy policy(RestartPolicy.Mode mode) {
    return new RestartPolicy(mode, OptionalInt.empty(), Backoff.DEFAULT);
  }

  private static Exited exited(int code) {
    return new Exited(OptionalInt.of(code), ExitCause.ENDED, Optional.of(BEGUN), Optional.of(NOW));
  }

  private static Situations situation(Workload workload) {
    return new Situations(
        workload,
        workload,
        Optional.empty(),
        Optional.empty(),
        Neighbours.NONE,
        Optional.empty(),
        Situation.Mode.SERVING,
        Want.YES);
  }

  private enum Want {
    YES,
    NO
  }

  /** Makes situations. */
  private record Situations(
      Workload workload,
      Workload made,
      Optional<InstanceState> state,
      Optional<History> history,
      Neighbours neighbours,
      Optional<Health> health,
      Situation.Mode mode,
      Want want) {

    Situations with(DependencyView... views) {
      return neighbours(
          new Neighbours(
              List.of(views), Optional.empty(), Set.of(), Predecessor.NONE, Demand.NONE));
    }

    Situations neighbours(Neighbours others) {
      return new Situations(workload, made, state, history, others, health, mode, want);
    }

    Situations state(InstanceState now) {
      return new Situations(
          workload, made, Optional.of(now), history, neighbours, health, mode, want);
    }

    Situations instanceOf(Workload other) {
      return new Situations(workload, other, state, history, neighbours, health, mode, want);
    }

    Situations history(History known) {
      return new Situations(
          workload, made, state, Optional.of(known), neighbours, health, mode, want);
    }

    Situations health(Health.State now) {
      return health(now, BEGUN);
    }

    Situations health(Health.State now, Instant startedAt) {
      return new Situations(
          workload,
          made,
          state,
          history,
          neighbours,
          Optional.of(new Health("id-1", startedAt, now, "The probe says so.")),
          mode,
          want);
    }

    Situations unwanted() {
      return new Situations(workload, made, state, history, neighbours, health, mode, Want.NO);
    }

    Situations drained() {
      return new Situations(
          workload, made, state, history, neighbours, health, Situation.Mode.DRAINED, want);
    }

    Situation build() {
      List<Observed.Present> present =
          state.stream()
              .map(now ->
                  new Observed.Present(
                      "docker",
                      new Instance(
                          "u1",
                          "shop",
                          "web",
                          made.specHash(),
                          "id-1",
                          "shop-web",
                          made.spec().image(),
                          now,
                          List.of(),
                          Map.of(),
                          Optional.empty(),
                          List.of())))
              .toList();
      return new Situation(
          "u1",
          want == Want.YES ? Optional.of(new Desired.Wanted(workload)) : Optional.empty(),
          new Observed(present, Set.of("docker")),
          history,
          new Placement.On("docker"),
          mode,
          Situation.Knowledge.COMPLETE,
          health,
          neighbours,
          Duration.ofSeconds(10),
          NOW);
    }
  }
}
