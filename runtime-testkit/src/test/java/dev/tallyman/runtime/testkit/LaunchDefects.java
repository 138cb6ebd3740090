package dev.tallyman.runtime.testkit;

import static dev.tallyman.runtime.testkit.Defect.launching;

import dev.tallyman.runtime.RuntimeFailure;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Defects of launch. */
final class LaunchDefects {

  private LaunchDefects() {}

  static Stream<Defect> all() {
    return Stream.of(
        new Defect(
            "launches afresh",
            sound -> {
              return launching(
                  sound,
                  (runtime, spec) -> {
                    runtime.remove(spec.uid());
                    return runtime.launch(spec);
                  });
            },
            "aRunningInstanceOfTheSameSpecIsAdopted",
            "anInstanceThatHasEndedIsLeftAsItIs"),
        new Defect(
            "adopts whatever there is",
            sound -> {
              return launching(
                  sound,
                  (runtime, spec) ->
                      runtime.find(spec.uid()).orElseGet(() -> runtime.launch(spec)));
            },
            "anInstanceOfAnotherSpecIsReplaced",
            "aCreatedAndAnEndedInstanceOfAnotherSpecAreReplaced"),
        new Defect(
            "leaves created as it is",
            sound -> {
              return launching(
                  sound,
                  (runtime, spec) ->
                      runtime
                          .find(spec.uid())
                          .filter(found -> found.specHash().equals(spec.specHash()))
                          .orElseGet(() -> runtime.launch(spec)));
            },
            "anInstanceThatWasOnlyCreatedIsStarted"),
        new Defect(
            "starts ended ones",
            sound -> {
              return launching(
                  sound,
                  (runtime, spec) -> {
                    var _ = runtime.launch(spec);
                    return runtime.start(spec.uid());
                  });
            },
            "anInstanceThatHasEndedIsLeftAsItIs"),
        new Defect(
            "removes who has the name",
            sound -> {
              return launching(
                  sound,
                  (runtime, spec) -> {
                    if (runtime.find(spec.uid()).isEmpty()) {
                      Machine machine = sound.engine().machine();
                      sound
                          .engine()
                          .lock()
                          .run(
                              () -> machine.byName(spec.instanceName()).ifPresent(machine::remove));
                    }
                    return runtime.launch(spec);
                  });
            },
            "aNameThatAForeignContainerHasIsAConflict",
            "aNameThatAnotherNodesInstanceHasIsAConflict"),
        new Defect(
            "takes a taken name for internal",
            sound -> {
              return launching(
                  sound,
                  (runtime, spec) -> {
                    try {
                      return runtime.launch(spec);
                    } catch (RuntimeFailure.Conflict e) {
                      throw new RuntimeFailure.Internal("500", e);
                    }
                  });
            },
            "aNameThatAForeignContainerHasIsAConflict"),
        new Defect(
            "loses the race for a name",
            sound -> {
              Map<String, String> underWay = new ConcurrentHashMap<>();

              return launching(
                  sound,
                  (runtime, spec) -> {
                    if (underWay.putIfAbsent(spec.uid(), "launch") != null) {
                      throw new RuntimeFailure.Conflict(
                          RuntimeFailure.Conflict.Subject.NAME, "taken");
                    }
                    return runtime.launch(spec);
                  });
            },
            "launchesOfOneWorkloadAtOnceMakeOneInstance"),
        new Defect(
            "leaves what cannot start",
            sound -> {
              return launching(
                  sound,
                  (runtime, spec) -> {
                    try {
                      return runtime.launch(spec);
                    } catch (RuntimeFailure.InvalidSpec | RuntimeFailure.Conflict e) {
                      sound.fixture().abandonLaunch(sound.node(), spec);
                      throw e;
                    }
                  });
            },
            "aCommandThatDoesNotExistIsInvalidAndNothingIsLeft",
            "aPortInUseIsAConflictAndNothingIsLeft"),
        new Defect(
            "pulls what is missing",
            sound -> {
              return launching(
                  sound,
                  (runtime, spec) -> {
                    sound.engine().addImage(spec.image());
                    return runtime.launch(spec);
                  });
            },
            "anImageThatIsMissingIsNotFoundAndNothingIsLeft"),
        new Defect(
            "only creates",
            sound ->
                launching(
                    sound,
                    (runtime, spec) -> {
                      sound.fixture().abandonLaunch(sound.node(), spec);
                      return runtime.find(spec.uid()).orElseThrow();
                    }),
            "aLaunchCreatesOneInstanceAndStartsIt"),
        new Defect(
            "trusts only what it made itself",
            sound -> {
              Set<String> made = ConcurrentHashMap.newKeySet();
              return launching(
                  sound,
                  (runtime, spec) -> {
                    if (made.add(spec.uid())) {
                      runtime.remove(spec.uid());
                    }
                    return runtime.launch(spec);
                  });
            },
            "anInstanceIsAdoptedByAnotherConnectionOfItsNode",
            "anInstanceThatWasOnlyCreatedIsStarted"),
        new Defect(
            "replaces for another grace period",
            sound ->
                launching(
                    sound,
                    (runtime, spec) -> {
                      if (sound
                          .engine()
                          .peekSpec(spec.uid())
                          .filter(old -> !old.stopGrace().equals(spec.stopGrace()))
                          .isPresent()) {
                        runtime.remove(spec.uid());
                      }
                      return runtime.launch(spec);
                    }),
            "anotherGracePeriodIsNoReasonToReplace"),
        new Defect(
            "has one failure for all launches",
            sound ->
                launching(
                    sound,
                    (runtime, spec) -> {
                      try {
                        return runtime.launch(spec);
                      } catch (RuntimeFailure e) {
                        throw new RuntimeFailure.Internal("launch failed", e);
                      }
                    }),
            "aMalformedImageReferenceIsInvalidAndNothingIsLeft",
            "anImageThatIsMissingIsNotFoundAndNothingIsLeft",
            "aCommandThatDoesNotExistIsInvalidAndNothingIsLeft",
            "anEnvironmentNameThatCannotBeIsInvalidAndNothingIsLeft",
            "aPortInUseIsAConflictAndNothingIsLeft"),
        new Defect(
            "cleans up too much",
            sound ->
                launching(
                    sound,
                    (runtime, spec) -> {
                      try {
                        return runtime.launch(spec);
                      } catch (RuntimeFailure e) {
                        runtime.list().forEach(instance -> runtime.remove(instance.uid()));
                        throw e;
                      }
                    }),
            "oneBadLaunchDoesNotHarmAnother"),
        new Defect(
            "gives up a workload whose launch was uncertain",
            sound ->
                launching(
                    sound,
                    (runtime, spec) -> {
                      if (sound.engine().audit().launches(spec.uid()) > 0) {
                        throw new RuntimeFailure.Internal("gave up", null);
                      }
                      return runtime.launch(spec);
                    }),
            "whatWasUncertainCanBeRepeatedWhenTheEngineAnswersAgain"));
  }
}
