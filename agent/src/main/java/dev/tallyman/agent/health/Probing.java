package dev.tallyman.agent.health;

import dev.tallyman.agent.model.Health;
import dev.tallyman.agent.model.Probe;
import dev.tallyman.agent.model.Probes;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The probing of one run: startup first, then readiness and liveness side by side. Any thread
 * begins and ends it; all else happens on the thread of the probes.
 */
final class Probing {

  private static final Logger log = LoggerFactory.getLogger(Probing.class);

  private final EventLoop loop;
  private final Checks checks;
  private final ImageChecks images;
  private final InstantSource clock;
  private final Prober.Subject subject;
  private final Consumer<Health> listener;

  /** All that is under way, which ends with the probing. */
  private final List<Asking> askings = new ArrayList<>();

  private Optional<Future<?>> image = Optional.empty();

  private volatile boolean ended;

  /** Does nothing yet. The listener is told on the thread of the probes. */
  Probing(
      EventLoop loop,
      Checks checks,
      ImageChecks images,
      InstantSource clock,
      Prober.Subject subject,
      Consumer<Health> listener) {
    this.loop = loop;
    this.checks = checks;
    this.images = images;
    this.clock = clock;
    this.subject = subject;
    this.listener = listener;
  }

  void begin() {
    loop.execute(this::findReadiness);
  }

  /** Nothing is said of the run from now on. */
  void end() {
    ended = true;
    loop.execute(this::endAll);
  }

  private void endAll() {
    askings.forEach(Asking::end);
    askings.clear();
    image.ifPresent(question -> question.cancel(true));
  }

  private void findReadiness() {
    Probes probes = subject.probes();
    if (ended) {
      return;
    }
    if (probes.readiness().isPresent() || probes.imageCheck() == Probes.ImageCheck.IGNORE) {
      start(probes.readiness());
      return;
    }
    Promise<Optional<Probe>> question =
        Aside.call(loop, "image of " + subject.uid(), () -> images.of(subject));
    image = Optional.of(question);
    question.addListener(_ -> {
      if (question.isSuccess() && !ended) {
        start(question.getNow());
      } else if (!question.isCancelled() && !ended) {
        broke(question.cause());
      }
    });
  }

  private void start(Optional<Probe> readiness) {
    Optional<Probe> startup = subject.probes().startup();
    if (startup.isEmpty()) {
      readiness.ifPresent(
          _ -> say(Health.State.STARTING, "Its readiness probe has not succeeded yet."));
      run(readiness);
      return;
    }
    say(Health.State.STARTING, "Its startup probe has not succeeded yet.");
    ask(
        startup.get(),
        outcome -> {
          endAll();
          switch (outcome.word()) {
            case WORKS -> run(readiness);
            case FAILS ->
                say(Health.State.DEAD, "Its startup probe failed: " + outcome.message() + ".");
          }
        });
  }

  private void run(Optional<Probe> readiness) {
    subject.probes().liveness().ifPresent(probe -> ask(probe, this::lives));
    readiness.ifPresentOrElse(
        probe -> ask(probe, this::ready),
        () ->
            say(
                subject.probes().startup().isPresent()
                    ? Health.State.HEALTHY
                    : Health.State.NOT_PROBED,
                "It has no readiness probe."));
  }

  private void ready(Outcome outcome) {
    switch (outcome.word()) {
      case WORKS ->
          say(Health.State.HEALTHY, "Its readiness probe succeeds, " + outcome.message() + ".");
      case FAILS ->
          say(Health.State.UNHEALTHY, "Its readiness probe fails: " + outcome.message() + ".");
    }
  }

  private void lives(Outcome outcome) {
    switch (outcome.word()) {
      case WORKS -> {}
      case FAILS -> {
        endAll();
        say(Health.State.DEAD, "Its liveness probe failed: " + outcome.message() + ".");
      }
    }
  }

  private void ask(Probe probe, Consumer<Outcome> changed) {
    askings.add(
        new Asking(
            loop,
            checks,
            clock,
            subject,
            probe,
            new Asking.Listener() {
              @Override
              public void changed(Outcome outcome) {
                changed.accept(outcome);
              }

              @Override
              public void broke(Throwable defect) {
                Probing.this.broke(defect);
              }
            }));
  }

  private void broke(Throwable defect) {
    log.error("The probes of {} met a defect and have ended", subject.uid(), defect);
    endAll();
    say(Health.State.UNHEALTHY, "A defect of the agent ended its probes: " + defect);
  }

  private void say(Health.State state, String message) {
    if (!ended) {
      listener.accept(new Health(subject.instanceId(), subject.startedAt(), state, message));
    }
  }
}
