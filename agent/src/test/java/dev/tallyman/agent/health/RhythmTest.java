package dev.tallyman.agent.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RhythmTest {

  private static final long BEAT = Rhythm.BEAT.toNanos();

  @Test
  void whatIsDueAboutTheSameTimeIsAskedAtOneTime() {
    long[] moments =
        LongStream.range(0, 20)
            .map(offset -> 7 * BEAT + offset * BEAT / 20)
            .map(now -> now + Rhythm.wait(now, Duration.ofSeconds(1)))
            .distinct()
            .toArray();

    assertThat(moments).containsExactly(27 * BEAT, 28 * BEAT);
  }

  @Test
  void noProbeIsMovedByMoreThanHalfABeat() {
    Duration pause = Duration.ofMillis(100);
    LongStream.range(-1000, 1000)
        .map(n -> n * 1_234_567)
        .forEach(now ->
            assertThat(Rhythm.wait(now, pause) - pause.toNanos()).isBetween(-BEAT / 2, BEAT / 2));
  }

  @Test
  void aShortIntervalKeepsItsPaceThoughAskingTakesTime() {
    long now = 3 * BEAT;
    long asking = Duration.ofMillis(2).toNanos();
    for (int i = 0; i < 10; i++) {
      long answered = now + asking;
      now = answered + Rhythm.wait(answered, Duration.ofMillis(100));
    }

    assertThat(now).isEqualTo(3 * BEAT + 10 * Duration.ofMillis(100).toNanos());
  }

  @Test
  void withoutAPauseItIsAskedAtOnce() {
    assertThat(Rhythm.wait(BEAT / 3, Duration.ZERO)).isZero();
    assertThat(Rhythm.wait(BEAT / 3, Duration.ofMillis(1))).isZero();
  }

  @Test
  void anIntervalThatNobodyLivesToSeeIsADay() {
    assertThat(Rhythm.wait(0, Duration.ofDays(100_000))).isEqualTo(Duration.ofDays(1).toNanos());
  }
}
