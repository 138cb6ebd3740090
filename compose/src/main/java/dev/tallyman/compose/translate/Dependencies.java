package dev.tallyman.compose.translate;

import static java.util.Objects.requireNonNull;

import dev.tallyman.config.fault.Suggestions;
import dev.tallyman.proto.v1.Dependency;
import dev.tallyman.proto.v1.DependencyCondition;
import dev.tallyman.proto.v1.RestartMode;
import dev.tallyman.proto.v1.WorkloadSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who needs whom: what {@code depends_on} says, and what links, shared namespaces and facts of
 * others imply. A dependency on a service becomes one on each of its replicas.
 */
final class Dependencies {

  /** How one service needs another, and where that is said. */
  private record Edge(
      DependencyCondition condition, boolean optional, boolean restart, Placed<?> said) {}

  private final Drafts drafts;
  private final Findings findings;
  private final Map<String, Map<String, Edge>> edges = new LinkedHashMap<>();

  /**
   * Finds the dependencies of all services.
   *
   * @param facts services whose facts a service uses, by its key, and where
   */
  Dependencies(Drafts drafts, Map<String, Map<String, Placed<?>>> facts, Findings findings) {
    this.drafts = drafts;
    this.findings = findings;
    for (Draft draft : drafts.all()) {
      Service service = draft.service();
      explicit(service);
      implicit(service);
      facts
          .getOrDefault(service.key(), Map.of())
          .forEach((other, said) -> fact(service, other, said));
    }
    findCycle();
    findUnneeded();
  }

  /** The dependencies of each replica of a service. */
  List<Dependency> of(Service service) {
    List<Dependency> dependencies = new ArrayList<>();
    of(service.key())
        .forEach((key, edge) -> {
          Dependency.Builder dependency =
              Dependency.newBuilder()
                  .setCondition(edge.condition())
                  .setOptional(edge.optional())
                  .setRestart(edge.restart());
          for (String workload : drafts.of(key).service().workloads()) {
            dependencies.add(dependency.setWorkload(workload).build());
          }
        });
    return dependencies;
  }

  private Map<String, Edge> of(String key) {
    return edges.computeIfAbsent(key, _ -> new LinkedHashMap<>());
  }

  private void explicit(Service service) {
    service
        .fields()
        .named("depends_on", ServiceKeys.DEPENDENCY)
        .forEach((key, fields) -> {
          boolean required = fields.flag("required").map(Placed::value).orElse(true);
          boolean restart = fields.flag("restart").map(Placed::value).orElse(false);
          Optional<DependencyCondition> condition = condition(fields);
          fields.close();
          Placed<String> said = fields.self().with(key);
          if (!required && !drafts.has(key)) {
            findings.warn(
                said.place(),
                said.path(),
                "there is no service %s, or no active profile has it; it is not waited for"
                    .formatted(key));
            return;
          }
          condition.ifPresent(good -> add(service, key, new Edge(good, !required, restart, said)));
        });
  }

  private Optional<DependencyCondition> condition(Fields fields) {
    Placed<String> word = fields.text("condition").orElse(fields.self().with("service_started"));
    return switch (word.value()) {
      case "service_started" -> Optional.of(DependencyCondition.DEPENDENCY_CONDITION_STARTED);
      case "service_healthy" -> Optional.of(DependencyCondition.DEPENDENCY_CONDITION_HEALTHY);
      case "service_completed_successfully" ->
          Optional.of(DependencyCondition.DEPENDENCY_CONDITION_COMPLETED);
      default -> {
        findings.bad(word, "service_started, service_healthy or service_completed_successfully");
        yield Optional.empty();
      }
    };
  }

  private void implicit(Service service) {
    Fields fields = service.fields();
    fields.texts("links").forEach(link -> imply(service, AliasConflicts.target(link), link));
    for (String key : List.of("network_mode", "pid", "ipc")) {
      fields
          .text(key)
          .filter(word -> word.value().startsWith("service:"))
          .map(word -> word.with(word.value().substring("service:".length())))
          // Whether there is such a service is told where the namespace is translated.
          .filter(name -> drafts.has(name.value()))
          .filter(name -> !name.value().equals(service.key()))
          .ifPresent(name -> share(service, name));
    }
  }

  /** Who lives in a namespace of another needs it to run. */
  private void share(Service service, Placed<String> name) {
    Edge said = of(service.key()).get(name.value());
    if (said != null && said.condition() == DependencyCondition.DEPENDENCY_CONDITION_COMPLETED) {
      findings.refuse(
          said.said().place(),
          said.said().path(),
          "service_completed_successfully, but %s at %s shares with it while it runs"
              .formatted(name.path(), name.place()));
    }
    imply(service, name.value(), name);
  }

  /** As with the specification's own implementation: started, required, restarted with it. */
  private void imply(Service service, String key, Placed<?> said) {
    if (!of(service.key()).containsKey(key)) {
      add(
          service,
          key,
          new Edge(DependencyCondition.DEPENDENCY_CONDITION_STARTED, false, true, said));
    }
  }

  private void fact(Service service, String key, Placed<?> said) {
    if (of(service.key()).containsKey(key)) {
      return;
    }
    WorkloadSpec.Builder other = drafts.of(key).spec();
    boolean probed = other.hasReadiness() || other.hasStartup();
    add(
        service,
        key,
        new Edge(
            probed
                ? DependencyCondition.DEPENDENCY_CONDITION_HEALTHY
                : DependencyCondition.DEPENDENCY_CONDITION_STARTED,
            false,
            false,
            said));
  }

  private void add(Service service, String key, Edge edge) {
    if (!drafts.has(key)) {
      findings.refuse(
          edge.said().place(),
          edge.said().path(),
          "there is no service %s%s".formatted(key, Suggestions.didYouMean(key, drafts.keys())));
      return;
    }
    of(service.key()).put(key, edge);
    Service other = drafts.of(key).service();
    if (other.replicas().value() == 0) {
      findings.warn(
          edge.said().place(),
          edge.said().path(),
          "%s has no replicas at %s and is not waited for"
              .formatted(key, other.replicas().place()));
      return;
    }
    checkReachable(edge, key);
  }

  /** Conditions that can never come true. */
  private void checkReachable(Edge edge, String key) {
    WorkloadSpec.Builder other = drafts.of(key).spec();
    if (edge.condition() == DependencyCondition.DEPENDENCY_CONDITION_HEALTHY
        && other.getIgnoreImageHealthCheck()
        && !other.hasReadiness()
        && !other.hasStartup()) {
      findings.refuse(
          edge.said().place(),
          edge.said().path(),
          "service_healthy, but the health check of %s is disabled (expected: service_started)"
              .formatted(key));
    }
    if (edge.condition() == DependencyCondition.DEPENDENCY_CONDITION_COMPLETED) {
      checkEnds(edge, key, other.getRestart().getMode());
    }
  }

  private void checkEnds(Edge edge, String key, RestartMode mode) {
    if (mode == RestartMode.RESTART_MODE_ALWAYS
        || mode == RestartMode.RESTART_MODE_UNLESS_STOPPED) {
      findings.warn(
          edge.said().place(),
          edge.said().path(),
          "service_completed_successfully, but %s is always restarted and so never completes"
              .formatted(key));
    }
    if (mode == RestartMode.RESTART_MODE_WHILE_NEEDED) {
      findings.refuse(
          edge.said().place(),
          edge.said().path(),
          "service_completed_successfully, but %s runs for as long as this service has work left"
              .formatted(key));
    }
  }

  /** What runs for others only, and has none. */
  private void findUnneeded() {
    Set<String> needed = new LinkedHashSet<>();
    edges.values().forEach(ofOne -> needed.addAll(ofOne.keySet()));
    drafts.all().stream()
        .filter(
            draft -> draft.spec().getRestart().getMode() == RestartMode.RESTART_MODE_WHILE_NEEDED)
        .map(Draft::service)
        .filter(service -> !needed.contains(service.key()))
        .forEach(service ->
            findings.warn(
                service.fields().self().place(),
                service.fields().self().path(),
                "runs only while needed, but no service depends on it, so that it never starts"));
  }

  /** Tells of the first cycle, member by member. */
  private void findCycle() {
    Set<String> finished = new LinkedHashSet<>();
    for (String start : drafts.keys()) {
      // Iterative, for a chain may be as long as the file.
      List<String> path = new ArrayList<>(List.of(start));
      List<List<String>> waiting = new ArrayList<>(List.of(next(start)));
      Set<String> onPath = new LinkedHashSet<>(path);
      while (!path.isEmpty()) {
        List<String> rest = waiting.getLast();
        if (rest.isEmpty() || finished.contains(path.getLast())) {
          finished.add(path.getLast());
          onPath.remove(path.removeLast());
          waiting.removeLast();
          continue;
        }
        String next = rest.removeFirst();
        if (onPath.contains(next)) {
          tell(path.subList(path.indexOf(next), path.size()), next);
          return;
        }
        if (!finished.contains(next)) {
          path.add(next);
          onPath.add(next);
          waiting.add(next(next));
        }
      }
    }
  }

  private List<String> next(String key) {
    return new ArrayList<>(of(key).keySet());
  }

  private void tell(List<String> members, String first) {
    Placed<?> said = requireNonNull(of(members.getLast()).get(first)).said();
    List<String> round = new ArrayList<>(members);
    round.add(first);
    findings.refuse(
        said.place(),
        said.path(),
        "a cycle of dependencies: %s; take one of them out".formatted(String.join(" -> ", round)));
  }
}
