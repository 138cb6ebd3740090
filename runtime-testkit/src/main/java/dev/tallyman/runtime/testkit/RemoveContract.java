package dev.tallyman.runtime.testkit;

import static dev.tallyman.runtime.testkit.ContractRun.assertRunning;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceSpec;
import org.junit.jupiter.api.Test;

/** Remove: afterwards there is nothing, whatever there was. */
interface RemoveContract extends ContractPart {

  @Test
  default void aRunningInstanceIsKilledAndRemoved() {
    InstanceSpec spec = run().spec(new Program.IgnoresTerm()).build();
    Instance first = run().launchReady(spec);

    run().runtime().remove(spec.uid());

    run().assertNothingOf(spec.uid());
    Instance second = run().runtime().launch(spec);
    assertRunning(second);
    assertThat(second.id()).isNotEqualTo(first.id());
  }

  @Test
  default void anEndedInstanceIsRemoved() {
    InstanceSpec spec = run().spec(new Program.ExitsWith(0)).build();
    var _ = run().runtime().launch(spec);
    var _ = run().awaitExit(spec.uid());

    run().runtime().remove(spec.uid());

    run().assertNothingOf(spec.uid());
  }

  @Test
  default void anInstanceThatWasOnlyCreatedIsRemoved() {
    InstanceSpec spec = run().runsForever();
    run().fixture().abandonLaunch(run().node(), spec);

    run().runtime().remove(spec.uid());

    run().assertNothingOf(spec.uid());
  }

  @Test
  default void whatIsGoneNeedsNoRemoval() {
    InstanceSpec spec = run().runsForever();
    run().runtime().remove(spec.uid());
    var _ = run().runtime().launch(spec);

    run().runtime().remove(spec.uid());
    run().runtime().remove(spec.uid());

    run().assertNothingOf(spec.uid());
  }

  @Test
  default void onlyTheWorkloadsOwnInstanceIsRemoved() {
    Instance kept = run().runtime().launch(run().runsForever());
    Instance removed = run().runtime().launch(run().runsForever());

    run().runtime().remove(removed.uid());

    assertThat(run().runtime().list()).containsExactly(kept);
  }
}
