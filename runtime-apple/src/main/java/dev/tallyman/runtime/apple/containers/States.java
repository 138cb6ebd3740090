package dev.tallyman.runtime.apple.containers;

import dev.tallyman.runtime.InstanceState;
import dev.tallyman.runtime.InstanceState.ExitCause;
import dev.tallyman.runtime.apple.cli.AttachEnd;
import dev.tallyman.runtime.apple.cli.Container;
import dev.tallyman.runtime.apple.cli.Container.Phase;
import dev.tallyman.runtime.apple.shim.Outcome;
import dev.tallyman.runtime.apple.shim.Run;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Puts together what the engine says of a container and what its runs left on disk. Pure.
 *
 * <p>The engine knows {@code running} and {@code stopped}; the latter is a container that was never
 * started, one that has ended, and one whose machine it lost sight of. A run tells them apart, and
 * tells the exit code. Where neither knows, an end has no code.
 */
final class States {

  /** The engine says running until the machine is down, which comes after the process's end. */
  private static final Duration MACHINE_GOES_DOWN = Duration.ofSeconds(10);

  private States() {}

  /**
   * A run and what its end means.
   *
   * @param end empty while it has not ended, and if nobody saw how
   */
  record Judged(Run run, Optional<AttachEnd> end) {

    /** The exit code, if it is known to be the container's. */
    OptionalInt code() {
      return end.orElse(new AttachEnd.Unclear("")) instanceof AttachEnd.Code(int code)
          ? OptionalInt.of(code)
          : OptionalInt.empty();
    }
  }

  /**
   * The state of a container.
   *
   * @param runs newest first
   */
  static InstanceState of(Container container, List<Judged> runs, Instant now) {
    return switch (container.phase()) {
      case Phase.Running _ ->
          hasEnded(container, runs, now)
              ? ended(container, runs)
              : new InstanceState.Running(startedAt(container, runs, now));
      case Phase.Stopped _ ->
          isEnding(container, runs)
              ? new InstanceState.Running(startedAt(container, runs, now))
              : ended(container, runs);
      case Phase.Unknown(String word) ->
          isEnding(container, runs)
              ? new InstanceState.Running(startedAt(container, runs, now))
              : new InstanceState.Broken("the engine says '" + word + "'");
    };
  }

  /** Whether its process has ended, although the engine says running. */
  static boolean hasEnded(Container container, List<Judged> runs, Instant now) {
    return runs.stream()
        .findFirst()
        .filter(last -> last.code().isPresent())
        .flatMap(last -> last.run().outcome())
        .filter(outcome -> now.isBefore(outcome.at().plus(MACHINE_GOES_DOWN)))
        .filter(outcome -> !isStartedAfter(container, outcome))
        .isPresent();
  }

  /** Somebody else started it after our run had ended. */
  private static boolean isStartedAfter(Container container, Outcome outcome) {
    return container.startedAt().filter(at -> at.isAfter(outcome.at())).isPresent();
  }

  /** Whether it has stopped and its shim is about to tell the exit code. */
  static boolean isEnding(Container container, List<Judged> runs) {
    return runs.stream()
        .findFirst()
        .filter(last -> last.run().isWaiting() && wasStarted(container, last.run()))
        .isPresent();
  }

  /** Whether a run, the last one, has started the container. */
  static boolean wasStarted(Container container, Run run) {
    return run.started().isPresent() || isStartOf(container, run);
  }

  /** Whether the engine's start time is that of this run, the last one. */
  static boolean isStartOf(Container container, Run run) {
    return container
        .startedAt()
        .filter(at -> !at.isBefore(run.begin().truncatedTo(ChronoUnit.SECONDS)))
        .filter(at -> container.runs() || !run.before().equals(container.startedAt()))
        .isPresent();
  }

  /**
   * Whether its machine may live although the engine says stopped: the system service was started
   * anew, and nobody saw the machine's end. Stop does nothing to it then, and start fails.
   */
  static boolean isOutOfSight(Container container, List<Judged> runs) {
    return container.phase() instanceof Phase.Stopped
        && container.startedAt().isEmpty()
        && container.exitCode().isEmpty()
        && !runs.isEmpty()
        && runs.getFirst().code().isEmpty()
        && !runs.getFirst().run().isWaiting();
  }

  /**
   * When the present run began. The engine's time is cut to seconds, and our own begin is never
   * later than the true one: the later of both is nearer.
   */
  static Instant startedAt(Container container, List<Judged> runs, Instant now) {
    Optional<Run> last = runs.stream().findFirst().map(Judged::run);
    return last.flatMap(Run::started)
        .filter(at ->
            container.startedAt().isEmpty()
                || !container.startedAt().get().isAfter(at.plus(Duration.ofSeconds(1))))
        .or(() ->
            last.filter(run -> isStartOf(container, run))
                .map(run -> later(run.begin(), container.startedAt().orElse(run.begin()))))
        .or(container::startedAt)
        .or(() -> last.map(Run::begin))
        .orElse(now);
  }

  private static InstanceState ended(Container container, List<Judged> runs) {
    if (container.phase() instanceof Phase.Stopped && container.exitCode().isPresent()) {
      Instant began = startedAt(container, runs, container.endedAt().orElse(Instant.EPOCH));
      return exited(container.exitCode(), began, container.endedAt());
    }
    for (int i = 0; i < runs.size(); i++) {
      Judged judged = runs.get(i);
      Optional<InstanceState> end = i == 0 ? last(container, judged) : earlier(judged);
      if (end.isPresent()) {
        return end.get();
      }
    }
    return container
        .startedAt()
        .<InstanceState>map(began -> exited(OptionalInt.empty(), began, container.endedAt()))
        .orElseGet(InstanceState.Created::new);
  }

  /** Empty if nothing was started by it. */
  private static Optional<InstanceState> last(Container container, Judged judged) {
    Run run = judged.run();
    if (run.outcome().filter(outcome -> isStartedAfter(container, outcome)).isPresent()) {
      return Optional.of(
          exited(OptionalInt.empty(), container.startedAt().orElse(run.begin()), Optional.empty()));
    }
    Instant began =
        run.started()
            .orElseGet(() ->
                isStartOf(container, run)
                    ? later(run.begin(), container.startedAt().orElse(run.begin()))
                    : run.begin());
    return judged.code().isPresent() || (!run.isWaiting() && wasStarted(container, run))
        ? Optional.of(end(judged, began))
        : Optional.empty();
  }

  private static Optional<InstanceState> earlier(Judged judged) {
    Run run = judged.run();
    return judged.code().isPresent() || run.started().isPresent()
        ? Optional.of(end(judged, run.started().orElse(run.begin())))
        : Optional.empty();
  }

  private static InstanceState end(Judged judged, Instant began) {
    // Who waited for it may have been killed long before it ended.
    Optional<Instant> at =
        judged.code().isPresent() ? judged.run().outcome().map(Outcome::at) : Optional.empty();
    return exited(judged.code(), began, at);
  }

  private static InstanceState exited(OptionalInt code, Instant began, Optional<Instant> at) {
    return new InstanceState.Exited(
        code, ExitCause.ENDED, Optional.of(began), at.map(end -> later(began, end)));
  }

  private static Instant later(Instant a, Instant b) {
    return a.isAfter(b) ? a : b;
  }
}
