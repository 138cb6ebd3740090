package dev.tallyman.runtime.oci.containers;

import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceState;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.oci.engine.Engine;
import dev.tallyman.runtime.oci.engine.EngineCall;
import dev.tallyman.runtime.oci.engine.EngineCall.Verb;
import java.time.Duration;
import java.util.Optional;

/**
 * Ends containers: stops them, kills those that are still there, removes them. What the engine
 * refuses is judged by what it then says of the container, not by the words of the refusal.
 */
public final class Stop {

  private final Engine engine;
  private final Containers containers;
  private final Observer observer;

  public Stop(Engine engine, Containers containers, Observer observer) {
    this.engine = engine;
    this.containers = containers;
    this.observer = observer;
  }

  /**
   * Stops a container.
   *
   * @return the instance after its end; empty if it is gone
   */
  public Optional<Instance> stop(String id, String subject, Duration grace) {
    observer.stopBegins(id);
    try {
      Optional<RuntimeFailure> refusal = tryToEnd(id, subject, grace);
      Optional<Instance> after = look(id, subject);
      if (after.isPresent() && after.get().state() instanceof InstanceState.Paused) {
        // Podman does not stop what is paused; Docker does.
        tryTo(() -> containers.unpause(id, subject));
        refusal = tryToEnd(id, subject, grace);
        after = look(id, subject);
      }
      if (after.isPresent() && runs(after.get())) {
        refusal = tryToEnd(id, subject, Duration.ZERO);
        after = look(id, subject);
      }
      if (after.isPresent() && runs(after.get())) {
        throw refusal.orElseGet(() ->
            engine
                .errors()
                .internal(new EngineCall(Verb.STOP, subject), "it still runs after SIGKILL"));
      }
      return after;
    } finally {
      observer.stopEnds(id);
    }
  }

  /**
   * Removes a container, killing it if it runs.
   *
   * @return whether there was one
   */
  public boolean remove(String id, String subject) {
    try {
      containers.remove(id, subject);
      return true;
    } catch (RuntimeFailure.InstanceNotFound gone) {
      return false;
    } catch (RuntimeFailure.Internal refused) {
      if (containers.inspect(id, subject).isEmpty()) {
        return true;
      }
      // Somebody else may be removing it.
      tryTo(() -> containers.await(id, subject, "removed"));
      if (containers.inspect(id, subject).isPresent()) {
        throw refused;
      }
      return true;
    }
  }

  /** Without grace Docker's stop would send the stop signal first. */
  private Optional<RuntimeFailure> tryToEnd(String id, String subject, Duration grace) {
    if (grace.isPositive()) {
      return tryTo(() -> containers.stop(id, subject, grace));
    }
    Optional<RuntimeFailure> refusal = tryTo(() -> containers.kill(id, subject));
    return refusal.isPresent()
        ? refusal
        : tryTo(() -> containers.await(id, subject, "not-running"));
  }

  private Optional<Instance> look(String id, String subject) {
    return containers.inspect(id, subject).map(observer::readAfterStop);
  }

  private static boolean runs(Instance instance) {
    return switch (instance.state()) {
      case InstanceState.Running r -> true;
      case InstanceState.Paused p -> true;
      case InstanceState.Created c -> false;
      case InstanceState.Exited e -> false;
      case InstanceState.Broken b -> false;
    };
  }

  /**
   * The engine's refusal, if it refused. That it is gone is none, and that nobody answers is not
   * caught.
   */
  private static Optional<RuntimeFailure> tryTo(Runnable change) {
    try {
      change.run();
      return Optional.empty();
    } catch (RuntimeFailure.InstanceNotFound gone) {
      return Optional.empty();
    } catch (RuntimeFailure.Internal refused) {
      return Optional.of(refused);
    }
  }
}
