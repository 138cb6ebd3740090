package dev.tallyman.agent.health;

import java.time.Duration;

/**
 * When probes are asked. What is due at about the same time is asked at the same time: waking a
 * thread for each probe of many costs several times what the probe does.
 */
final class Rhythm {

  /** Half of it is how far a probe may be moved: a quarter of the shortest interval there is. */
  static final Duration BEAT = Duration.ofMillis(50);

  /** No probe has a longer one; an image's health check could. */
  private static final Duration LONGEST = Duration.ofDays(1);

  private Rhythm() {}

  /**
   * How long to wait for a pause to be over.
   *
   * @param now in nanoseconds, from any origin that stays
   * @param pause zero is not moved
   * @return to the beat that is nearest to the end of the pause, in nanoseconds, at least 0
   */
  static long wait(long now, Duration pause) {
    if (pause.isZero()) {
      return 0;
    }
    long beat = BEAT.toNanos();
    long due = now + (pause.compareTo(LONGEST) < 0 ? pause : LONGEST).toNanos();
    return Math.max(0, Math.floorDiv(due + beat / 2, beat) * beat - now);
  }
}
