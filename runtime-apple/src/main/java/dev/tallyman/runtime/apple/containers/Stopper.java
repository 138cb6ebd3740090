package dev.tallyman.runtime.apple.containers;

import static java.util.Objects.requireNonNull;

import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.apple.cli.Cli;
import dev.tallyman.runtime.apple.cli.Container;
import dev.tallyman.runtime.apple.cli.Verb;
import dev.tallyman.runtime.apple.shim.Run;
import dev.tallyman.runtime.apple.shim.Runs;
import java.time.Duration;
import java.util.Optional;

/**
 * Stops and removes containers.
 *
 * <p>The grace period is waited for here and not by the command: a call that lasts for it would
 * take the place of other changes.
 */
public final class Stopper {

  private static final String KILL = "KILL";

  /** From the end of the machine to the exit code. */
  private static final Duration SHIM_COMES_BACK = Duration.ofSeconds(5);

  private final Cli cli;
  private final Observer observer;
  private final Starter starter;
  private final Runs runs;

  public Stopper(Cli cli, Observer observer, Starter starter, Runs runs) {
    this.cli = requireNonNull(cli, "cli");
    this.observer = requireNonNull(observer, "observer");
    this.starter = requireNonNull(starter, "starter");
    this.runs = requireNonNull(runs, "runs");
  }

  /**
   * Ends a container: its stop signal, and SIGKILL after the grace period.
   *
   * @param grace zero for SIGKILL at once; a fraction of a second counts as a whole one
   * @return the container after it ended; empty if it is gone
   */
  public Optional<Container> stop(Container container, Duration grace) {
    abortStart(container);
    if (observer.isOutOfSight(container)) {
      starter.recover(container);
      return find(container);
    }
    if (!container.runs()) {
      return Optional.of(container);
    }
    Optional<Container> now = Optional.of(container);
    if (grace.isPositive()) {
      Optional<RuntimeFailure> failure = send(container, container.signalToStop());
      now =
          failure.isEmpty()
              ? awaitEnd(container, Duration.ofSeconds(grace.plusMillis(999).toSeconds()))
              : find(container);
    }
    if (now.filter(Container::runs).isPresent()) {
      Optional<RuntimeFailure> failure = send(container, KILL);
      now = awaitEnd(container, cli.deadlines().change());
      if (now.filter(Container::runs).isPresent()) {
        throw failure.orElseGet(() ->
            cli.refusals().timedOut(Verb.STOP, container.name(), "it still runs after SIGKILL"));
      }
    }
    return now;
  }

  /**
   * Removes a container with what is known of it, whatever it does.
   *
   * @throws RuntimeFailure if it is still there
   */
  public void remove(Container container) {
    abortStart(container);
    try {
      cli.delete(container.name());
    } catch (RuntimeFailure.InstanceNotFound gone) {
      // as wished
    } catch (RuntimeFailure.Cancelled | RuntimeFailure.Unavailable unknown) {
      throw unknown;
    } catch (RuntimeFailure failure) {
      // It may have been done, or half of it.
      if (find(container).isPresent()) {
        throw failure;
      }
    }
    runs.remove(container.incarnation());
  }

  /** A start that has not got anywhere would start it again afterwards. */
  private void abortStart(Container container) {
    if (!container.runs()) {
      runs.of(container.incarnation()).stream()
          .findFirst()
          .filter(Run::isWaiting)
          .filter(run -> !States.wasStarted(container, run))
          .ifPresent(runs::kill);
    }
  }

  /** What came of it; that it is not there or does not run any more is no failure. */
  private Optional<RuntimeFailure> send(Container container, String signal) {
    try {
      cli.signal(container.name(), signal);
      return Optional.empty();
    } catch (RuntimeFailure.InstanceNotFound gone) {
      return Optional.empty();
    } catch (RuntimeFailure.Cancelled | RuntimeFailure.Unavailable unknown) {
      throw unknown;
    } catch (RuntimeFailure failure) {
      return Optional.of(failure);
    }
  }

  /** The container when it has ended or the time is up. */
  private Optional<Container> awaitEnd(Container container, Duration patience) {
    Pauses pauses = new Pauses(cli.refusals(), Verb.STOP, container.name(), patience);
    Optional<Container> now = find(container);
    while (now.filter(this::isUp).isPresent() && !pauses.isOver()) {
      pauses.pause();
      now = find(container);
    }
    // Its process has ended; its machine may take a moment longer.
    Pauses more =
        new Pauses(
            cli.refusals(),
            Verb.STOP,
            container.name(),
            now.filter(this::isUp).isPresent() ? Duration.ZERO : cli.deadlines().change());
    while (now.filter(Container::runs).isPresent() && !more.isOver()) {
      more.pause();
      now = find(container);
    }
    if (now.filter(Container::runs).isEmpty()) {
      awaitShim(container);
    }
    return now;
  }

  private void awaitShim(Container container) {
    Pauses pauses = new Pauses(cli.refusals(), Verb.STOP, container.name(), SHIM_COMES_BACK);
    while (isWaitedFor(container) && !pauses.isOver()) {
      pauses.pause();
    }
  }

  private boolean isUp(Container container) {
    // Where no shim tells the end, only the engine can.
    return container.runs()
        && observer.judged(container).stream()
            .findFirst()
            .filter(last -> last.code().isPresent())
            .isEmpty();
  }

  private boolean isWaitedFor(Container container) {
    return runs.of(container.incarnation()).stream().findFirst().filter(Run::isWaiting).isPresent();
  }

  private Optional<Container> find(Container container) {
    return observer
        .look(Verb.STOP, container.name())
        .named(container.name())
        .filter(found -> found.incarnation().equals(container.incarnation()));
  }
}
