package dev.tallyman.agent.explore;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * In every state that small worlds can come into, by any order of what happens and with a few
 * faults at any of its steps: no uid runs twice, no finished job runs again, nothing wanted is
 * removed, what depends on something is started after it and stopped before it; and when the faults
 * end, all comes to be as it is wanted.
 */
class ExplorationTest {

  /** Instead of each world's own number of faults; see CONTRIBUTING. */
  private static final Optional<Integer> FAULTS =
      Optional.ofNullable(Integer.getInteger("tallyman.explore.faults"));

  /** Only the worlds whose names contain this. */
  private static final String WORLDS = System.getProperty("tallyman.explore.worlds", "");

  private static final int MOST_STATES = Integer.getInteger("tallyman.explore.states", 500_000);
  private static final int THREADS = 2;

  private final Logger log = (Logger) LoggerFactory.getLogger("dev.tallyman.agent");
  private final Level level = log.getEffectiveLevel();

  @BeforeEach
  void beSilent() {
    log.setLevel(Level.OFF);
  }

  @AfterEach
  void speak() {
    log.setLevel(level);
  }

  @Test
  void everyStateOfSmallWorldsIsSafeAndComesToRest() throws Exception {
    List<Explorer.Walk> walks = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<Future<Explorer.Walk>> futures =
          Scenarios.all().stream()
              .filter(scenario -> scenario.name().contains(WORLDS))
              .map(scenario -> FAULTS.map(scenario::withFaults).orElse(scenario))
              .map(scenario -> threads.submit(() -> Explorer.walk(scenario, MOST_STATES)))
              .toList();
      for (Future<Explorer.Walk> future : futures) {
        walks.add(future.get());
      }
    }
    walks.forEach(walk ->
        System.out.printf(
            "%,9d states and %,9d transitions with up to %d faults, %d steps deep: %s%n",
            walk.states(),
            walk.transitions(),
            walk.scenario().faults(),
            walk.deepest(),
            walk.scenario().name()));
    System.out.printf(
        "%,9d states and %,9d transitions in all%n",
        walks.stream().mapToLong(Explorer.Walk::states).sum(),
        walks.stream().mapToLong(Explorer.Walk::transitions).sum());
    assertThat(walks.stream().flatMap(walk -> walk.story().stream())).isEmpty();
  }
}
