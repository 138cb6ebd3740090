package dev.tallyman.cli.stack;

import dev.tallyman.cli.process.CommandFailure;
import dev.tallyman.proto.v1.NodeWorkload;
import dev.tallyman.proto.v1.WorkloadStatus;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Whose output a person wants. Immutable.
 *
 * @param stack the stack that all are of; empty when the names say it each
 * @param names what was named; none for all of the stack
 */
public record LogChoice(Optional<String> stack, List<String> names) {

  /** Copies the list. */
  public LogChoice {
    names = List.copyOf(names);
  }

  /**
   * What these names mean among what there is.
   *
   * @throws CommandFailure when one means nothing there
   */
  public static LogChoice of(
      Optional<String> stack, List<String> names, List<NodeWorkload> present) {
    LogChoice choice = new LogChoice(stack, names);
    for (String name : names) {
      if (present.stream().noneMatch(workload -> choice.means(name, workload.getStatus()))) {
        throw CommandFailure.failed(
            "%s: the agent knows no such workload%s"
                .formatted(name, stack.map(of -> " in stack " + of).orElse(" or stack")));
      }
    }
    boolean empty = names.isEmpty() && present.stream().noneMatch(choice::contains);
    if (empty) {
      throw CommandFailure.failed(
          stack.map(of -> "stack " + of + " has no workloads").orElse("there are no workloads"));
    }
    return choice;
  }

  /** The stack to watch; empty for all. */
  public String watched() {
    return stack.orElse("");
  }

  /** Whether the workload is meant. */
  public boolean contains(NodeWorkload workload) {
    WorkloadStatus status = workload.getStatus();
    return names.isEmpty()
        ? stack.filter(status.getStack()::equals).isPresent()
        : names.stream().anyMatch(name -> means(name, status));
  }

  private boolean means(String name, WorkloadStatus status) {
    if (name.equals(status.getUid()) || name.equals(status.getStack() + "/" + status.getName())) {
      return true;
    }
    if (stack.isEmpty()) {
      return name.equals(status.getStack());
    }
    return status.getStack().equals(stack.get())
        && (status.getName().equals(name)
            || status.getName().matches(Pattern.quote(name) + "-[1-9][0-9]*"));
  }
}
