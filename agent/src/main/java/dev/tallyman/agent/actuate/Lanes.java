package dev.tallyman.agent.actuate;

import dev.tallyman.agent.inbox.Inbox;
import dev.tallyman.agent.inbox.Message;
import dev.tallyman.agent.inbox.Message.Sighting;
import dev.tallyman.agent.inbox.Message.Step;
import dev.tallyman.agent.inbox.Ticks;
import dev.tallyman.agent.model.PullPolicy;
import dev.tallyman.agent.plan.Action;
import dev.tallyman.agent.plan.ActionFailure;
import dev.tallyman.agent.plan.ActionFailure.Kind;
import dev.tallyman.agent.telemetry.Telemetry;
import dev.tallyman.runtime.ContainerRuntime;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.PullProgress;
import dev.tallyman.runtime.RuntimeFailure;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does each action on a virtual thread of its own: its lane. What it waits for, an image, a place
 * at the engine's turnstile, a grace period, delays no other lane. After every action the lane says
 * what the runtime has for the uid; after one that failed it asks for that.
 */
public final class Lanes implements Actuator, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Lanes.class);

  private static final Duration PLACE_LOAN = Duration.ofSeconds(2);
  private static final Duration PROGRESS_GAP = Duration.ofMillis(250);

  private record Lane(long actionId, Thread thread) {}

  private final Function<String, Optional<ContainerRuntime>> runtimes;
  private final Inbox inbox;
  private final Ticks ticks;
  private final Telemetry telemetry;
  private final int launchesAtOnce;
  private final Pulls pulls = new Pulls();
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
    this.inbox = inbox;
    this.ticks = ticks;
    this.telemetry = telemetry;
    this.launchesAtOnce = launchesAtOnce;
  }

  @Override
  public void begin(long actionId, Action action) {
    Thread thread =
        Thread.ofVirtual().name("lane " + action.uid()).unstarted(() -> run(actionId, action));
    lanes.put(action.uid(), new Lane(actionId, thread));
    thread.start();
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

  private void run(long actionId, Action action) {
    Optional<ActionFailure> failure = Optional.empty();
    Sighting sighting = new Sighting.Unknown();
    try {
      ContainerRuntime runtime =
          runtimes
              .apply(action.runtime())
              .orElseThrow(() ->
                  new RuntimeFailure.Unavailable(
                      "Runtime " + action.runtime() + " is not connected.", null));
      try {
        Optional<Instance> instance = perform(actionId, action, runtime);
        sighting = new Sighting.Known(instance, ticks.next());
      } catch (RuntimeFailure failed) {
        failure = Optional.of(failure(failed));
        sighting = lookAfter(runtime, action.uid());
      } catch (InterruptedException _) {
        failure = Optional.of(new ActionFailure(Kind.CANCELLED, "It was broken off."));
        sighting = lookAfter(runtime, action.uid());
      }
    } catch (RuntimeFailure failed) {
      failure = Optional.of(failure(failed));
    } catch (RuntimeException defect) {
      log.error("An action for {} met a defect", action.uid(), defect);
      failure = Optional.of(new ActionFailure(Kind.INTERNAL, "A defect of the agent: " + defect));
    } finally {
      lanes.computeIfPresent(action.uid(), (_, lane) -> lane.actionId() == actionId ? null : lane);
      inbox.post(new Message.ActionEnded(action.uid(), actionId, failure, sighting));
    }
  }

  private Optional<Instance> perform(long actionId, Action action, ContainerRuntime runtime)
      throws InterruptedException {
    return switch (action) {
      case Action.Launch launch -> Optional.of(launch(actionId, launch, runtime));
      case Action.Start start -> Optional.of(start(runtime, start.uid()));
      case Action.Restart restart -> {
        runtime.stop(restart.uid(), restart.grace());
        yield Optional.of(start(runtime, restart.uid()));
      }
      case Action.Stop stop -> runtime.stop(stop.uid(), stop.grace());
      case Action.Retire retire -> {
        runtime.stop(retire.uid(), retire.grace());
        runtime.remove(retire.uid());
        yield Optional.empty();
      }
    };
  }

  private Instance start(ContainerRuntime runtime, String uid) throws InterruptedException {
    try (Turnstile.Place _ = turnstile(runtime).enter()) {
      return runtime.start(uid);
    }
  }

  /**
   * The image is fetched first where it must be there before something else makes room; else the
   * launch itself says whether it is missing, which saves a question.
   */
  private Instance launch(long actionId, Action.Launch launch, ContainerRuntime runtime)
      throws InterruptedException {
    String image = launch.workload().spec().image();
    switch (launch.workload().pullPolicy()) {
      case ALWAYS -> pull(actionId, launch, runtime);
      case IF_NOT_PRESENT, NEVER -> {
        boolean mustBeThere =
            switch (launch.intent()) {
              case FRESH -> false;
              case REPLACE -> true;
            };
        if (mustBeThere && !runtime.images().isPresent(image)) {
          pullIfAllowed(actionId, launch, runtime);
        }
      }
    }
    try {
      return launchNow(launch, runtime);
    } catch (RuntimeFailure.ImageNotFound _) {
      pullIfAllowed(actionId, launch, runtime);
      inbox.post(
          new Message.ActionProgressed(
              launch.uid(), actionId, Step.STARTING, "Its image has arrived."));
      return launchNow(launch, runtime);
    }
  }

  private Instance launchNow(Action.Launch launch, ContainerRuntime runtime)
      throws InterruptedException {
    try (Turnstile.Place _ = turnstile(runtime).enter()) {
      return runtime.launch(launch.workload().spec());
    }
  }

  private void pullIfAllowed(long actionId, Action.Launch launch, ContainerRuntime runtime) {
    if (launch.workload().pullPolicy() == PullPolicy.NEVER) {
      throw new RuntimeFailure.ImageNotFound(
          "image: "
              + launch.workload().spec().image()
              + " is not at runtime "
              + runtime.name()
              + ", and pullPolicy never forbids to fetch it.");
    }
    pull(actionId, launch, runtime);
  }

  private void pull(long actionId, Action.Launch launch, ContainerRuntime runtime) {
    String image = launch.workload().spec().image();
    inbox.post(
        new Message.ActionProgressed(
            launch.uid(), actionId, Step.PULLING, "Fetching " + image + "."));
    long began = System.nanoTime();
    Optional<ActionFailure> failure = Optional.empty();
    try {
      pulls.pull(runtime, image, new Progress(launch.uid(), actionId)::accept);
    } catch (RuntimeFailure failed) {
      failure = Optional.of(failure(failed));
      throw failed;
    } finally {
      telemetry.pulled(runtime.name(), failure, Duration.ofNanos(System.nanoTime() - began));
    }
  }

  /** Passes progress on, but not every few kilobytes. */
  private final class Progress {
    private final String uid;
    private final long actionId;
    private long lastNanos = System.nanoTime();

    Progress(String uid, long actionId) {
      this.uid = uid;
      this.actionId = actionId;
    }

    synchronized void accept(PullProgress progress) {
      long now = System.nanoTime();
      if (now - lastNanos >= PROGRESS_GAP.toNanos()) {
        lastNanos = now;
        String bytes =
            progress.totalBytes() > 0
                ? " " + progress.doneBytes() + " of " + progress.totalBytes() + " bytes"
                : "";
        inbox.post(
            new Message.ActionProgressed(
                uid,
                actionId,
                Step.PULLING,
                "Fetching " + progress.image() + ":" + bytes + " " + progress.message()));
      }
    }
  }

  private Turnstile turnstile(ContainerRuntime runtime) {
    return turnstiles.computeIfAbsent(
        runtime.name(), _ -> new Turnstile(launchesAtOnce, PLACE_LOAN, timer));
  }

  /** The action may have had its effect or not: what is there now counts. */
  private Sighting lookAfter(ContainerRuntime runtime, String uid) {
    boolean interrupted = Thread.interrupted();
    try {
      long asOf = ticks.next();
      return new Sighting.Known(runtime.find(uid), asOf);
    } catch (RuntimeFailure _) {
      return new Sighting.Unknown();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static ActionFailure failure(RuntimeFailure failure) {
    Kind kind =
        switch (failure) {
          case RuntimeFailure.Unavailable _ -> Kind.RUNTIME_UNAVAILABLE;
          case RuntimeFailure.TimedOut _ -> Kind.TIMED_OUT;
          case RuntimeFailure.Cancelled _ -> Kind.CANCELLED;
          case RuntimeFailure.InstanceNotFound _ -> Kind.INSTANCE_NOT_FOUND;
          case RuntimeFailure.ImageNotFound _ -> Kind.IMAGE_NOT_FOUND;
          case RuntimeFailure.PullDenied _ -> Kind.PULL_DENIED;
          case RuntimeFailure.PullFailed _ -> Kind.PULL_FAILED;
          case RuntimeFailure.Conflict conflict ->
              switch (conflict.subject()) {
                case NAME -> Kind.NAME_TAKEN;
                case PORT -> Kind.PORT_IN_USE;
              };
          case RuntimeFailure.InvalidSpec _ -> Kind.CANNOT_START;
          case RuntimeFailure.Unsupported _ -> Kind.UNSUPPORTED;
          case RuntimeFailure.Internal _ -> Kind.INTERNAL;
        };
    String message = Optional.ofNullable(failure.getMessage()).orElse(kind.word());
    return new ActionFailure(kind, message);
  }
}
