package dev.tallyman.runtime.testkit;

import static dev.tallyman.runtime.testkit.Defect.changed;
import static dev.tallyman.runtime.testkit.Defect.showing;

import dev.tallyman.runtime.Deadlines;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceState;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.RuntimeListener;
import dev.tallyman.runtime.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** Defects in what is seen of instances. */
final class ViewDefects {

  private ViewDefects() {}

  static Stream<Defect> all() {
    return Stream.of(
        new Defect(
            "sees other nodes",
            sound -> {
              return new DelegatingRuntime(sound.runtime()) {
                @Override
                public List<Instance> list() {
                  List<Instance> all = new ArrayList<>(super.list());
                  all.addAll(
                      new InMemoryRuntime(
                              "memory", sound.node() + "-2", sound.engine(), Deadlines.DEFAULT)
                          .list());
                  return all;
                }
              };
            },
            "instancesOfOtherNodesDoNotExist"),
        new Defect(
            "finds by uid alone",
            sound -> {
              return new DelegatingRuntime(sound.runtime()) {
                @Override
                public Optional<Instance> find(String uid) {
                  return sound.engine().peek(uid);
                }
              };
            },
            "foreignContainersDoNotExist",
            "instancesOfOtherNodesDoNotExist"),
        new Defect(
            "lists only what runs",
            sound -> {
              return new DelegatingRuntime(sound.runtime()) {
                @Override
                public List<Instance> list() {
                  return super.list().stream()
                      .filter(instance -> instance.state() instanceof InstanceState.Running)
                      .toList();
                }
              };
            },
            "theListHasInstancesInEveryState"),
        new Defect(
            "lists one page",
            sound -> {
              return new DelegatingRuntime(sound.runtime()) {
                @Override
                public List<Instance> list() {
                  return super.list().stream().limit(100).toList();
                }
              };
            },
            "manyInstancesAreLaunchedListedAndRemoved"),
        new Defect(
            "takes an unknown exit code for success",
            sound -> {
              return showing(
                  sound,
                  instance ->
                      instance.state() instanceof InstanceState.Created
                          ? changed(
                              instance,
                              new InstanceState.Exited(
                                  OptionalInt.of(0),
                                  InstanceState.ExitCause.ENDED,
                                  Optional.empty(),
                                  Optional.empty()),
                              instance.ports())
                          : instance);
            },
            "aCommandThatNeverBeganHasNoExitCode"),
        new Defect(
            "forgets exit codes",
            sound -> {
              return showing(
                  sound,
                  instance ->
                      instance.state() instanceof InstanceState.Exited end
                          ? changed(
                              instance,
                              new InstanceState.Exited(
                                  OptionalInt.empty(),
                                  end.cause(),
                                  end.startedAt(),
                                  end.finishedAt()),
                              instance.ports())
                          : instance);
            },
            "theExitCodeIsThatOfTheProcess",
            "aShellThatDoesNotFindItsCommandEndsWith127"),
        new Defect(
            "subscribes when it likes",
            sound -> {
              return new DelegatingRuntime(sound.runtime()) {
                @Override
                public Subscription watch(RuntimeListener listener) {
                  EngineTime.real().schedule(Duration.ofMillis(200), () -> super.watch(listener));
                  return () -> {};
                }
              };
            },
            "aChangeRightAfterTheSubscriptionIsTold"),
        new Defect(
            "complains of finding nothing",
            sound ->
                new DelegatingRuntime(sound.runtime()) {
                  @Override
                  public Optional<Instance> find(String uid) {
                    return Optional.of(
                        super.find(uid)
                            .orElseThrow(() -> new RuntimeFailure.InstanceNotFound("404")));
                  }
                },
            "aNodeWithoutInstancesHasAnEmptyList"),
        new Defect(
            "takes an end that it missed for success",
            sound ->
                showing(
                    sound,
                    instance ->
                        sound.engine().life() > 0
                                && instance.state() instanceof InstanceState.Exited end
                            ? changed(
                                instance,
                                new InstanceState.Exited(
                                    OptionalInt.of(0),
                                    end.cause(),
                                    end.startedAt(),
                                    end.finishedAt()),
                                instance.ports())
                            : instance),
            "whatEndedWhileTheEngineWasAwayIsNoSuccess"));
  }
}
