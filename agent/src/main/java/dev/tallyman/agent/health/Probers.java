package dev.tallyman.agent.health;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tallyman.agent.inbox.Inbox;
import dev.tallyman.agent.inbox.Message;
import dev.tallyman.agent.model.Health;
import dev.tallyman.agent.model.Probe;
import dev.tallyman.agent.model.Probes;
import dev.tallyman.runtime.ContainerRuntime;
import dev.tallyman.runtime.ImageHealthCheck;
import dev.tallyman.runtime.RuntimeFailure;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Probes each run on a virtual thread of its own, and a second one for its liveness. */
public final class Probers implements Prober, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Probers.class);

  /** The defaults of Docker's own health checks, which images are written for. */
  private static final Duration IMAGE_INTERVAL = Duration.ofSeconds(30);

  private static final int IMAGE_RETRIES = 3;

  private static final Duration ASK_IMAGE_AGAIN = Duration.ofSeconds(5);

  /** A name may stand for another image soon. */
  private static final Duration IMAGE_CHECK_HOLDS = Duration.ofSeconds(2);

  private record ImageKey(String runtime, String image) {}

  private final Function<String, Optional<ContainerRuntime>> runtimes;
  private final Checks checks;
  private final Inbox inbox;
  private final InstantSource clock;

  /** Many instances of one image that start together ask for it once. */
  private final Cache<ImageKey, Optional<Probe>> imageChecks;

  private final Map<String, Probing> probings = new ConcurrentHashMap<>();

  /**
   * Probers of instances at these runtimes.
   *
   * @param inbox is told when the word of a probe changes
   */
  public Probers(
      Function<String, Optional<ContainerRuntime>> runtimes, Inbox inbox, InstantSource clock) {
    this.runtimes = runtimes;
    this.checks = new Checks(runtimes);
    this.inbox = inbox;
    this.clock = clock;
    this.imageChecks =
        Caffeine.newBuilder()
            .expireAfterWrite(IMAGE_CHECK_HOLDS)
            .ticker(() -> ChronoUnit.NANOS.between(Instant.EPOCH, clock.instant()))
            .build();
  }

  @Override
  public void begin(Subject subject) {
    Probing probing = new Probing(subject);
    Optional.ofNullable(probings.put(subject.uid(), probing)).ifPresent(Probing::stop);
    probing.main.start();
  }

  @Override
  public void end(String uid) {
    Optional.ofNullable(probings.remove(uid)).ifPresent(Probing::stop);
  }

  /** Ends all probes. */
  @Override
  public void close() {
    probings.values().forEach(Probing::stop);
    probings.clear();
    checks.close();
  }

  /** The probing of one run. */
  private final class Probing {
    private final Subject subject;
    private final Thread main;
    private final Thread liveness;

    Probing(Subject subject) {
      this.subject = subject;
      this.main = Thread.ofVirtual().name("probe " + subject.uid()).unstarted(this::run);
      this.liveness =
          Thread.ofVirtual().name("liveness " + subject.uid()).unstarted(this::watchLife);
    }

    void stop() {
      main.interrupt();
      liveness.interrupt();
    }

    private void run() {
      try {
        Probes probes = subject.probes();
        Optional<Probe> readiness =
            probes.readiness().isPresent() ? probes.readiness() : ofImage(probes);
        if (probes.startup().isPresent()) {
          say(Health.State.STARTING, "Its startup probe has not succeeded yet.");
          if (!starts(probes.startup().get())) {
            return;
          }
        }
        if (probes.liveness().isPresent()) {
          liveness.start();
        }
        if (readiness.isPresent()) {
          if (probes.startup().isEmpty()) {
            say(Health.State.STARTING, "Its readiness probe has not succeeded yet.");
          }
          follow(readiness.get());
        } else {
          say(
              probes.startup().isPresent() ? Health.State.HEALTHY : Health.State.NOT_PROBED,
              "It has no readiness probe.");
        }
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      } catch (RuntimeException defect) {
        log.error("The probes of {} met a defect and have ended", subject.uid(), defect);
        say(Health.State.UNHEALTHY, "A defect of the agent ended its probes: " + defect);
      }
    }

    /** Whether the startup probe has succeeded, when it has said so or that it failed. */
    private boolean starts(Probe probe) throws InterruptedException {
      Outcome outcome = new Asking(probe).next();
      return switch (outcome.word()) {
        case WORKS -> true;
        case FAILS -> {
          say(Health.State.DEAD, "Its startup probe failed: " + outcome.message() + ".");
          yield false;
        }
      };
    }

    private void follow(Probe probe) throws InterruptedException {
      Asking asking = new Asking(probe);
      while (true) {
        Outcome outcome = asking.next();
        switch (outcome.word()) {
          case WORKS ->
              say(Health.State.HEALTHY, "Its readiness probe succeeds, " + outcome.message() + ".");
          case FAILS ->
              say(Health.State.UNHEALTHY, "Its readiness probe fails: " + outcome.message() + ".");
        }
      }
    }

    private void watchLife() {
      try {
        Asking asking = new Asking(subject.probes().liveness().orElseThrow());
        Outcome outcome = asking.next();
        while (outcome.word() == Tally.Word.WORKS) {
          outcome = asking.next();
        }
        main.interrupt();
        main.join();
        say(Health.State.DEAD, "Its liveness probe failed: " + outcome.message() + ".");
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      } catch (RuntimeException defect) {
        log.error("The liveness probe of {} met a defect and has ended", subject.uid(), defect);
      }
    }

    /** One probe that is asked again and again. For one thread. */
    private final class Asking {
      private final Probe probe;
      private final Tally tally;
      private Duration pause;

      Asking(Probe probe) {
        this.probe = probe;
        this.tally = new Tally(probe, subject.startedAt());
        this.pause = probe.initialDelay();
      }

      /** Asks until the probe says something else than before, and returns what made it say so. */
      Outcome next() throws InterruptedException {
        while (true) {
          Thread.sleep(pause);
          Outcome outcome = checks.ask(subject, probe.check(), probe.timeout());
          Instant now = clock.instant();
          Optional<Tally.Word> word = tally.note(outcome.word(), now);
          pause = tally.pause(now);
          if (word.isPresent()) {
            return outcome;
          }
        }
      }
    }

    /** The health check of the image as a probe. Asks again until the runtime has answered. */
    private Optional<Probe> ofImage(Probes probes) throws InterruptedException {
      if (probes.imageCheck() == Probes.ImageCheck.IGNORE) {
        return Optional.empty();
      }
      while (true) {
        try {
          Optional<ContainerRuntime> runtime = runtimes.apply(subject.runtime());
          if (runtime.isPresent()) {
            return imageChecks.get(
                new ImageKey(subject.runtime(), subject.image()),
                _ -> runtime.get().images().healthCheck(subject.image()).map(Probers::probe));
          }
        } catch (RuntimeFailure.ImageNotFound _) {
          // Removed while its instance runs; nobody can say what it would have brought.
          return Optional.empty();
        } catch (RuntimeFailure.Cancelled cancelled) {
          throw new InterruptedException(cancelled.getMessage());
        } catch (RuntimeFailure failure) {
          log.debug("The image of {} could not be asked for", subject.uid(), failure);
        }
        Thread.sleep(ASK_IMAGE_AGAIN);
      }
    }

    private void say(Health.State state, String message) {
      if (probings.get(subject.uid()) == this) {
        inbox.post(
            new Message.HealthChanged(
                subject.uid(),
                new Health(subject.instanceId(), subject.startedAt(), state, message)));
      }
    }
  }

  private static Probe probe(ImageHealthCheck check) {
    Duration interval = orElse(check.interval(), IMAGE_INTERVAL);
    Duration startInterval = orElse(check.startInterval(), interval);
    return new Probe(
        new Probe.Exec(check.command()),
        Duration.ZERO,
        interval,
        orElse(check.timeout(), IMAGE_INTERVAL),
        1,
        check.retries() > 0 ? check.retries() : IMAGE_RETRIES,
        check.startPeriod(),
        startInterval);
  }

  private static Duration orElse(Duration duration, Duration other) {
    return duration.isPositive() ? duration : other;
  }
}
