package dev.tallyman.runtime.testkit;

import static dev.tallyman.runtime.testkit.ContractRun.assertRunning;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.Networking;
import dev.tallyman.runtime.RuntimeFailure;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Instances that share a namespace, names that are given, and labels for those without a state. */
interface NamespacesContract extends ContractPart {

  @Test
  default void whoSharesANamespaceNeedsARunningInstanceToShareItWith() {
    InstanceSpec main = run().spec(new Program.RunsForever()).named("contract", "main").build();
    InstanceSpec sidecar = sharingWith("main");
    assertThatThrownBy(() -> run().runtime().launch(sidecar))
        .isInstanceOf(RuntimeFailure.InstanceNotFound.class)
        .hasMessageContaining("main");
    run().assertNothingOf(sidecar.uid());
    var _ = run().runtime().launch(main);

    Instance first = run().runtime().launch(sidecar);

    assertRunning(first);
    assertThat(first.addresses()).isEmpty();
    assertThat(run().runtime().launch(sidecar)).isEqualTo(first);
  }

  @Test
  default void anInstanceThatSharesANamespaceOfAnEarlierInstanceIsReplaced() {
    InstanceSpec main = run().spec(new Program.RunsForever()).named("contract", "main").build();
    InstanceSpec sidecar = sharingWith("main");
    var _ = run().runtime().launch(main);
    Instance first = run().runtime().launch(sidecar);
    run().runtime().remove(main.uid());
    var _ = run().runtime().launch(main);

    Instance second = run().runtime().launch(sidecar);

    assertRunning(second);
    assertThat(second.id()).isNotEqualTo(first.id());
  }

  @Test
  default void anInstanceHasTheNameThatItIsGiven() {
    String name = run().assetName();
    InstanceSpec spec = run().spec(new Program.RunsForever()).fixedName(name).build();
    Instance launched = run().runtime().launch(spec);

    assertThat(launched.name()).isEqualTo(name);
    assertThat(run().runtime().list()).containsExactly(launched);
    InstanceSpec second = run().spec(new Program.RunsForever()).fixedName(name).build();
    assertThatThrownBy(() -> run().runtime().launch(second))
        .isInstanceOf(RuntimeFailure.Conflict.class)
        .hasMessageContaining(name);
    assertThat(run().runtime().find(spec.uid())).contains(launched);
  }

  @Test
  default void anInstanceTellsWhoWantsItAndWhatItDependsOn() {
    InstanceSpec spec =
        run()
            .spec(new Program.RunsForever())
            .feed("manifests")
            .dependencies(List.of("db", "cache"))
            .build();
    Instance launched = run().runtime().launch(spec);

    assertThat(launched.feed()).contains("manifests");
    assertThat(launched.dependencies()).containsExactly("db", "cache");
    assertThat(run().runtime().list()).containsExactly(launched);
    assertThat(run().runtime().launch(run().runsForever()).feed()).isEmpty();
  }

  @Test
  default void lateVariablesTakeThePlaceOfEarlyOnes() {
    InstanceSpec spec =
        run()
            .spec(new Program.RunsForever())
            .env("DB", "${db.host}")
            .env("PLAIN", "as it is")
            .lateEnv(Map.of("DB", "10.0.0.7"))
            .build();
    Instance launched = run().launchReady(spec);

    assertThat(run().fixture().lookInto(launched).environment())
        .containsEntry("DB", "10.0.0.7")
        .containsEntry("PLAIN", "as it is");
    assertThat(run().runtime().launch(spec.withLateEnv(Map.of("DB", "10.0.0.8"))))
        .isEqualTo(launched);
  }

  private InstanceSpec sharingWith(String workload) {
    return run()
        .spec(new Program.RunsForever())
        .named("contract", "sidecar")
        .network(new Networking.SharedWith(workload))
        .build();
  }
}
