package dev.tallyman.agent.actuate;

import dev.tallyman.agent.inbox.Inbox;
import dev.tallyman.agent.inbox.Ticks;
import dev.tallyman.agent.plan.Action;
import dev.tallyman.agent.telemetry.Telemetry;
import dev.tallyman.runtime.ContainerRuntime;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;

/**
 * Does each action on a virtual thread of its own: its lane. What it waits for, an image, a place
 * at the engine's turnstile, a grace period, delays no other lane.
 */
public final class Lanes implements Actuator, AutoCloseable {

  private static final Duration PLACE_LOAN = Duration.ofSeconds(2);

  private record Lane(long actionId, Thread thread) {}

  private final Function<String, Optional<ContainerRuntime>> runtimes;
  private final Performer performer;
  private final Map<String, Lane> lanes = new ConcurrentHashMap<>();
  private final Map<String, Turnstile> turnstiles = new ConcurrentHashMap<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("turnstile").daemon(true).factory());

  /**
   * Lanes to the given runtimes.
   *
   * @param runtimes finds a runtime by its name
   * @param launchesAtOnce how many launches and starts an engine gets at a time
   */
  public Lanes(
      Function<String, Optional<ContainerRuntime>> runtimes,
      Inbox inbox,
      Ticks ticks,
      Telemetry telemetry,
      int launchesAtOnce) {
    this.runtimes = runtimes;
    this.performer =
        new Performer(
            inbox,
            ticks,
            new Pulls(telemetry)::pull,
            runtime ->
                turnstiles
                    .computeIfAbsent(
                        runtime.name(), _ -> new Turnstile(launchesAtOnce, PLACE_LOAN, timer))
                    .enter());
  }

  @Override
  public void begin(long actionId, Action action) {
    Thread thread =
        Thread.ofVirtual().name("lane " + action.uid()).unstarted(() -> run(actionId, action));
    lanes.put(action.uid(), new Lane(actionId, thread));
    thread.start();
  }

  private void run(long actionId, Action action) {
    performer.run(actionId, action, runtimes.apply(action.runtime()));
    lanes.computeIfPresent(action.uid(), (_, lane) -> lane.actionId() == actionId ? null : lane);
  }

  @Override
  public void cancel(String uid, long actionId) {
    Optional.ofNullable(lanes.get(uid))
        .filter(lane -> lane.actionId() == actionId)
        .ifPresent(lane -> lane.thread().interrupt());
  }

  /** Breaks off whatever is under way; what engines are doing already they may finish. */
  @Override
  public void close() {
    lanes.values().forEach(lane -> lane.thread().interrupt());
    timer.shutdownNow();
  }
}
