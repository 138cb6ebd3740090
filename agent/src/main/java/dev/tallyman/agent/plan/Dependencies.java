package dev.tallyman.agent.plan;

import dev.tallyman.agent.model.Dependency.Follow;
import dev.tallyman.agent.model.History;
import dev.tallyman.agent.model.Phase;
import dev.tallyman.agent.model.Workload;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a workload's dependencies mean for it. */
final class Dependencies {

  private Dependencies() {}

  /** Why the workload must not be started yet; empty if it may. */
  static Optional<Verdict> wait(Situation s) {
    if (s.neighbours().cycle().isPresent()) {
      return Optional.of(
          Verdict.of(
              Phase.REJECTED,
              "DependencyCycle",
              "dependencies: "
                  + s.neighbours().cycle().get()
                  + " (expected: no workload that depends on itself)."));
    }
    return s.neighbours().dependencies().stream()
        .filter(view -> !view.isSatisfied())
        .findFirst()
        .map(Dependencies::waitFor);
  }

  private static Verdict waitFor(DependencyView view) {
    String name = view.dependency().workload();
    return switch (view.standing()) {
      case ABSENT ->
          Verdict.of(
              Phase.WAITING,
              "DependencyMissing",
              "It waits for " + name + ", which its stack does not have.");
      case FAILED ->
          Verdict.of(
              Phase.WAITING,
              "DependencyFailed",
              "It waits for " + name + ", which has failed: " + view.detail());
      case PENDING, STARTED, HEALTHY, COMPLETED ->
          Verdict.of(
              Phase.WAITING,
              "DependencyNotReady",
              "It waits until " + name + " " + goal(view) + ". Now: " + view.detail());
    };
  }

  private static String goal(DependencyView view) {
    return switch (view.dependency().condition()) {
      case STARTED -> "runs";
      case HEALTHY -> "is healthy";
      case COMPLETED -> "has run to its end with exit code 0";
    };
  }

  /** Whether it runs only for others, and they do not need it now. */
  static Optional<Verdict> unneeded(Situation s, Workload w) {
    return switch (w.restart().mode()) {
      case NO, ON_FAILURE, ALWAYS, UNLESS_STOPPED -> Optional.empty();
      case WHILE_NEEDED ->
          switch (s.neighbours().demand()) {
            case PRESENT -> Optional.empty();
            case OVER ->
                Optional.of(
                    Verdict.of(Phase.SUCCEEDED, "NotNeeded", "All that depend on it have ended."));
            case NONE ->
                Optional.of(Verdict.of(Phase.WAITING, "NotNeeded", "No workload depends on it."));
          };
    };
  }

  /** Waits until those that need this workload have stopped. */
  static Optional<Verdict> stopOrder(Situation s) {
    return s.neighbours().dependants().isEmpty()
        ? Optional.empty()
        : Optional.of(
            Verdict.of(
                Phase.STOPPING,
                "WaitingForDependants",
                "It is stopped after " + String.join(", ", s.neighbours().dependants()) + "."));
  }

  /** Which beginnings of others a run belongs to that is new, or that did not know of some yet. */
  static Map<String, String> beginnings(Map<String, String> known, List<DependencyView> views) {
    if (known.isEmpty() && views.isEmpty()) {
      return known;
    }
    Map<String, String> beginnings = new HashMap<>();
    views.forEach(view ->
        view.beginning()
            .ifPresent(now ->
                beginnings.put(
                    view.dependency().workload(),
                    known.getOrDefault(view.dependency().workload(), now))));
    known.forEach((name, beginning) -> {
      if (views.stream().anyMatch(view -> view.dependency().workload().equals(name))) {
        beginnings.putIfAbsent(name, beginning);
      }
    });
    return beginnings;
  }

  /** The first dependency that has begun anew since the present run began, and is good enough. */
  static Optional<DependencyView> anew(History history, List<DependencyView> views) {
    if (views.isEmpty()) {
      return Optional.empty();
    }
    return views.stream()
        .filter(view -> view.dependency().follow() != Follow.STAY && view.isSatisfied())
        .filter(view ->
            Optional.ofNullable(history.followed().get(view.dependency().workload()))
                .flatMap(known -> view.beginning().filter(now -> !now.equals(known)))
                .isPresent())
        .findFirst();
  }

  /**
   * The first dependency in whose namespace an instance was made and whose own instance is another
   * one now: such an instance cannot be started again.
   */
  static Optional<DependencyView> replacedHost(History history, List<DependencyView> views) {
    return views.stream()
        .filter(view -> view.dependency().follow() == Follow.REJOIN)
        .filter(view ->
            Optional.ofNullable(history.followed().get(view.dependency().workload()))
                .flatMap(known ->
                    view.beginning()
                        .filter(now ->
                            !DependencyView.instanceOf(now)
                                .equals(DependencyView.instanceOf(known))))
                .isPresent())
        .findFirst();
  }
}
