package dev.tallyman.agent.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.agent.health.Tally.Word;
import dev.tallyman.agent.model.Probe;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TallyTest {

  private static final Instant BEGUN = Instant.parse("2026-11-22T08:00:00Z");

  private static Tally tally(int successes, int failures, Duration startPeriod) {
    return new Tally(
        new Probe(
            new Probe.Tcp(80),
            Duration.ZERO,
            Duration.ofSeconds(10),
            Duration.ofSeconds(1),
            successes,
            failures,
            startPeriod,
            Duration.ofSeconds(1)),
        BEGUN);
  }

  @Test
  void aWordIsSaidOnceWhenItsThresholdIsReached() {
    Tally tally = tally(2, 3, Duration.ZERO);

    assertThat(tally.note(Word.WORKS, BEGUN)).isEmpty();
    assertThat(tally.note(Word.WORKS, BEGUN)).contains(Word.WORKS);
    assertThat(tally.note(Word.WORKS, BEGUN)).isEmpty();
    assertThat(tally.note(Word.FAILS, BEGUN)).isEmpty();
    assertThat(tally.note(Word.FAILS, BEGUN)).isEmpty();
    assertThat(tally.note(Word.FAILS, BEGUN)).contains(Word.FAILS);
    assertThat(tally.note(Word.FAILS, BEGUN)).isEmpty();
  }

  @Test
  void aSuccessBetweenFailuresBeginsTheCountAnew() {
    Tally tally = tally(1, 2, Duration.ZERO);

    assertThat(tally.note(Word.FAILS, BEGUN)).isEmpty();
    assertThat(tally.note(Word.WORKS, BEGUN)).contains(Word.WORKS);
    assertThat(tally.note(Word.FAILS, BEGUN)).isEmpty();
    assertThat(tally.note(Word.FAILS, BEGUN)).contains(Word.FAILS);
  }

  @Test
  void failuresInTheStartPeriodDoNotCountUntilTheFirstSuccess() {
    Tally tally = tally(1, 1, Duration.ofMinutes(1));

    assertThat(tally.note(Word.FAILS, BEGUN.plusSeconds(59))).isEmpty();
    assertThat(tally.note(Word.FAILS, BEGUN.plusSeconds(60))).contains(Word.FAILS);

    Tally early = tally(1, 1, Duration.ofMinutes(1));
    assertThat(early.note(Word.WORKS, BEGUN.plusSeconds(1))).contains(Word.WORKS);
    assertThat(early.note(Word.FAILS, BEGUN.plusSeconds(2))).contains(Word.FAILS);
  }

  @Test
  void itIsAskedMoreOftenInTheStartPeriodUntilTheFirstSuccess() {
    Tally tally = tally(1, 1, Duration.ofMinutes(1));

    assertThat(tally.pause(BEGUN)).isEqualTo(Duration.ofSeconds(1));
    assertThat(tally.pause(BEGUN.plusSeconds(60))).isEqualTo(Duration.ofSeconds(10));
    var _ = tally.note(Word.WORKS, BEGUN);
    assertThat(tally.pause(BEGUN)).isEqualTo(Duration.ofSeconds(10));
  }
}
