package dev.tallyman.agent.health;

import dev.tallyman.agent.model.Probe;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Counts the outcomes of one probe. Failures within the start period do not count until the first
 * success, which ends it: the rule of Docker's health checks, and of the Compose specification. For
 * one thread.
 */
final class Tally {

  /** What the outcomes so far mean. */
  enum Word {
    WORKS,
    FAILS
  }

  private final Probe probe;
  private final Instant begin;
  private boolean everWorked;
  private int inARow;
  private Optional<Word> last = Optional.empty();
  private Optional<Word> word = Optional.empty();

  /** Nothing was asked yet of a run that began then. */
  Tally(Probe probe, Instant begin) {
    this.probe = probe;
    this.begin = begin;
  }

  /**
   * Takes in an outcome.
   *
   * @return what the probe says from now on, if that is something else than before
   */
  Optional<Word> note(Word outcome, Instant now) {
    boolean counts = outcome == Word.WORKS || everWorked || !inStartPeriod(now);
    everWorked |= outcome == Word.WORKS;
    if (!counts) {
      return Optional.empty();
    }
    inARow = last.filter(l -> l == outcome).isPresent() ? inARow + 1 : 1;
    last = Optional.of(outcome);
    int needed =
        switch (outcome) {
          case WORKS -> probe.successThreshold();
          case FAILS -> probe.failureThreshold();
        };
    if (inARow < needed || word.filter(w -> w == outcome).isPresent()) {
      return Optional.empty();
    }
    word = Optional.of(outcome);
    return word;
  }

  /** How long to wait before asking again. */
  Duration pause(Instant now) {
    return !everWorked && inStartPeriod(now) ? probe.startInterval() : probe.interval();
  }

  private boolean inStartPeriod(Instant now) {
    return now.isBefore(begin.plus(probe.startPeriod()));
  }
}
