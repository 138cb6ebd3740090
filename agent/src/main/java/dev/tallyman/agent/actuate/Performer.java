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
import dev.tallyman.runtime.ContainerRuntime;
import dev.tallyman.runtime.HostFile;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.PullProgress;
import dev.tallyman.runtime.RuntimeFailure;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does one action from beginning to end on the calling thread, and tells the Reconciler how it
 * ended. Owns no thread and no lock: how many lanes there are and what they wait for is somebody
 * else's.
 */
public final class Performer {

  private static final Logger log = LoggerFactory.getLogger(Performer.class);

  private static final Duration PROGRESS_GAP = Duration.ofMillis(250);

  /** Fetches images. */
  @FunctionalInterface
  public interface Puller {
    /**
     * Makes sure that the runtime has the image as its registry has it.
     *
     * @throws RuntimeFailure as {@link dev.tallyman.runtime.Images#pull} does
     */
    void pull(ContainerRuntime runtime, String image, Consumer<PullProgress> progress);
  }

  /** Lets a launch or start through to its engine. */
  @FunctionalInterface
  public interface Entrance {
    /**
     * Waits for a place, which is given back by closing it.
     *
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    Place enter(ContainerRuntime runtime) throws InterruptedException;
  }

  /** A place at an engine that was lent. */
  public interface Place extends AutoCloseable {
    @Override
    void close();
  }

  private final Inbox inbox;
  private final Ticks ticks;
  private final Puller puller;
  private final Entrance entrance;

  /** A performer that tells this inbox. */
  public Performer(Inbox inbox, Ticks ticks, Puller puller, Entrance entrance) {
    this.inbox = inbox;
    this.ticks = ticks;
    this.puller = puller;
    this.entrance = entrance;
  }

  /**
   * Does an action. An interrupt of the thread breaks it off. Always ends by exactly one {@link
   * Message.ActionEnded}, and never throws.
   *
   * @param found the action's runtime, if it is connected
   */
  public void run(long actionId, Action action, Optional<ContainerRuntime> found) {
    Optional<ActionFailure> failure = Optional.empty();
    Sighting sighting = new Sighting.Unknown();
    try {
      if (found.isPresent()) {
        ContainerRuntime runtime = found.get();
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
      } else {
        failure =
            Optional.of(
                new ActionFailure(
                    Kind.RUNTIME_UNAVAILABLE,
                    "Runtime " + action.runtime() + " is not connected."));
      }
    } catch (RuntimeException defect) {
      log.error("An action for {} met a defect", action.uid(), defect);
      failure = Optional.of(new ActionFailure(Kind.INTERNAL, "A defect of the agent: " + defect));
    } finally {
      inbox.post(new Message.ActionEnded(action.uid(), actionId, failure, sighting));
    }
  }

  private Optional<Instance> perform(long actionId, Action action, ContainerRuntime runtime)
      throws InterruptedException {
    return switch (action) {
      case Action.Launch launch -> Optional.of(launch(actionId, launch, runtime));
      case Action.Start start -> Optional.of(start(runtime, start.uid(), start.files()));
      case Action.Restart restart -> {
        runtime.stop(restart.uid(), restart.grace());
        yield Optional.of(start(runtime, restart.uid(), restart.files()));
      }
      case Action.Stop stop -> runtime.stop(stop.uid(), stop.grace());
      case Action.Retire retire -> {
        runtime.stop(retire.uid(), retire.grace());
        runtime.remove(retire.uid());
        yield Optional.empty();
      }
    };
  }

  private Instance start(ContainerRuntime runtime, String uid, List<HostFile> files)
      throws InterruptedException {
    try (Place _ = entrance.enter(runtime)) {
      return runtime.start(uid, files);
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
    try (Place _ = entrance.enter(runtime)) {
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
    puller.pull(runtime, image, new Progress(launch.uid(), actionId)::accept);
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

  static ActionFailure failure(RuntimeFailure failure) {
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
                case ASSET -> Kind.NAME_TAKEN;
              };
          case RuntimeFailure.InvalidSpec _ -> Kind.CANNOT_START;
          case RuntimeFailure.Unsupported _ -> Kind.UNSUPPORTED;
          case RuntimeFailure.Internal _ -> Kind.INTERNAL;
        };
    String message = Optional.ofNullable(failure.getMessage()).orElse(kind.word());
    return new ActionFailure(kind, message);
  }
}
