package dev.tallyman.runtime.testkit;

import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.Labels;
import dev.tallyman.runtime.Networking;
import dev.tallyman.runtime.ProcessSpec;
import dev.tallyman.runtime.RuntimeFailure;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** Finds those whose namespaces a spec shares. */
final class Shares {

  private Shares() {}

  /**
   * The ids of the containers whose namespaces a spec shares, by workload.
   *
   * @throws RuntimeFailure.InstanceNotFound if one does not run
   */
  static Map<String, String> of(InstanceSpec spec, String node, Collection<Container> containers) {
    Map<String, String> shares = new HashMap<>();
    for (String workload : workloads(spec)) {
      shares.put(
          workload,
          containers.stream()
              .filter(container -> container.belongsTo(node) && container.isAlive())
              .filter(container -> spec.stack().equals(container.labels().get(Labels.STACK)))
              .filter(container -> workload.equals(container.labels().get(Labels.WORKLOAD)))
              .map(Container::id)
              .findFirst()
              .orElseThrow(() ->
                  new RuntimeFailure.InstanceNotFound(
                      spec.instanceName()
                          + ": it shares a namespace with workload "
                          + workload
                          + ", which has no running instance")));
    }
    return Map.copyOf(shares);
  }

  private static SortedSet<String> workloads(InstanceSpec spec) {
    SortedSet<String> workloads = new TreeSet<>();
    if (spec.surroundings().networking().mode() instanceof Networking.SharedWith(String other)) {
      workloads.add(other);
    }
    ProcessSpec process = spec.surroundings().process();
    if (process.pidNamespace() instanceof ProcessSpec.OfWorkload(String other)) {
      workloads.add(other);
    }
    if (process.ipcNamespace() instanceof ProcessSpec.OfWorkload(String other)) {
      workloads.add(other);
    }
    return workloads;
  }
}
