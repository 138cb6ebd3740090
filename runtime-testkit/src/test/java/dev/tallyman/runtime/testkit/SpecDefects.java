package dev.tallyman.runtime.testkit;

import static dev.tallyman.runtime.testkit.Defect.changed;
import static dev.tallyman.runtime.testkit.Defect.rewriting;
import static dev.tallyman.runtime.testkit.Defect.showing;

import dev.tallyman.runtime.Capability;
import dev.tallyman.runtime.ContainerRuntime;
import dev.tallyman.runtime.Isolation;
import dev.tallyman.runtime.Limits;
import dev.tallyman.runtime.RuntimeInfo;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;

/** Defects in what becomes of a spec. */
final class SpecDefects {

  private SpecDefects() {}

  static Stream<Defect> all() {
    return Stream.of(
        new Defect(
            "ignores isolation",
            sound -> {
              return rewriting(sound, (parts, _) -> parts.isolation(Isolation.CONTAINER));
            },
            "anIsolationIsProvedOrRefused"),
        new Defect(
            "claims what it cannot",
            sound -> {
              ContainerRuntime lenient =
                  rewriting(sound, (parts, _) -> parts.isolation(Isolation.CONTAINER));
              return new DelegatingRuntime(lenient) {
                @Override
                public RuntimeInfo info() {
                  RuntimeInfo info = super.info();
                  return new RuntimeInfo(
                      info.kind(),
                      info.version(),
                      info.apiVersion(),
                      info.os(),
                      info.architecture(),
                      info.cpus(),
                      info.memoryBytes(),
                      EnumSet.allOf(Capability.class));
                }
              };
            },
            "anIsolationIsProvedOrRefused"),
        new Defect(
            "drops limits",
            sound -> {
              return rewriting(sound, (parts, _) -> parts.limits(Limits.NONE));
            },
            "boundsAreInForceOrRefused"),
        new Defect(
            "trims environment",
            sound -> {
              return rewriting(
                  sound,
                  (parts, spec) -> {
                    spec.env().forEach((key, value) -> parts.env(key, value.strip()));
                    return parts;
                  });
            },
            "oddEnvironmentArrivesAsItIs"),
        new Defect(
            "fills empty environment",
            sound -> {
              return rewriting(sound, (parts, _) -> parts.env("EMPTY", "null"));
            },
            "oddEnvironmentArrivesAsItIs"),
        new Defect(
            "splits arguments",
            sound -> {
              return rewriting(
                  sound,
                  (parts, spec) -> parts.args(List.of(String.join(" ", spec.args()).split(" "))));
            },
            "oddArgumentsArriveAsTheyAre"),
        new Defect(
            "drops labels",
            sound -> {
              return rewriting(
                  sound,
                  (parts, spec) -> {
                    spec.labels().keySet().forEach(key -> parts.label(key, "?"));
                    return parts;
                  });
            },
            "theWorkloadsOwnLabelsSurviveBesideOurs"),
        new Defect(
            "drops user",
            sound -> {
              return rewriting(sound, (parts, _) -> parts.user("0:0"));
            },
            "theUserIsThatOfTheSpecOrItIsRefused"),
        new Defect(
            "drops working directory",
            sound -> {
              return rewriting(sound, (parts, _) -> parts.workingDir("/"));
            },
            "theWorkingDirectoryIsThatOfTheSpec"),
        new Defect(
            "drops stop signal",
            sound -> {
              return rewriting(sound, (parts, _) -> parts.stopSignal("SIGTERM"));
            },
            "theSpecsOwnStopSignalIsUsedOrRefused"),
        new Defect(
            "hides ports",
            sound -> {
              return showing(sound, instance -> changed(instance, instance.state(), List.of()));
            },
            "aFixedPortIsPublishedAndReportedOrRefused",
            "thePortThatTheEngineChoseIsReported",
            "severalPortsArePublishedAtOnce"));
  }
}
