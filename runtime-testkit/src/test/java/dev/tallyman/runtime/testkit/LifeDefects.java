package dev.tallyman.runtime.testkit;

import static dev.tallyman.runtime.testkit.Defect.stopping;

import dev.tallyman.runtime.HostFile;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.InstanceState;
import dev.tallyman.runtime.RuntimeFailure;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Defects of start, stop and remove. */
final class LifeDefects {

  private LifeDefects() {}

  static Stream<Defect> all() {
    return Stream.of(
        new Defect(
            "stops without grace",
            sound -> {
              return stopping(sound, (runtime, uid, _) -> runtime.stop(uid, Duration.ZERO));
            },
            "aProcessThatHandlesItsSignalEndsInGoodOrder",
            "aProcessThatIgnoresItsSignalIsKilledAfterTheGracePeriod"),
        new Defect(
            "cuts fractions of grace",
            sound -> {
              return stopping(
                  sound,
                  (runtime, uid, grace) ->
                      runtime.stop(uid, Duration.ofSeconds(grace.toSeconds())));
            },
            "aFractionOfASecondOfGraceIsRoundedUp"),
        new Defect(
            "takes no grace for the default",
            sound -> {
              return stopping(
                  sound,
                  (runtime, uid, grace) ->
                      runtime.stop(uid, grace.isZero() ? Duration.ofSeconds(10) : grace));
            },
            "withoutGraceAProcessIsKilledAtOnce"),
        new Defect(
            "returns before the end",
            sound -> {
              return stopping(
                  sound,
                  (runtime, uid, grace) -> {
                    Thread.ofVirtual().start(() -> runtime.stop(uid, grace));
                    return runtime.find(uid);
                  });
            },
            "aProcessThatIgnoresItsSignalIsKilledAfterTheGracePeriod"),
        new Defect(
            "complains of stopping what is gone",
            sound -> {
              return stopping(
                  sound,
                  (runtime, uid, grace) ->
                      Optional.of(
                          runtime
                              .stop(uid, grace)
                              .orElseThrow(() -> new RuntimeFailure.InstanceNotFound("404"))));
            },
            "whatIsGoneNeedsNoStop"),
        new Defect(
            "removes what it stops",
            sound -> {
              return stopping(
                  sound,
                  (runtime, uid, grace) -> {
                    Optional<Instance> stopped = runtime.stop(uid, grace);
                    runtime.remove(uid);
                    return stopped;
                  });
            },
            "aProcessThatHandlesItsSignalEndsInGoodOrder"),
        new Defect(
            "complains of removing what is gone",
            sound -> {
              return new DelegatingRuntime(sound.runtime()) {
                @Override
                public void remove(String uid) {
                  if (find(uid).isEmpty()) {
                    throw new RuntimeFailure.InstanceNotFound("404");
                  }
                  super.remove(uid);
                }
              };
            },
            "whatIsGoneNeedsNoRemoval"),
        new Defect(
            "removes only what has ended",
            sound -> {
              return new DelegatingRuntime(sound.runtime()) {
                @Override
                public void remove(String uid) {
                  if (find(uid).filter(i -> i.state() instanceof InstanceState.Running).isEmpty()) {
                    super.remove(uid);
                  }
                }
              };
            },
            "aRunningInstanceIsKilledAndRemoved"),
        new Defect(
            "removes everything",
            sound -> {
              return new DelegatingRuntime(sound.runtime()) {
                @Override
                public void remove(String uid) {
                  list().forEach(instance -> super.remove(instance.uid()));
                }
              };
            },
            "onlyTheWorkloadsOwnInstanceIsRemoved"),
        new Defect(
            "starts by replacing",
            sound -> {
              return new DelegatingRuntime(sound.runtime()) {
                @Override
                public Instance start(String uid, List<HostFile> files) {
                  Optional<InstanceSpec> spec = sound.engine().peekSpec(uid);
                  if (spec.isEmpty()) {
                    return super.start(uid, files);
                  }
                  super.remove(uid);
                  return super.launch(spec.orElseThrow());
                }
              };
            },
            "anEndedInstanceIsStartedAgainAsTheSame"),
        new Defect(
            "restarts running ones",
            sound -> {
              return new DelegatingRuntime(sound.runtime()) {
                @Override
                public Instance start(String uid, List<HostFile> files) {
                  var _ = super.stop(uid, Duration.ZERO);
                  return super.start(uid, files);
                }
              };
            },
            "aRunningInstanceIsLeftAsItIs"),
        new Defect(
            "starts what it stops",
            sound ->
                stopping(
                    sound,
                    (runtime, uid, _) -> {
                      if (runtime.find(uid).isPresent()) {
                        var _ = runtime.start(uid);
                      }
                      return runtime.stop(uid, Duration.ZERO);
                    }),
            "anInstanceThatHasEndedKeepsItsEnd",
            "anInstanceThatWasOnlyCreatedNeedsNoStop"),
        new Defect(
            "removes only what runs",
            sound ->
                new DelegatingRuntime(sound.runtime()) {
                  @Override
                  public void remove(String uid) {
                    if (find(uid)
                        .filter(i -> i.state() instanceof InstanceState.Running)
                        .isPresent()) {
                      super.remove(uid);
                    }
                  }
                },
            "anEndedInstanceIsRemoved",
            "anInstanceThatWasOnlyCreatedIsRemoved"),
        new Defect(
            "starts only what has run before",
            sound ->
                new DelegatingRuntime(sound.runtime()) {
                  @Override
                  public Instance start(String uid, List<HostFile> files) {
                    return find(uid)
                        .filter(i -> i.state() instanceof InstanceState.Created)
                        .orElseGet(() -> super.start(uid, files));
                  }
                },
            "aCreatedInstanceIsStarted"),
        new Defect(
            "starts nothing a second time",
            sound ->
                new DelegatingRuntime(sound.runtime()) {
                  @Override
                  public Instance start(String uid, List<HostFile> files) {
                    return find(uid)
                        .filter(i -> i.state() instanceof InstanceState.Exited)
                        .orElseGet(() -> super.start(uid, files));
                  }
                },
            "aProcessThatWasStartedAgainEndsAgain",
            "anEndedInstanceIsStartedAgainAsTheSame"),
        new Defect(
            "has one failure for all starts",
            sound ->
                new DelegatingRuntime(sound.runtime()) {
                  @Override
                  public Instance start(String uid, List<HostFile> files) {
                    try {
                      return super.start(uid, files);
                    } catch (RuntimeFailure e) {
                      throw new RuntimeFailure.Internal("start failed", e);
                    }
                  }
                },
            "whatIsGoneCannotBeStarted",
            "aCommandThatNeverBeganHasNoExitCode",
            "anEndedInstanceGivesItsPortBack"));
  }
}
