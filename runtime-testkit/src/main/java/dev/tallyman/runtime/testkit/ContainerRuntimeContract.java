package dev.tallyman.runtime.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.tallyman.runtime.ContainerRuntime;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/**
 * The contract of {@link ContainerRuntime}, as tests. Every runtime has a test class that extends
 * this one and hands out a {@link RuntimeFixture}.
 *
 * <p>Each test works on a node with a random name, and removes that node's instances afterwards,
 * also when it failed. Tests wait for effects with a deadline and never sleep. What an engine
 * cannot do is written down in {@link RuntimeFixture#deviations} and reported with its reason.
 */
@SuppressWarnings("JUnitClassModifiers") // the parts are interfaces of this package
public abstract class ContainerRuntimeContract
    implements InfoContract,
        ImagesContract,
        LaunchContract,
        StartContract,
        StopContract,
        RemoveContract,
        VisibilityContract,
        SpecContract,
        PortsContract,
        AssetsContract,
        FilesContract,
        NamespacesContract,
        ExecContract,
        LogsContract,
        EventsContract,
        HangContract,
        OutageContract,
        ScaleContract {

  private @Nullable ContractRun run;

  /** What is tested. Called once per test; may be the same object each time. */
  protected abstract RuntimeFixture fixture();

  @BeforeEach
  final void beginRun(TestInfo test) {
    RuntimeFixture fixture = fixture();
    test.getTestMethod()
        .map(Method::getName)
        .flatMap(name -> Optional.ofNullable(fixture.deviations().get(name)))
        .ifPresent(reason -> abort("deviates from the contract: " + reason));
    run = new ContractRun(fixture);
  }

  @AfterEach
  final void endRun() {
    ContractRun ended = run;
    run = null;
    if (ended != null) {
      ended.cleanUp();
    }
  }

  @Override
  public final ContractRun run() {
    ContractRun current = run;
    if (current == null) {
      throw new IllegalStateException("no test is running");
    }
    return current;
  }

  @Test
  final void everyDeviationNamesATestOfTheContract() {
    assertThat(
            Arrays.stream(getClass().getMethods()).map(Method::getName).collect(Collectors.toSet()))
        .containsAll(fixture().deviations().keySet());
  }
}
