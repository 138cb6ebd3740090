package dev.tallyman.runtime.testkit;

import static dev.tallyman.runtime.testkit.ContractRun.allAtOnce;
import static dev.tallyman.runtime.testkit.ContractRun.assertRunning;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.Labels;
import dev.tallyman.runtime.NetworkSpec;
import dev.tallyman.runtime.Networking;
import dev.tallyman.runtime.Ownership;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.RuntimeFailure.Conflict;
import dev.tallyman.runtime.StackAssets.Asset;
import dev.tallyman.runtime.StackAssets.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Networks and volumes of stacks: whose they are, when they are made, when they go. */
interface AssetsContract extends ContractPart {

  @ParameterizedTest
  @EnumSource(Kind.class)
  default void anAssetIsMadeWhenItIsFirstNeededAndOutlivesItsInstances(Kind kind) {
    String name = run().assetName();
    InstanceSpec first = run().using(kind, name, Ownership.STACK).build();
    assertRunning(run().runtime().launch(first));
    assertRunning(run().runtime().launch(run().using(kind, name, Ownership.STACK).build()));

    assertThat(run().runtime().assets().list())
        .containsExactly(new Asset(kind, name, first.stack()));
    assertThat(run().fixture().assetLabels(kind, name).orElseThrow())
        .containsEntry(Labels.NODE, run().node())
        .containsEntry(Labels.STACK, first.stack())
        .containsEntry("com.example.made", "by-test");

    run().runtime().list().forEach(instance -> run().runtime().remove(instance.uid()));
    assertThat(run().runtime().assets().list()).hasSize(1);

    run().runtime().assets().remove(new Asset(kind, name, first.stack()));
    assertThat(run().runtime().assets().list()).isEmpty();
    assertThat(run().fixture().assetLabels(kind, name)).isEmpty();
    run().runtime().assets().remove(new Asset(kind, name, first.stack()));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  default void launchesAtTheSameTimeMakeOneAsset(Kind kind) {
    String name = run().assetName();
    List<Callable<Instance>> launches =
        Stream.generate(() -> run().using(kind, name, Ownership.STACK).build())
            .limit(4)
            .map(spec -> (Callable<Instance>) () -> run().runtime().launch(spec))
            .toList();

    assertThat(allAtOnce(launches)).allSatisfy(ContractRun::assertRunning);
    assertThat(run().runtime().assets().list()).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  default void anAssetInUseIsNotRemoved(Kind kind) {
    String name = run().assetName();
    InstanceSpec spec = run().using(kind, name, Ownership.STACK).build();
    assertRunning(run().runtime().launch(spec));

    assertAssetConflict(() -> run().runtime().assets().remove(new Asset(kind, name, "contract")));

    assertThat(run().runtime().assets().list()).hasSize(1);
    assertRunning(run().runtime().find(spec.uid()).orElseThrow());
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  default void anAssetOfSomebodyElseIsAConflictAndIsLeftAlone(Kind kind) {
    String name = run().assetName();
    run().addForeignAsset(kind, name, Map.of("owner", "them"));
    InstanceSpec spec = run().using(kind, name, Ownership.STACK).build();

    assertAssetConflict(() -> run().runtime().launch(spec));

    run().assertNothingOf(spec.uid());
    assertThat(run().runtime().assets().list()).isEmpty();
    run().runtime().assets().remove(new Asset(kind, name, spec.stack()));
    assertThat(run().fixture().assetLabels(kind, name).orElseThrow())
        .containsEntry("owner", "them")
        .doesNotContainKey(Labels.NODE);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  default void anAssetOfAnotherStackOrNodeIsAConflict(Kind kind) {
    String name = run().assetName();
    assertRunning(run().runtime().launch(run().using(kind, name, Ownership.STACK).build()));

    assertAssetConflict(() ->
        run()
            .runtime()
            .launch(run().using(kind, name, Ownership.STACK).named("other", "app").build()));
    assertAssetConflict(
        () -> run().otherRuntime().launch(run().using(kind, name, Ownership.STACK).build()));
    assertThat(run().otherRuntime().assets().list()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  default void anExternalAssetIsUsedAndNeitherMadeNorRemoved(Kind kind) {
    String name = run().assetName();
    InstanceSpec spec = run().using(kind, name, Ownership.EXTERNAL).build();
    assertThatThrownBy(() -> run().runtime().launch(spec))
        .isInstanceOf(RuntimeFailure.InvalidSpec.class)
        .hasMessageContaining(name);
    run().assertNothingOf(spec.uid());
    assertThat(run().fixture().assetLabels(kind, name)).isEmpty();

    run().addForeignAsset(kind, name, Map.of());
    assertRunning(run().runtime().launch(spec));

    assertThat(run().runtime().assets().list()).isEmpty();
    run().runtime().remove(spec.uid());
    assertThat(run().fixture().assetLabels(kind, name)).isPresent();
  }

  @Test
  default void aNetworkThatDiffersIsAConflictWhileTheOldInstanceRunsOn() {
    String name = run().assetName();
    InstanceSpec spec = run().using(Kind.NETWORK, name, Ownership.STACK).build();
    Instance old = run().runtime().launch(spec);
    InstanceSpec changed =
        SpecBuilder.like(spec)
            .network(
                ContractRun.attached(
                    ContractRun.network(name, Ownership.STACK, Set.of(NetworkSpec.Trait.INTERNAL))))
            .build();

    assertAssetConflict(() -> run().runtime().launch(changed));

    assertThat(run().runtime().find(spec.uid())).contains(old);
  }

  @Test
  default void aNetworkThatWasRemovedBehindOurBackIsMadeAgain() {
    String name = run().assetName();
    InstanceSpec first = run().using(Kind.NETWORK, name, Ownership.STACK).build();
    assertRunning(run().runtime().launch(first));
    run().runtime().remove(first.uid());
    run().fixture().removeAsset(Kind.NETWORK, name);

    assertRunning(run().runtime().launch(run().using(Kind.NETWORK, name, Ownership.STACK).build()));

    assertThat(run().runtime().assets().list()).hasSize(1);
  }

  @Test
  default void anInstanceHasAnAddressInEachOfItsNetworksWhileItRuns() {
    List<String> names = List.of(run().assetName(), run().assetName());
    InstanceSpec spec =
        run()
            .spec(new Program.RunsForever())
            .network(
                new Networking.Attached(
                    names.stream()
                        .map(name -> ContractRun.network(name, Ownership.STACK, Set.of()))
                        .map(network -> ContractRun.attachment(network, List.of("app")))
                        .toList()))
            .build();

    Instance running = run().runtime().launch(spec);

    assertThat(running.addresses()).containsOnlyKeys(names);
    assertThat(running.addresses().values()).doesNotHaveDuplicates().noneMatch(String::isEmpty);
    assertThat(run().runtime().list()).containsExactly(running);
    assertThat(run().runtime().stop(spec.uid(), Duration.ZERO).orElseThrow().addresses()).isEmpty();
  }

  private static void assertAssetConflict(ThrowingCallable call) {
    assertThatThrownBy(call)
        .asInstanceOf(type(Conflict.class))
        .satisfies(conflict -> assertThat(conflict.subject()).isEqualTo(Conflict.Subject.ASSET));
  }
}
