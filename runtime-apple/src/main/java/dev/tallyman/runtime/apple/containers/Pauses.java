package dev.tallyman.runtime.apple.containers;

import dev.tallyman.runtime.apple.cli.Refusals;
import dev.tallyman.runtime.apple.cli.Verb;
import java.time.Duration;

/**
 * The pauses between looks at something that is to happen soon: short ones first, because most
 * happens soon, then longer ones, because a look costs a process.
 */
final class Pauses {

  private static final Duration FIRST = Duration.ofMillis(30);
  private static final Duration LONGEST = Duration.ofMillis(500);

  private final Refusals refusals;
  private final Verb verb;
  private final String subject;
  private final long end;
  private Duration next = FIRST;

  Pauses(Refusals refusals, Verb verb, String subject, Duration patience) {
    this.refusals = refusals;
    this.verb = verb;
    this.subject = subject;
    this.end = System.nanoTime() + patience.toNanos();
  }

  /** Whether the time is up. */
  boolean isOver() {
    return System.nanoTime() >= end;
  }

  /** Waits a little. */
  void pause() {
    try {
      Thread.sleep(next);
    } catch (InterruptedException e) {
      throw refusals.cancelled(verb, subject);
    }
    next = next.multipliedBy(2).compareTo(LONGEST) < 0 ? next.multipliedBy(2) : LONGEST;
  }
}
