package dev.tallyman.compose.translate;

import dev.tallyman.config.fault.Fault;
import dev.tallyman.proto.v1.Workload;
import java.util.List;

/**
 * What a project wants to run.
 *
 * @param name of the stack, a DNS label
 * @param workloads in the order of the services and of their replicas; each carries the stack's
 *     name, its uid and no generation, which who applies it gives
 * @param warnings what may be a mistake and stops nothing
 */
public record Stack(String name, List<Workload> workloads, List<Fault> warnings) {

  /** Copies the lists. */
  public Stack {
    workloads = List.copyOf(workloads);
    warnings = List.copyOf(warnings);
  }

  /** The names of stack and workloads; not the workloads, which may hold secrets. */
  @Override
  public String toString() {
    return "Stack[name=%s, workloads=%s]"
        .formatted(name, workloads.stream().map(Workload::getName).toList());
  }
}
