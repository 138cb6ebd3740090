package dev.tallyman.runtime.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import dev.tallyman.runtime.ContainerRuntime;
import dev.tallyman.runtime.Deadlines;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/** A contract that nothing can break proves nothing: each defect makes its tests fail. */
class ContractFindsDefectsTest {

  /** The defect that {@link BrokenRuntime} has; tests of this class run one after the other. */
  private static volatile Defect present = new Defect("none", Defect.Sound::runtime);

  @ParameterizedTest
  @MethodSource("dev.tallyman.runtime.testkit.Defect#all")
  void aDefectIsFoundByTheTestsThatAreThereForIt(Defect defect) {
    present = defect;

    List<Event> failed =
        EngineTestKit.engine("junit-jupiter")
            .selectors(
                Arrays.stream(BrokenRuntime.class.getMethods())
                    .filter(method -> !method.isBridge())
                    .filter(method -> defect.findings().contains(method.getName()))
                    .map(method -> selectMethod(BrokenRuntime.class, method))
                    .toList())
            .execute()
            .testEvents()
            .failed()
            .list();

    assertThat(failed.stream().map(Event::getTestDescriptor).flatMap(this::methodName))
        .containsAll(defect.findings());
  }

  private Stream<String> methodName(TestDescriptor test) {
    return test.getSource().stream()
        .filter(org.junit.platform.engine.support.descriptor.MethodSource.class::isInstance)
        .map(source ->
            ((org.junit.platform.engine.support.descriptor.MethodSource) source).getMethodName());
  }

  /** The contract, on a runtime with the present defect; not run on its own. */
  static class BrokenRuntime extends ContainerRuntimeContract {

    private final RuntimeFixture fixture =
        new InMemoryFixture() {
          @Override
          public ContainerRuntime connect(String node, Deadlines deadlines) {
            InMemoryRuntime sound = new InMemoryRuntime("memory", node, engine(), deadlines);
            return present.breaking().apply(new Defect.Sound(sound, this, node));
          }

          @Override
          public Deadlines deadlines() {
            Duration limit = Duration.ofSeconds(3);
            return new Deadlines(limit, limit, limit, limit);
          }

          @Override
          public Duration patience() {
            return Duration.ofSeconds(1);
          }
        };

    @Override
    protected RuntimeFixture fixture() {
      return fixture;
    }
  }
}
