package dev.tallyman.runtime.testkit;

import static dev.tallyman.runtime.testkit.ContractRun.assertRunning;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tallyman.runtime.Capability;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.Isolation;
import dev.tallyman.runtime.Labels;
import dev.tallyman.runtime.Limits;
import dev.tallyman.runtime.RuntimeFailure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** That an instance gets what its spec asks for, or is refused. */
interface SpecContract extends ContractPart {

  /** Texts that get lost where somebody quotes, splits, trims or prints them. */
  static Map<String, String> oddTexts() {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("EMPTY", "");
    texts.put("SPACES", "  two before, one behind ");
    texts.put("NEWLINES", "\nfirst\n\nthird\r\n");
    texts.put("EQUALS", "=a=b=");
    texts.put("QUOTES", "'single' \"double\" `back`");
    texts.put("SHELL", "$HOME ${HOME} $(id) ; & | > \\ # !");
    texts.put("UNICODE", "Grüße, 世界 🚢");
    texts.put("COMMAS", "a,b:c;d");
    texts.put("TEMPLATE", "{{.Names}} %s %d");
    texts.put("JSON", "{\"a\": [1, null, \"\\u0000\"]}");
    texts.put("TABS", "\ta\tb\t");
    texts.put("lower.dots-dashes", "name that is no identifier");
    texts.put("LONG", "0123456789abcdef".repeat(2048));
    return texts;
  }

  @Test
  default void oddEnvironmentArrivesAsItIs() {
    SpecBuilder builder = run().spec(new Program.RunsForever());
    oddTexts().forEach(builder::env);
    Instance running = run().launchReady(builder.build());

    assertThat(run().fixture().lookInto(running).environment()).containsAllEntriesOf(oddTexts());
  }

  @Test
  default void oddArgumentsArriveAsTheyAre() {
    RuntimeFixture.Invocation invocation = run().fixture().invocation(new Program.RunsForever());
    List<String> odd = List.copyOf(oddTexts().values());
    InstanceSpec spec =
        run()
            .spec(new Program.RunsForever())
            .args(Stream.concat(invocation.args().stream(), odd.stream()).toList())
            .build();
    Instance running = run().launchReady(spec);

    assertThat(run().fixture().lookInto(running).arguments()).endsWith(odd.toArray(String[]::new));
  }

  @Test
  default void anEnvironmentNameThatCannotBeIsInvalidAndNothingIsLeft() {
    InstanceSpec spec = run().spec(new Program.RunsForever()).env("A=B", "c").build();

    assertThatThrownBy(() -> run().runtime().launch(spec))
        .isInstanceOf(RuntimeFailure.InvalidSpec.class)
        .hasMessageContaining("A=B");

    run().assertNothingOf(spec.uid());
  }

  @Test
  default void theWorkloadsOwnLabelsSurviveBesideOurs() {
    SpecBuilder builder = run().spec(new Program.RunsForever()).label("example.com/team", "deck");
    oddTexts().forEach((key, value) -> builder.label("odd." + key, value));
    InstanceSpec spec = builder.build();
    Instance running = run().runtime().launch(spec);

    assertThat(run().fixture().inspect(running).labels())
        .containsAllEntriesOf(spec.labels())
        .containsEntry(Labels.NODE, run().node())
        .containsEntry(Labels.UID, spec.uid())
        .containsEntry(Labels.STACK, spec.stack())
        .containsEntry(Labels.WORKLOAD, spec.workload())
        .containsEntry(Labels.SPEC_HASH, spec.specHash());
    assertThat(run().runtime().list()).containsExactly(running);
  }

  @Test
  default void theWorkingDirectoryIsThatOfTheSpec() {
    InstanceSpec spec = run().spec(new Program.RunsForever()).workingDir("/tmp").build();
    Instance running = run().launchReady(spec);

    assertThat(run().fixture().lookInto(running).workingDir()).isEqualTo("/tmp");
  }

  @Test
  default void theUserIsThatOfTheSpecOrItIsRefused() {
    InstanceSpec spec = run().spec(new Program.RunsForever()).user("1234:5678").build();
    if (isRefused(spec, Capability.USER)) {
      return;
    }
    Instance running = run().launchReady(spec);

    assertThat(run().fixture().lookInto(running).user()).isEqualTo("1234:5678");
  }

  /** A bound of each kind, and all together. */
  static Stream<Arguments> bounds() {
    long memory = 64L << 20;
    return Stream.of(
        Arguments.of(Limits.NONE),
        Arguments.of(new Limits(250, 0, 0)),
        Arguments.of(new Limits(0, memory, 0)),
        Arguments.of(new Limits(0, 0, 77)),
        Arguments.of(new Limits(1500, memory, 123)));
  }

  @ParameterizedTest
  @MethodSource("dev.tallyman.runtime.testkit.SpecContract#bounds")
  default void boundsAreInForceOrRefused(Limits limits) {
    InstanceSpec spec = run().spec(new Program.RunsForever()).limits(limits).build();
    if (isRefused(spec, Capability.LIMIT_CPU, Capability.LIMIT_MEMORY, Capability.LIMIT_PIDS)) {
      return;
    }
    Instance running = run().runtime().launch(spec);

    assertRunning(running);
    assertThat(run().fixture().inspect(running).limits()).isEqualTo(limits);
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  default void anIsolationIsProvedOrRefused(Isolation isolation) {
    InstanceSpec spec = run().spec(new Program.RunsForever()).isolation(isolation).build();
    if (isRefused(spec, Capability.of(isolation))) {
      return;
    }
    Instance running = run().runtime().launch(spec);

    assertRunning(running);
    assertThat(run().fixture().inspect(running).isolation()).isEqualTo(isolation);
  }

  /** Whether the spec needs one of these and the engine cannot do it; then it must be refused. */
  private boolean isRefused(InstanceSpec spec, Capability... capabilities) {
    Optional<Capability> missing =
        Stream.of(capabilities)
            .filter(spec.needs()::contains)
            .filter(need -> !run().runtime().info().capabilities().contains(need))
            .findFirst();
    missing.ifPresent(need -> {
      assertThatThrownBy(() -> run().runtime().launch(spec))
          .isInstanceOf(RuntimeFailure.Unsupported.class)
          .hasMessageContaining(need.word());
      run().assertNothingOf(spec.uid());
    });
    return missing.isPresent();
  }
}
