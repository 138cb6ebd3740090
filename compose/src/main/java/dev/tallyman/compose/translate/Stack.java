package dev.tallyman.compose.translate;

import dev.tallyman.config.fault.Fault;
import dev.tallyman.proto.v1.Workload;
import java.util.List;
import java.util.Optional;

/**
 * What a project wants to run.
 *
 * @param name of the stack, a DNS label
 * @param workloads in the order of the services and of their replicas; each carries the stack's
 *     name, its uid and no generation, which who applies it gives
 * @param onFailure what becomes of it when it does not come up; empty if the file does not say
 * @param warnings what may be a mistake and stops nothing
 */
public record Stack(
    String name, List<Workload> workloads, Optional<OnFailure> onFailure, List<Fault> warnings) {

  /** What becomes of a stack that does not come up. */
  public enum OnFailure {
    /** What runs stays. */
    KEEP,
    /** What was started is taken down again. */
    ROLL_BACK
  }

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
