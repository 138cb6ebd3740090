package dev.tallyman.cli.stack;

import dev.tallyman.cli.process.CommandFailure;
import dev.tallyman.compose.load.Project;
import dev.tallyman.compose.translate.Names;
import dev.tallyman.config.fault.Suggestions;
import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.proto.v1.Dependency;
import dev.tallyman.proto.v1.NetworkMode;
import dev.tallyman.proto.v1.NodeWorkload;
import dev.tallyman.proto.v1.Workload;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Which services of a project a person wants. Immutable. */
public final class ServiceChoice {

  /** Labels of services; empty for all. */
  private final Set<String> labels;

  private ServiceChoice(Set<String> labels) {
    this.labels = Set.copyOf(labels);
  }

  /**
   * These services, or all when none is named.
   *
   * @throws CommandFailure when the project has no such service, or its profile is not active
   */
  public static ServiceChoice of(Project project, List<String> names) {
    Set<String> known = new LinkedHashSet<>();
    project.model().entries().stream()
        .filter(entry -> entry.key().equals("services"))
        .forEach(entry -> {
          if (entry.value() instanceof YamlValue.Mapping services) {
            services.entries().forEach(service -> known.add(service.key()));
          }
        });
    Set<String> labels = new HashSet<>();
    for (String name : names) {
      if (!known.contains(name)) {
        throw CommandFailure.usage(
            "%s: no such service, or none of an active profile%s"
                .formatted(name, Suggestions.didYouMean(name, known)));
      }
      labels.add(Names.stack(name).orElse(name));
    }
    return new ServiceChoice(labels);
  }

  /**
   * The workloads of the chosen services, those that they depend on, and those that the stack has
   * already: what is handed over takes the place of the whole stack.
   */
  public List<Workload> select(List<Workload> workloads, List<NodeWorkload> present) {
    if (labels.isEmpty()) {
      return workloads;
    }
    Map<String, Workload> byName = new HashMap<>();
    workloads.forEach(workload -> byName.put(workload.getName(), workload));
    Set<String> wanted = new HashSet<>();
    Deque<String> open = new ArrayDeque<>();
    workloads.stream().map(Workload::getName).filter(this::isChosen).forEach(open::add);
    present.stream()
        .filter(NodeWorkload::hasWorkload)
        .map(workload -> workload.getWorkload().getName())
        .forEach(open::add);
    while (!open.isEmpty()) {
      Workload workload = byName.get(open.remove());
      if (workload == null || !wanted.add(workload.getName())) {
        continue;
      }
      workload.getDependenciesList().stream().map(Dependency::getWorkload).forEach(open::add);
      if (workload.getSpec().getNetworking().getMode() == NetworkMode.NETWORK_MODE_WORKLOAD) {
        open.add(workload.getSpec().getNetworking().getWorkload());
      }
    }
    return workloads.stream().filter(workload -> wanted.contains(workload.getName())).toList();
  }

  /** A service's workload is called like it, or like its replicas. */
  private boolean isChosen(String workload) {
    return labels.stream()
        .anyMatch(label ->
            workload.equals(label) || workload.matches(Pattern.quote(label) + "-[1-9][0-9]*"));
  }
}
