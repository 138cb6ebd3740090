package dev.tallyman.cli.doctor;

import dev.tallyman.agent.roster.RuntimeChoice;
import dev.tallyman.runtime.Capability;
import dev.tallyman.runtime.Deadlines;
import dev.tallyman.runtime.RuntimeInfo;
import dev.tallyman.runtime.oci.EngineCandidate;
import dev.tallyman.runtime.oci.EngineCandidate.Verdict;
import dev.tallyman.runtime.oci.EngineDetection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Looks for container engines, as an agent does. */
final class EngineChecks {

  private EngineChecks() {}

  /** One finding for each place where an engine can be, and what that means for an agent. */
  static List<Finding> look(List<RuntimeChoice> choices, Deadlines deadlines) {
    List<EngineDetection.Configured> configured =
        choices.stream()
            .flatMap(choice ->
                choice.address().stream()
                    .map(address -> new EngineDetection.Configured(choice.name(), address)))
            .toList();
    List<EngineCandidate> candidates = new EngineDetection(deadlines).detect(configured);
    List<Finding> findings = new ArrayList<>();
    candidates.forEach(candidate -> findings.add(finding(candidate)));
    findings.addAll(verdict(choices, candidates));
    return findings;
  }

  private static Finding finding(EngineCandidate candidate) {
    String place = candidate.address() + " (" + candidate.source() + ")";
    return switch (candidate.verdict()) {
      case Verdict.Usable(Path _, RuntimeInfo info) ->
          Finding.ok(
              candidate.name(),
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
      case Verdict.Unusable(String reason) -> Finding.note(candidate.name(), place + ": " + reason);
    };
  }

  private static List<Finding> verdict(
      List<RuntimeChoice> choices, List<EngineCandidate> candidates) {
    Set<String> usable =
        candidates.stream()
            .filter(candidate -> candidate.verdict() instanceof Verdict.Usable)
            .map(EngineCandidate::name)
            .collect(Collectors.toSet());
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
