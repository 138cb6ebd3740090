package dev.tallyman.agent.loop;

import dev.tallyman.agent.health.Prober;
import dev.tallyman.agent.model.History;
import dev.tallyman.agent.plan.Decision;
import dev.tallyman.agent.plan.Plan;
import dev.tallyman.agent.plan.Situation.Knowledge;
import dev.tallyman.agent.plan.Verdict;
import dev.tallyman.agent.telemetry.Telemetry;
import java.time.Instant;
import java.util.Optional;

/**
 * Asks {@link Plan} about each entry that is marked, and has done, remembered, probed and said what
 * it decides. Only the loop's thread touches it.
 */
final class Planner {

  private final Book book;
  private final Situations situations;
  private final Wants wants;
  private final Runtimes runtimes;
  private final Admission admission;
  private final Duty duty;
  private final Actions actions;
  private final Saver saver;
  private final Prober prober;
  private final Announcer announcer;
  private final Telemetry telemetry;
  private final WakeQueue wakes = new WakeQueue();

  Planner(
      Book book,
      Situations situations,
      Wants wants,
      Runtimes runtimes,
      Admission admission,
      Duty duty,
      Actions actions,
      Saver saver,
      Prober prober,
      Announcer announcer,
      Telemetry telemetry) {
    this.book = book;
    this.situations = situations;
    this.wants = wants;
    this.runtimes = runtimes;
    this.admission = admission;
    this.duty = duty;
    this.actions = actions;
    this.saver = saver;
    this.prober = prober;
    this.announcer = announcer;
    this.telemetry = telemetry;
  }

  /**
   * Plans all that are marked or whose time has come.
   *
   * @return how many decisions were made
   */
  int planMarked(Instant now) {
    for (Optional<Entry> due = wakes.poll(now); due.isPresent(); due = wakes.poll(now)) {
      book.mark(due.get());
    }
    int planned = 0;
    // A decision can give room back and so mark others.
    for (Optional<Entry> next = book.takeMarked(); next.isPresent(); next = book.takeMarked()) {
      plan(next.get(), now);
      planned++;
    }
    return planned;
  }

  /** When the next one is to be planned although nothing happened. */
  Optional<Instant> nextWake() {
    return wakes.next();
  }

  private void plan(Entry entry, Instant now) {
    if (entry.inFlight.isPresent()) {
      if (entry.isInFlightObsolete(duty.mode())) {
        actions.cancel(entry);
      }
      return;
    }
    if (isTooEarly(entry)) {
      return;
    }
    Decision decision = Plan.next(situations.of(entry, now));
    int restartsBefore = restarts(entry);
    saver.remember(entry, decision.history());
    wants.settleSuccession(entry);
    if (restarts(entry) > restartsBefore) {
      entry
          .history()
          .flatMap(History::retry)
          .ifPresent(retry -> telemetry.restarting(retry.reason()));
    }
    book.mark(admission.settle(entry, decision.verdict()));
    Verdict verdict = decision.verdict();
    if (decision.action().isPresent()) {
      verdict = actions.begin(entry, decision.action().get(), verdict);
    } else {
      entry.hint = Optional.empty();
    }
    wakes.set(entry, decision.wakeAt());
    say(entry, verdict);
    forgetIfEmpty(entry);
  }

  /** Tells all who must know what has become of an entry, if that is not what they were told. */
  private void say(Entry entry, Verdict verdict) {
    if (entry.said.isPresent() && entry.said.get().isStill(entry, verdict)) {
      return;
    }
    probe(entry);
    announcer.publish(entry, verdict);
    tellNeighbours(entry);
    entry.said = Optional.of(Said.of(entry, verdict));
  }

  private static int restarts(Entry entry) {
    return entry.history().isPresent() ? entry.history().get().restarts() : 0;
  }

  /** Whether an answer must come first, or nothing is known of it that could be said. */
  private boolean isTooEarly(Entry entry) {
    boolean answerAwaited =
        entry.unsureAt().isPresent() && runtimes.seen().contains(entry.unsureAt().get());
    return answerAwaited
        || (entry.desired().isEmpty()
            && entry.present().isEmpty()
            && entry.status.isEmpty()
            && wants.knowledge(entry) != Knowledge.COMPLETE);
  }

  /** Has the present run probed, and nothing else. */
  private void probe(Entry entry) {
    Optional<Prober.Subject> subject =
        entry.inFlight.isPresent() ? Optional.empty() : Subjects.of(entry);
    if (entry.probed.equals(subject)) {
      return;
    }
    entry.probed = subject;
    entry.health =
        entry.health.filter(h ->
            subject
                .filter(s ->
                    s.instanceId().equals(h.instanceId()) && s.startedAt().equals(h.startedAt()))
                .isPresent());
    subject.ifPresentOrElse(prober::begin, () -> prober.end(entry.uid));
  }

  private void tellNeighbours(Entry entry) {
    if (Stacks.isAlone(entry)) {
      // Whoever joins it looks at it then, and is told of what changes from there.
      entry.face = Optional.empty();
      return;
    }
    Optional<Face> face = Optional.of(Face.of(entry));
    if (!entry.face.equals(face)) {
      entry.face = face;
      book.mark(book.stacks().neighbours(entry));
    }
  }

  /** A uid that nobody wants, of which nothing is left and about which nothing is remembered. */
  void forgetIfEmpty(Entry entry) {
    if (entry.desired().isEmpty()
        && entry.present().isEmpty()
        && entry.history().isEmpty()
        && entry.inFlight.isEmpty()
        && !book.isMarked(entry)) {
      admission.forget(entry);
      actions.forget(entry);
      prober.end(entry.uid);
      book.remove(entry);
    }
  }
}
