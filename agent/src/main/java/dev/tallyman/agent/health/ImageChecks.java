package dev.tallyman.agent.health;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tallyman.agent.model.Probe;
import dev.tallyman.runtime.ContainerRuntime;
import dev.tallyman.runtime.ImageHealthCheck;
import dev.tallyman.runtime.RuntimeFailure;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The health checks that images bring, as probes. Safe for any threads, which it blocks. */
final class ImageChecks {

  private static final Logger log = LoggerFactory.getLogger(ImageChecks.class);

  /** The defaults of Docker's own health checks, which images are written for. */
  private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(30);

  private static final int DEFAULT_RETRIES = 3;

  private static final Duration ASK_AGAIN = Duration.ofSeconds(5);

  /** A name may stand for another image soon. */
  private static final Duration ANSWER_HOLDS = Duration.ofSeconds(2);

  private record Key(String runtime, String image) {}

  private final Function<String, Optional<ContainerRuntime>> runtimes;

  /** Many instances of one image that start together ask for it once. */
  private final Cache<Key, Optional<Probe>> answers;

  ImageChecks(Function<String, Optional<ContainerRuntime>> runtimes, InstantSource clock) {
    this.runtimes = runtimes;
    this.answers =
        Caffeine.newBuilder()
            .expireAfterWrite(ANSWER_HOLDS)
            .ticker(() -> ChronoUnit.NANOS.between(Instant.EPOCH, clock.instant()))
            .build();
  }

  /**
   * The health check of the image of an instance. Asks again until the runtime has answered.
   *
   * @throws InterruptedException if the thread was interrupted
   */
  Optional<Probe> of(Prober.Subject subject) throws InterruptedException {
    while (true) {
      try {
        Optional<ContainerRuntime> runtime = runtimes.apply(subject.runtime());
        if (runtime.isPresent()) {
          return answers.get(
              new Key(subject.runtime(), subject.image()),
              key -> runtime.get().images().healthCheck(key.image()).map(ImageChecks::probe));
        }
      } catch (RuntimeFailure.ImageNotFound _) {
        // Removed while its instance runs; nobody can say what it would have brought.
        return Optional.empty();
      } catch (RuntimeFailure.Cancelled cancelled) {
        throw new InterruptedException(cancelled.getMessage());
      } catch (RuntimeFailure failure) {
        log.debug("The image of {} could not be asked for", subject.uid(), failure);
      }
      Thread.sleep(ASK_AGAIN);
    }
  }

  private static Probe probe(ImageHealthCheck check) {
    Duration interval = orElse(check.interval(), DEFAULT_INTERVAL);
    Duration startInterval = orElse(check.startInterval(), interval);
    return new Probe(
        new Probe.Exec(check.command()),
        Duration.ZERO,
        interval,
        orElse(check.timeout(), DEFAULT_INTERVAL),
        1,
        check.retries() > 0 ? check.retries() : DEFAULT_RETRIES,
        check.startPeriod(),
        startInterval);
  }

  private static Duration orElse(Duration duration, Duration other) {
    return duration.isPositive() ? duration : other;
  }
}
