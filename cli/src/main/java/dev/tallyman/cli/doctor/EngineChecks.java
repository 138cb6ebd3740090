package dev.tallyman.cli.doctor;

import dev.tallyman.agent.roster.AppleUse;
import dev.tallyman.agent.roster.RuntimeChoice;
import dev.tallyman.runtime.Capability;
import dev.tallyman.runtime.Deadlines;
import dev.tallyman.runtime.RuntimeInfo;
import dev.tallyman.runtime.apple.AppleProbe;
import dev.tallyman.runtime.apple.system.SystemStarter.Permission;
import dev.tallyman.runtime.oci.EngineCandidate;
import dev.tallyman.runtime.oci.EngineCandidate.Verdict;
import dev.tallyman.runtime.oci.EngineDetection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Looks for container engines, as an agent does. */
final class EngineChecks {

  private EngineChecks() {}

  /** One finding for each place where an engine can be, and what that means for an agent. */
  static List<Finding> look(List<RuntimeChoice> choices, AppleUse apple, Deadlines deadlines) {
    List<EngineDetection.Configured> configured =
        choices.stream()
            .flatMap(choice ->
                choice.socket().stream()
                    .map(socket ->
                        new EngineDetection.Configured(choice.name(), "unix://" + socket)))
            .toList();
    List<EngineCandidate> candidates = new EngineDetection(deadlines).detect(configured);
    List<Finding> findings = new ArrayList<>();
    candidates.forEach(candidate -> findings.add(finding(candidate)));
    Set<String> usable =
        candidates.stream()
            .filter(candidate -> candidate.verdict() instanceof Verdict.Usable)
            .map(EngineCandidate::name)
            .collect(Collectors.toCollection(TreeSet::new));
    for (AppleUse.Wanted wanted : apple.wantedHere(choices)) {
      AppleProbe found = AppleProbe.look(wanted.command(), deadlines, System.getenv());
      findings.add(finding(wanted, apple.permission(), found));
      if (canBeUsed(found, apple.permission())) {
        usable.add(wanted.name());
      }
    }
    findings.addAll(verdict(choices, usable));
    return findings;
  }

  private static boolean canBeUsed(AppleProbe found, Permission permission) {
    return switch (found) {
      case AppleProbe.Ready _ -> true;
      case AppleProbe.ServiceDown _ -> permission == Permission.MAY_START;
      case AppleProbe.Unusable _ -> false;
    };
  }

  private static Finding finding(AppleUse.Wanted wanted, Permission permission, AppleProbe found) {
    String place = wanted.command() + " (Apple's container)";
    return switch (found) {
      case AppleProbe.Ready(RuntimeInfo info) -> ready(wanted.name(), place, info);
      case AppleProbe.ServiceDown(String version, String reason) ->
          Finding.note(
              wanted.name(),
              "%s\nversion %s; %s%s"
                  .formatted(
                      place,
                      version,
                      reason,
                      switch (permission) {
                        case MAY_START -> "; the agent starts it";
                        case MAY_NOT_START -> "; apple.start-system: false";
                      }));
      case AppleProbe.Unusable(String reason) -> Finding.note(wanted.name(), place + ": " + reason);
    };
  }

  private static Finding finding(EngineCandidate candidate) {
    String place = candidate.address() + " (" + candidate.source() + ")";
    return switch (candidate.verdict()) {
      case Verdict.Usable(Path _, RuntimeInfo info) -> ready(candidate.name(), place, info);
      case Verdict.Unusable(String reason) -> Finding.note(candidate.name(), place + ": " + reason);
    };
  }

  private static Finding ready(String name, String place, RuntimeInfo info) {
    return Finding.ok(
        name,
        "%s\n%s %s, API %s, %s/%s; can: %s"
            .formatted(
                place,
                info.kind(),
                info.version(),
                info.apiVersion(),
                info.os(),
                info.architecture(),
                info.capabilities().stream()
                    .map(Capability::word)
                    .sorted()
                    .collect(Collectors.joining(", "))));
  }

  private static List<Finding> verdict(List<RuntimeChoice> choices, Set<String> usable) {
    List<Finding> missing =
        choices.stream()
            .filter(choice -> !usable.contains(choice.name()))
            .map(choice ->
                Finding.failed(
                    "runtimes", choice.name() + ": configured, and no such engine can be used"))
            .toList();
    if (!missing.isEmpty()) {
      return missing;
    }
    return usable.isEmpty()
        ? List.of(
            Finding.failed(
                "runtimes",
                "no container engine can be used; start one of the above, or install Podman or"
                    + " Docker"))
        : List.of(
            Finding.ok(
                "runtimes",
                "an agent uses "
                    + (choices.isEmpty()
                        ? usable.stream().sorted().collect(Collectors.joining(", "))
                        : choices.stream()
                            .map(RuntimeChoice::name)
                            .collect(Collectors.joining(", ")))));
  }
}
