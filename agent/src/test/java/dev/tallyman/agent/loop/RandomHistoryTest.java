package dev.tallyman.agent.loop;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Whatever happens, in whatever order: when the faults end, exactly what is wanted runs, once, no
 * finished job has run again, and nobody else's container was touched. A failure names the seed
 * that plays the same history again: {@code -Dtallyman.seed}.
 */
class RandomHistoryTest {

  private static final int HISTORIES = Integer.getInteger("tallyman.histories", 120);
  private static final int STEPS = Integer.getInteger("tallyman.steps", 60);
  private static final int FIRST = Integer.getInteger("tallyman.firstSeed", 1);
  private static final Optional<Integer> ONLY =
      Optional.ofNullable(Integer.getInteger("tallyman.seed"));

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
  void endsAsWantedWhateverHappened() {
    Duration virtual = Duration.ZERO;
    int first = ONLY.orElse(FIRST);
    int last = ONLY.orElse(FIRST + HISTORIES - 1);
    for (int seed = first; seed <= last; seed++) {
      try {
        virtual = virtual.plus(new RandomHistory(seed).play(STEPS));
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(
            "history of seed %d with %d steps: %s".formatted(seed, STEPS, e.getMessage()), e);
      }
    }
    System.out.printf("seeds %d to %d, %,d virtual hours%n", first, last, virtual.toHours());
    assertThat(virtual).isPositive();
  }
}
