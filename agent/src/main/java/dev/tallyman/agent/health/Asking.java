package dev.tallyman.agent.health;

import dev.tallyman.agent.model.Probe;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/** One probe of a run, which is asked again and again. For the thread of the probes alone. */
final class Asking {

  /** What hears of it. */
  interface Listener {
    /** The probe says something else than before; this made it say so. */
    void changed(Outcome outcome);

    /** A defect of the agent has ended it. */
    void broke(Throwable defect);
  }

  private final EventLoop loop;
  private final Checks checks;
  private final InstantSource clock;
  private final Prober.Subject subject;
  private final Probe probe;
  private final Tally tally;
  private final Listener listener;

  /** The pause or the question that is under way. */
  private Future<?> step;

  private boolean ended;

  /** Begins with the probe's initial delay. */
  Asking(
      EventLoop loop,
      Checks checks,
      InstantSource clock,
      Prober.Subject subject,
      Probe probe,
      Listener listener) {
    this.loop = loop;
    this.checks = checks;
    this.clock = clock;
    this.subject = subject;
    this.probe = probe;
    this.tally = new Tally(probe, subject.startedAt());
    this.listener = listener;
    this.step = pause(probe.initialDelay());
  }

  /** Asks no more; a question under way is given up. */
  void end() {
    ended = true;
    step.cancel(true);
  }

  private Future<?> pause(Duration pause) {
    return loop.schedule(this::ask, Rhythm.wait(System.nanoTime(), pause), TimeUnit.NANOSECONDS);
  }

  private void ask() {
    try {
      Promise<Outcome> question = checks.ask(subject, probe.check(), probe.timeout());
      step = question;
      question.addListener(_ -> answered(question));
    } catch (RuntimeException defect) {
      listener.broke(defect);
    }
  }

  private void answered(Promise<Outcome> question) {
    if (ended || question.isCancelled()) {
      return;
    }
    if (!question.isSuccess()) {
      listener.broke(question.cause());
      return;
    }
    Outcome outcome = question.getNow();
    Instant now = clock.instant();
    boolean changes = tally.note(outcome.word(), now).isPresent();
    step = pause(tally.pause(now));
    if (changes) {
      listener.changed(outcome);
    }
  }
}
