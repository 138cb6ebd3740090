package dev.tallyman.runtime.testkit;

import static dev.tallyman.runtime.testkit.ContractRun.allAtOnce;
import static dev.tallyman.runtime.testkit.ContractRun.assertRunning;
import static dev.tallyman.runtime.testkit.ContractRun.exited;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.tallyman.runtime.ContainerRuntime;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.InstanceState;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.RuntimeFailure.Conflict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;

/** Launch: one instance per workload, whatever there was before. */
interface LaunchContract extends ContractPart {

  @Test
  default void aLaunchCreatesOneInstanceAndStartsIt() {
    InstanceSpec spec = run().spec(new Program.RunsForever()).named("shop", "web").build();

    Instance launched = run().runtime().launch(spec);

    assertRunning(launched);
    assertThat(launched.uid()).isEqualTo(spec.uid());
    assertThat(launched.stack()).isEqualTo("shop");
    assertThat(launched.workload()).isEqualTo("web");
    assertThat(launched.specHash()).isEqualTo(spec.specHash());
    assertThat(launched.name()).isEqualTo(spec.instanceName());
    assertThat(launched.image()).isEqualTo(spec.image());
    assertThat(launched.ports()).isEmpty();
    assertThat(run().runtime().find(spec.uid())).contains(launched);
    assertThat(run().runtime().list()).containsExactly(launched);
  }

  @Test
  default void aRunningInstanceOfTheSameSpecIsAdopted() {
    InstanceSpec spec = run().runsForever();
    Instance first = run().runtime().launch(spec);

    Instance second = run().runtime().launch(spec);

    assertThat(second.id()).isEqualTo(first.id());
    assertThat(second.state()).isEqualTo(first.state());
    assertThat(run().runtime().list()).hasSize(1);
  }

  @Test
  default void anInstanceIsAdoptedByAnotherConnectionOfItsNode() {
    InstanceSpec spec = run().runsForever();
    Instance first = run().runtime().launch(spec);
    run().runtime().close();

    ContainerRuntime second = run().connect(run().fixture().deadlines());

    assertThat(second.launch(spec).id()).isEqualTo(first.id());
    assertThat(second.list()).hasSize(1);
  }

  @Test
  default void anInstanceThatWasOnlyCreatedIsStarted() {
    InstanceSpec spec = run().runsForever();
    run().fixture().abandonLaunch(run().node(), spec);
    Instance created = run().runtime().find(spec.uid()).orElseThrow();
    assertThat(created.state()).isInstanceOf(InstanceState.Created.class);

    Instance launched = run().runtime().launch(spec);

    assertThat(launched.id()).isEqualTo(created.id());
    assertRunning(launched);
    assertThat(run().runtime().list()).hasSize(1);
  }

  @Test
  default void anInstanceThatHasEndedIsLeftAsItIs() {
    InstanceSpec spec = run().spec(new Program.ExitsWith(3)).build();
    var _ = run().runtime().launch(spec);
    Instance ended = run().awaitExit(spec.uid());

    Instance again = run().runtime().launch(spec);

    assertThat(again.id()).isEqualTo(ended.id());
    assertThat(again.state()).isEqualTo(ended.state());
    assertThat(exited(again).exitCode()).hasValue(3);
  }

  @Test
  default void anInstanceOfAnotherSpecIsReplaced() {
    String uid = run().uid();
    InstanceSpec first = run().spec(uid, new Program.RunsForever()).env("V", "1").build();
    InstanceSpec second = run().spec(uid, new Program.RunsForever()).env("V", "2").build();
    Instance old = run().runtime().launch(first);

    Instance replacement = run().runtime().launch(second);

    assertRunning(replacement);
    assertThat(replacement.id()).isNotEqualTo(old.id());
    assertThat(replacement.specHash()).isEqualTo(second.specHash());
    assertThat(run().runtime().list()).containsExactly(replacement);
    assertThat(run().fixture().lookInto(replacement).environment()).containsEntry("V", "2");
  }

  @Test
  default void aCreatedAndAnEndedInstanceOfAnotherSpecAreReplaced() {
    String created = run().uid();
    String ended = run().uid();
    run()
        .fixture()
        .abandonLaunch(run().node(), run().spec(created, new Program.RunsForever()).build());
    var _ = run().runtime().launch(run().spec(ended, new Program.ExitsWith(1)).build());
    var _ = run().awaitExit(ended);

    for (String uid : List.of(created, ended)) {
      InstanceSpec second = run().spec(uid, new Program.RunsForever()).env("V", "2").build();
      Instance replacement = run().runtime().launch(second);

      assertRunning(replacement);
      assertThat(replacement.specHash()).isEqualTo(second.specHash());
    }
    assertThat(run().runtime().list()).hasSize(2);
  }

  @Test
  default void anotherGracePeriodIsNoReasonToReplace() {
    String uid = run().uid();
    Program program = new Program.RunsForever();
    Instance first =
        run().runtime().launch(run().spec(uid, program).stopGrace(Duration.ofSeconds(5)).build());

    Instance second =
        run().runtime().launch(run().spec(uid, program).stopGrace(Duration.ofSeconds(9)).build());

    assertThat(second.id()).isEqualTo(first.id());
  }

  @Test
  default void aNameThatAForeignContainerHasIsAConflict() {
    InstanceSpec spec = run().runsForever();
    String foreign = run().addForeign(spec.instanceName(), Map.of("who", "somebody else"));

    assertThatThrownBy(() -> run().runtime().launch(spec))
        .asInstanceOf(type(Conflict.class))
        .satisfies(conflict -> assertThat(conflict.subject()).isEqualTo(Conflict.Subject.NAME))
        .satisfies(conflict -> assertThat(conflict).hasMessageContaining(spec.instanceName()));

    run().assertNothingOf(spec.uid());
    assertThat(run().fixture().isForeignRunning(foreign)).isTrue();
  }

  @Test
  default void aNameThatAnotherNodesInstanceHasIsAConflict() {
    InstanceSpec spec = run().runsForever();
    Instance theirs = run().otherRuntime().launch(spec);

    assertThatThrownBy(() -> run().runtime().launch(spec))
        .asInstanceOf(type(Conflict.class))
        .satisfies(conflict -> assertThat(conflict.subject()).isEqualTo(Conflict.Subject.NAME));

    run().assertNothingOf(spec.uid());
    assertThat(run().otherRuntime().find(spec.uid())).contains(theirs);
  }

  @Test
  default void launchesOfOneWorkloadAtOnceMakeOneInstance() {
    int threads = 4;
    List<ContainerRuntime> runtimes =
        List.of(run().runtime(), run().connect(run().fixture().deadlines()));
    for (int round = 0; round < 3; round++) {
      InstanceSpec spec = run().runsForever();
      CyclicBarrier barrier = new CyclicBarrier(threads);
      List<Callable<Instance>> launches = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        ContainerRuntime runtime = runtimes.get(i % runtimes.size());
        launches.add(() -> {
          barrier.await();
          return runtime.launch(spec);
        });
      }

      List<Instance> launched = allAtOnce(launches);

      assertThat(new HashSet<>(launched.stream().map(Instance::id).toList())).hasSize(1);
      assertThat(launched).allSatisfy(ContractRun::assertRunning);
      assertThat(run().runtime().list())
          .filteredOn(instance -> instance.uid().equals(spec.uid()))
          .hasSize(1);
    }
  }

  @Test
  default void anImageThatIsMissingIsNotFoundAndNothingIsLeft() {
    String uid = run().uid();
    String missing = run().fixture().missingImage();

    assertThatThrownBy(() -> run().runtime().launch(SpecBuilder.spec(uid, missing).build()))
        .isInstanceOf(RuntimeFailure.ImageNotFound.class)
        .hasMessageContaining(missing);

    run().assertNothingOf(uid);
  }

  @Test
  default void aCommandThatDoesNotExistIsInvalidAndNothingIsLeft() {
    String uid = run().uid();

    assertThatThrownBy(
            () -> run().runtime().launch(run().spec(uid, new Program.NoSuchCommand()).build()))
        .isInstanceOf(RuntimeFailure.InvalidSpec.class);

    run().assertNothingOf(uid);
    assertRunning(run().runtime().launch(run().spec(uid, new Program.RunsForever()).build()));
  }

  @Test
  default void aMalformedImageReferenceIsInvalidAndNothingIsLeft() {
    String uid = run().uid();

    assertThatThrownBy(
            () -> run().runtime().launch(SpecBuilder.spec(uid, "no such:thing:1").build()))
        .isInstanceOf(RuntimeFailure.InvalidSpec.class);

    run().assertNothingOf(uid);
  }

  @Test
  default void oneBadLaunchDoesNotHarmAnother() {
    InstanceSpec good = run().runsForever();
    Instance running = run().runtime().launch(good);

    assertThatThrownBy(
            () -> run().runtime().launch(run().spec(new Program.NoSuchCommand()).build()))
        .isInstanceOf(RuntimeFailure.class);

    assertThat(run().runtime().list()).containsExactly(running);
  }
}
