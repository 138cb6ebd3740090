package dev.tallyman.runtime.apple.containers;

import static java.util.Objects.requireNonNull;

import dev.tallyman.runtime.PortBinding;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.apple.assets.AppleAssets;
import dev.tallyman.runtime.apple.cli.AttachEnd;
import dev.tallyman.runtime.apple.cli.Cli;
import dev.tallyman.runtime.apple.cli.Container;
import dev.tallyman.runtime.apple.cli.Refusals;
import dev.tallyman.runtime.apple.cli.Verb;
import dev.tallyman.runtime.apple.command.CallFailed;
import dev.tallyman.runtime.apple.command.Command.Turn;
import dev.tallyman.runtime.apple.command.Turns;
import dev.tallyman.runtime.apple.shim.Outcome;
import dev.tallyman.runtime.apple.shim.Run;
import dev.tallyman.runtime.apple.shim.Runs;
import dev.tallyman.runtime.apple.shim.Shim;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts containers, each under a shim that waits for its exit code.
 *
 * <p>A start that an agent began before it died, or that another thread began, is not begun a
 * second time: whoever comes waits for it too. One that does not get anywhere within the deadline
 * is killed, because the engine starts nothing else as long as it hangs.
 */
public final class Starter {

  private static final Logger log = LoggerFactory.getLogger(Starter.class);

  private static final int MAX_ROUNDS = 4;

  private final Cli cli;
  private final Turns turns;
  private final Observer observer;
  private final Runs runs;
  private final Shim shim;
  private final Recipes recipes;
  private final AppleAssets assets;
  private final InstantSource clock;

  public Starter(
      Cli cli,
      Turns turns,
      Observer observer,
      Runs runs,
      Shim shim,
      Recipes recipes,
      AppleAssets assets,
      InstantSource clock) {
    this.cli = requireNonNull(cli, "cli");
    this.turns = requireNonNull(turns, "turns");
    this.observer = requireNonNull(observer, "observer");
    this.runs = requireNonNull(runs, "runs");
    this.shim = requireNonNull(shim, "shim");
    this.recipes = requireNonNull(recipes, "recipes");
    this.assets = requireNonNull(assets, "assets");
    this.clock = requireNonNull(clock, "clock");
  }

  /** What came of an attempt. */
  private enum Came {
    STARTED,
    /** A machine from before a crash stands in the way. */
    OUT_OF_SIGHT,
    /** Somebody else did something: look again. */
    CHANGED
  }

  /**
   * Makes sure that a container was started and has not ended since, or ended after this began. One
   * that runs is left as it is.
   *
   * @throws RuntimeFailure.InstanceNotFound if it is gone, also because it had to be removed and
   *     nobody knows how it was made
   */
  public void start(Container container) {
    String name = container.name();
    Optional<Container> now = Optional.of(container);
    for (int round = 0; round < MAX_ROUNDS && now.isPresent(); round++) {
      Container present = awaitDown(now.get());
      if (present.runs()) {
        return;
      }
      if (observer.isOutOfSight(present)) {
        recover(present);
      }
      switch (attempt(present)) {
        case STARTED -> {
          return;
        }
        case OUT_OF_SIGHT -> recover(present);
        case CHANGED -> {
          // Look again.
        }
      }
      now = find(container);
    }
    throw now.isEmpty()
        ? cli.refusals().instanceNotFound(Verb.START, name)
        : cli.refusals().internal(Verb.START, name, "others start and end it all the time");
  }

  /**
   * Makes a container anew that the engine lost sight of, without starting it: its machine may
   * still live, and only a removal ends it.
   */
  public void recover(Container container) {
    log.warn(
        "The system service lost sight of {}: it is removed by force, with a machine that may still"
            + " run, and made again",
        container.name());
    var last = runs.of(container.incarnation()).stream().findFirst();
    last.ifPresent(runs::kill);
    cli.delete(container.name());
    cli.create(
        recipes
            .find(container.incarnation())
            .orElseThrow(() -> cli.refusals().instanceNotFound(Verb.START, container.name())));
  }

  private Optional<Container> find(Container container) {
    return observer
        .look(Verb.START, container.name())
        .named(container.name())
        .filter(found -> found.incarnation().equals(container.incarnation()));
  }

  /** Of one whose process has ended, the machine is still going down. */
  private Container awaitDown(Container container) {
    Pauses pauses =
        new Pauses(cli.refusals(), Verb.START, container.name(), cli.deadlines().change());
    Container now = container;
    while (States.hasEnded(now, observer.judged(now), clock.instant())
        && now.runs()
        && !pauses.isOver()) {
      pauses.pause();
      now = find(container).orElse(now);
    }
    return now;
  }

  private Came attempt(Container container) {
    String name = container.name();
    try (Turns.Taken _ = turns.take(Turn.CHANGE, Optional.of(name), cli.deadlines().change())) {
      Optional<Run> waiting =
          runs.of(container.incarnation()).stream().findFirst().filter(Run::isWaiting);
      if (waiting.isPresent()) {
        return await(container, waiting.get());
      }
      assets.requireFreeVolumes(name, container.volumes(), observer.look(Verb.START, name).all());
      Optional<Run> begun = runs.begin(container.incarnation(), container.startedAt());
      if (begun.isEmpty()) {
        return Came.CHANGED;
      }
      shim.launch(begun.get(), cli.attach(name));
      return await(container, begun.get());
    } catch (InterruptedException e) {
      throw cli.refusals().cancelled(Verb.START, name);
    } catch (CallFailed failed) {
      throw cli.refusals().of(Verb.START, name, failed);
    } catch (IOException e) {
      throw cli.refusals()
          .internal(Verb.START, name, "its folder cannot be written, or its shim not begun: " + e);
    }
  }

  private Came await(Container container, Run begun) {
    String name = container.name();
    Pauses pauses = new Pauses(cli.refusals(), Verb.START, name, cli.deadlines().change());
    while (!pauses.isOver()) {
      Optional<Run> run =
          runs.of(container.incarnation()).stream()
              .filter(each -> each.number() == begun.number())
              .findFirst();
      Optional<Container> found = find(container);
      if (run.isEmpty() || found.isEmpty()) {
        return Came.CHANGED;
      }
      if (found.get().runs() && States.isStartOf(found.get(), run.get())) {
        var _ = observer.instance(found.get());
        return Came.STARTED;
      }
      if (!run.get().isWaiting()) {
        return ended(found.get(), run.get());
      }
      pauses.pause();
    }
    runs.kill(begun);
    throw cli.refusals()
        .timedOut(
            Verb.START,
            name,
            "it did not run within "
                + cli.deadlines().change().toMillis()
                + " ms, so the command was killed; it may have been done");
  }

  /** What it means that nothing waits any more, and the engine does not say running. */
  private Came ended(Container container, Run run) {
    if (run.outcome().isEmpty()) {
      throw cli.refusals()
          .internal(Verb.START, container.name(), "the shim that waits for its end was killed");
    }
    Outcome outcome = run.outcome().get();
    return switch (observer.judge(container, outcome)) {
      case AttachEnd.Code _ -> Came.STARTED;
      case AttachEnd.Unclear _ when States.wasStarted(container, run) -> Came.STARTED;
      case AttachEnd.Unclear(String why) -> {
        runs.discard(run);
        if (Refusals.isLostMachine(outcome.errors())) {
          yield Came.OUT_OF_SIGHT;
        }
        if (container.runs()) {
          // Somebody else was faster.
          yield Came.STARTED;
        }
        throw outcome.wasKilled()
            ? cli.refusals().timedOut(Verb.START, container.name(), why)
            : withPorts(container, outcome);
      }
    };
  }

  /** The engine does not say which port is taken. */
  private RuntimeFailure withPorts(Container container, Outcome outcome) {
    String ports =
        container.ports().stream()
            .map(Starter::text)
            .collect(Collectors.joining(", ", " (it publishes ", ")"));
    return cli.refusals()
        .of(
            Verb.START,
            container.name() + (container.ports().isEmpty() ? "" : ports),
            outcome.exitCode(),
            outcome.errors());
  }

  private static String text(PortBinding port) {
    return port.hostIp() + ":" + port.hostPort();
  }
}
