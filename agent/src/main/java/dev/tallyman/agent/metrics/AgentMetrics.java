package dev.tallyman.agent.metrics;

import dev.tallyman.agent.plan.Action;
import dev.tallyman.agent.plan.ActionFailure;
import dev.tallyman.agent.telemetry.Telemetry;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * Counts what the rooms of the agent tell. Each series exists at zero from the start, so that an
 * alert can see the first failure as a change. Safe for any threads.
 */
public final class AgentMetrics implements Telemetry {

  private static final String SUCCESS = "Success";
  private static final String OTHER = "Other";

  /** The words in which the plan says why a run is followed by another one. */
  private static final List<String> RESTART_REASONS =
      List.of(
          "Completed",
          "Error",
          "OutOfMemory",
          "ExitCodeUnknown",
          "InstanceLost",
          ActionFailure.Kind.CANNOT_START.word(),
          OTHER);

  private static final Duration[] TURN_BUCKETS = millis(0.1, 0.5, 1, 5, 10, 50, 100, 1000);
  private static final Duration[] REACTION_BUCKETS = millis(0.5, 1, 2, 5, 10, 20, 50, 100, 1000);
  private static final Duration[] LIST_BUCKETS =
      millis(5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000);
  private static final Duration[] ACTION_BUCKETS =
      millis(50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000);
  private static final Duration[] PULL_BUCKETS =
      millis(500, 1000, 5000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000);

  private final MeterRegistry registry;
  private final LongSupplier nanos;
  private final long began;
  private final Map<String, RuntimeMeters> runtimes = new ConcurrentHashMap<>();
  private final Map<String, FeedMeters> feeds = new ConcurrentHashMap<>();
  private final Map<String, Counter> restarts = new ConcurrentHashMap<>();
  private final Timer turns;
  private final Counter messages;
  private final Counter plans;
  private final Timer reactions;
  private final Counter statuses;

  /**
   * Registers all meters.
   *
   * @param runtimes names of the node's runtimes
   * @param feeds names of its feeds that are connections
   * @param nanos a clock like {@link System#nanoTime()}
   */
  public AgentMetrics(
      MeterRegistry registry, List<String> runtimes, List<String> feeds, LongSupplier nanos) {
    this.registry = registry;
    this.nanos = nanos;
    this.began = nanos.getAsLong();
    this.turns = timer("tallyman.loop.turn.duration", TURN_BUCKETS);
    this.messages = Counter.builder("tallyman.loop.messages").register(registry);
    this.plans = Counter.builder("tallyman.loop.plans").register(registry);
    this.reactions = timer("tallyman.reaction.duration", REACTION_BUCKETS);
    this.statuses = Counter.builder("tallyman.statuses.reported").register(registry);
    RESTART_REASONS.forEach(reason ->
        restarts.put(
            reason, Counter.builder("tallyman.restarts").tag("reason", reason).register(registry)));
    runtimes.forEach(this::runtime);
    feeds.forEach(this::feed);
  }

  /** The meters of one runtime. */
  private final class RuntimeMeters {
    private final Map<String, Counter> actions = new ConcurrentHashMap<>();
    private final Map<String, Timer> actionDurations = new ConcurrentHashMap<>();
    private final Map<String, Counter> pulls = new ConcurrentHashMap<>();
    private final Timer pullDurations;
    private final Timer lists;
    private final AtomicLong listedAt = new AtomicLong(began);
    private final AtomicLong instances = new AtomicLong();

    RuntimeMeters(String runtime) {
      for (Kind kind : Kind.values()) {
        outcomes()
            .forEach(outcome ->
                actions.put(
                    kind.word + outcome,
                    Counter.builder("tallyman.actions")
                        .tags("runtime", runtime, "kind", kind.word, "outcome", outcome)
                        .register(registry)));
        actionDurations.put(
            kind.word,
            timer(
                "tallyman.action.duration", ACTION_BUCKETS, "runtime", runtime, "kind", kind.word));
      }
      outcomes()
          .forEach(outcome ->
              pulls.put(
                  outcome,
                  Counter.builder("tallyman.pulls")
                      .tags("runtime", runtime, "outcome", outcome)
                      .register(registry)));
      pullDurations = timer("tallyman.pull.duration", PULL_BUCKETS, "runtime", runtime);
      lists = timer("tallyman.list.duration", LIST_BUCKETS, "runtime", runtime);
      age("tallyman.list.age", "runtime", runtime, listedAt);
      Gauge.builder("tallyman.list.instances", instances, AtomicLong::doubleValue)
          .tag("runtime", runtime)
          .register(registry);
    }
  }

  /** The meters of one feed. */
  private final class FeedMeters {
    private final Counter connects;
    private final Counter losses;
    private final AtomicLong renewedAt = new AtomicLong(began);
    private final AtomicLong offered = new AtomicLong();

    FeedMeters(String feed) {
      connects = Counter.builder("tallyman.feed.connects").tag("feed", feed).register(registry);
      losses = Counter.builder("tallyman.feed.losses").tag("feed", feed).register(registry);
      age("tallyman.lease.age", "feed", feed, renewedAt);
    }
  }

  /** What is done to instances, as words. */
  private enum Kind {
    LAUNCH("Launch"),
    START("Start"),
    RESTART("Restart"),
    STOP("Stop"),
    RETIRE("Retire");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    static Kind of(Action action) {
      return switch (action) {
        case Action.Launch _ -> LAUNCH;
        case Action.Start _ -> START;
        case Action.Restart _ -> RESTART;
        case Action.Stop _ -> STOP;
        case Action.Retire _ -> RETIRE;
      };
    }
  }

  @Override
  public void turned(int told, int planned, Duration took) {
    turns.record(took);
    messages.increment(told);
    plans.increment(planned);
  }

  @Override
  public void acted(Action action, Optional<ActionFailure> failure, Duration took) {
    RuntimeMeters meters = runtime(action.runtime());
    String kind = Kind.of(action).word;
    increment(meters.actions, kind + outcome(failure));
    Optional.ofNullable(meters.actionDurations.get(kind)).ifPresent(timer -> timer.record(took));
  }

  @Override
  public void restarting(String reason) {
    increment(restarts, restarts.containsKey(reason) ? reason : OTHER);
  }

  @Override
  public void reacted(Duration sinceSeen) {
    reactions.record(sinceSeen);
  }

  @Override
  public void listed(String runtime, int instances, Duration took) {
    RuntimeMeters meters = runtime(runtime);
    meters.lists.record(took);
    meters.instances.set(instances);
    meters.listedAt.set(nanos.getAsLong());
  }

  @Override
  public void pulled(String runtime, Optional<ActionFailure> failure, Duration took) {
    RuntimeMeters meters = runtime(runtime);
    increment(meters.pulls, outcome(failure));
    meters.pullDurations.record(took);
  }

  @Override
  public void feedConnected(String feed) {
    feed(feed).connects.increment();
  }

  @Override
  public void feedLost(String feed) {
    feed(feed).losses.increment();
  }

  @Override
  public void feedOffered(String feed, long revision) {
    feed(feed).offered.set(revision);
  }

  @Override
  public void leaseRenewed(String feed) {
    feed(feed).renewedAt.set(nanos.getAsLong());
  }

  @Override
  public void reported(int reported) {
    statuses.increment(reported);
  }

  /** The revision that a feed's server was last heard to have; 0 before that. */
  long offeredRevision(String feed) {
    return Optional.ofNullable(feeds.get(feed)).map(meters -> meters.offered.get()).orElse(0L);
  }

  private RuntimeMeters runtime(String name) {
    return runtimes.computeIfAbsent(name, RuntimeMeters::new);
  }

  private FeedMeters feed(String name) {
    return feeds.computeIfAbsent(name, FeedMeters::new);
  }

  private static void increment(Map<String, Counter> counters, String key) {
    Optional.ofNullable(counters.get(key)).ifPresent(Counter::increment);
  }

  private static Stream<String> outcomes() {
    return Stream.concat(
        Stream.of(SUCCESS), Stream.of(ActionFailure.Kind.values()).map(ActionFailure.Kind::word));
  }

  private static String outcome(Optional<ActionFailure> failure) {
    return failure.map(f -> f.kind().word()).orElse(SUCCESS);
  }

  private Timer timer(String name, Duration[] buckets, String... tags) {
    return Timer.builder(name).serviceLevelObjectives(buckets).tags(tags).register(registry);
  }

  /** Seconds since something happened, or, while it never did, since the agent began. */
  private void age(String name, String key, String value, AtomicLong happenedAt) {
    Gauge.builder(
            name, happenedAt, at -> (nanos.getAsLong() - at.get()) / (double) NANOS_PER_SECOND)
        .tag(key, value)
        .baseUnit("seconds")
        .register(registry);
  }

  private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  private static Duration[] millis(double... values) {
    Duration[] durations = new Duration[values.length];
    for (int i = 0; i < values.length; i++) {
      durations[i] = Duration.ofNanos(Math.round(values[i] * 1_000_000));
    }
    return durations;
  }
}
