package dev.tallyman.runtime.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.Labels;
import dev.tallyman.runtime.RuntimeFailure;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a runtime sees: all of its node, and nothing of anybody else. */
interface VisibilityContract extends ContractPart {

  @Test
  default void aNodeWithoutInstancesHasAnEmptyList() {
    assertThat(run().runtime().list()).isEmpty();
    assertThat(run().runtime().find(run().uid())).isEmpty();
  }

  @Test
  default void theListHasInstancesInEveryState() {
    InstanceSpec created = run().runsForever();
    InstanceSpec running = run().runsForever();
    InstanceSpec ended = run().spec(new Program.ExitsWith(0)).build();
    run().fixture().abandonLaunch(run().node(), created);
    var _ = run().runtime().launch(running);
    var _ = run().runtime().launch(ended);
    var _ = run().awaitExit(ended.uid());

    List<Instance> listed = run().runtime().list();

    assertThat(listed)
        .extracting(Instance::uid, instance -> instance.state().getClass().getSimpleName())
        .containsExactlyInAnyOrder(
            tuple(created.uid(), "Created"),
            tuple(running.uid(), "Running"),
            tuple(ended.uid(), "Exited"));
    assertThat(listed)
        .allSatisfy(
            instance -> assertThat(run().runtime().find(instance.uid())).contains(instance));
  }

  @Test
  default void foreignContainersDoNotExist() {
    InstanceSpec spec = run().runsForever();
    Map<String, String> withoutNode =
        Map.of(
            Labels.UID,
            spec.uid(),
            Labels.STACK,
            "contract",
            Labels.WORKLOAD,
            "app",
            Labels.SPEC_HASH,
            spec.specHash());
    String plain = run().addForeign("foreign-" + spec.uid(), Map.of());
    String alike = run().addForeign("alike-" + spec.uid(), withoutNode);

    assertThat(run().runtime().list()).isEmpty();
    assertThat(run().runtime().find(spec.uid())).isEmpty();
    assertThat(run().runtime().stop(spec.uid(), Duration.ZERO)).isEmpty();
    run().runtime().remove(spec.uid());
    assertThatThrownBy(() -> run().runtime().start(spec.uid()))
        .isInstanceOf(RuntimeFailure.InstanceNotFound.class);

    assertThat(run().fixture().isForeignRunning(plain)).isTrue();
    assertThat(run().fixture().isForeignRunning(alike)).isTrue();
  }

  @Test
  default void instancesOfOtherNodesDoNotExist() {
    InstanceSpec ours = run().runsForever();
    InstanceSpec theirs = run().runsForever();
    Instance our = run().runtime().launch(ours);
    Instance their = run().otherRuntime().launch(theirs);

    assertThat(run().runtime().list()).containsExactly(our);
    assertThat(run().otherRuntime().list()).containsExactly(their);
    assertThat(run().runtime().find(theirs.uid())).isEqualTo(Optional.empty());
    assertThat(run().runtime().stop(theirs.uid(), Duration.ZERO)).isEmpty();
    run().runtime().remove(theirs.uid());
    assertThatThrownBy(() -> run().runtime().start(theirs.uid()))
        .isInstanceOf(RuntimeFailure.InstanceNotFound.class);

    assertThat(run().otherRuntime().find(theirs.uid())).contains(their);
  }

  @Test
  default void closingARuntimeLeavesItsInstances() {
    InstanceSpec spec = run().runsForever();
    Instance running = run().runtime().launch(spec);

    run().runtime().close();
    run().runtime().close();

    assertThatThrownBy(() -> run().runtime().list()).isInstanceOf(RuntimeFailure.Unavailable.class);
    assertThat(run().connect(run().fixture().deadlines()).find(spec.uid())).contains(running);
  }
}
