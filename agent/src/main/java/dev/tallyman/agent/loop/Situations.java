package dev.tallyman.agent.loop;

import dev.tallyman.agent.plan.Observed;
import dev.tallyman.agent.plan.Situation;
import dev.tallyman.agent.plan.Situation.Mode;
import java.time.Instant;

/** Gathers what a decision for one uid depends on. Only the loop's thread touches it. */
final class Situations {

  private final Book book;
  private final Wants wants;
  private final Runtimes runtimes;
  private final Admission admission;
  private final Duty duty;

  Situations(Book book, Wants wants, Runtimes runtimes, Admission admission, Duty duty) {
    this.book = book;
    this.wants = wants;
    this.runtimes = runtimes;
    this.admission = admission;
    this.duty = duty;
  }

  /** How it is about an entry; its workload has its room from now on if there is some. */
  Situation of(Entry entry, Instant now) {
    Mode mode = duty.mode();
    return new Situation(
        entry.uid,
        entry.desired(),
        new Observed(entry.present(), runtimes.seen()),
        entry.history(),
        admission.placement(entry, runtimes.all(), book.stacks().siblingsRuntime(entry)),
        mode,
        wants.knowledge(entry),
        entry.health,
        book.stacks().of(entry, mode),
        entry.stopGrace(),
        now);
  }
}
