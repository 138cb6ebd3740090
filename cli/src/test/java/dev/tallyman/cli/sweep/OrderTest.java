package dev.tallyman.cli.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** In which order instances are stopped when nobody but their labels knows them. */
class OrderTest {

  private static Instance instance(String name, String... dependencies) {
    return new Instance(
        "shop." + name,
        "shop",
        name,
        "hash",
        "id-" + name,
        "shop-" + name,
        "image:1",
        new InstanceState.Created(),
        List.of(),
        Map.of(),
        Optional.of("stacks"),
        List.of(dependencies));
  }

  private static List<String> next(Instance... left) {
    return Order.next(List.of(left)).stream().map(Instance::workload).toList();
  }

  @Test
  void dependantsGoBeforeWhatTheyDependOnAndIndependentOnesGoTogether() {
    assertThat(
            next(instance("db"), instance("web", "db"), instance("cron", "db"), instance("lone")))
        .containsExactly("web", "cron", "lone");
    assertThat(next(instance("db"))).containsExactly("db");
  }

  @Test
  void aDependencyThatIsGoneHoldsNobody() {
    assertThat(next(instance("web", "db"))).containsExactly("web");
  }

  @Test
  void aCircleGoesAtOnce() {
    assertThat(next(instance("a", "b"), instance("b", "a"))).containsExactly("a", "b");
  }
}
