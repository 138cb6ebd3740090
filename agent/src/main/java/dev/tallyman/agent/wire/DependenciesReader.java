package dev.tallyman.agent.wire;

import dev.tallyman.agent.model.Dependency.Condition;
import dev.tallyman.agent.model.Dependency.Follow;
import dev.tallyman.agent.model.Dependency.Need;
import dev.tallyman.proto.v1.Dependency;
import dev.tallyman.proto.v1.DependencyCondition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads what one workload waits for, namespaces that it shares included. */
final class DependenciesReader {

  private DependenciesReader() {}

  /**
   * A namespace of another workload that one lives in, which makes it a dependency.
   *
   * @param field where that is said
   */
  record Sharing(String field, String workload) {}

  static List<dev.tallyman.agent.model.Dependency> read(
      Identity self, List<Dependency> messages, List<Sharing> shared, FieldFaults faults) {
    faults.addIfMore("dependencies", messages.size(), "workloads", Bounds.PARTS);
    Map<String, dev.tallyman.agent.model.Dependency> dependencies = new LinkedHashMap<>();
    Map<String, Integer> indices = new LinkedHashMap<>();
    for (int i = 0; i < messages.size(); i++) {
      String field = "dependencies[" + i + "]";
      Dependency message = messages.get(i);
      String workload = other(field + ".workload", message.getWorkload(), self, faults);
      Integer before = indices.putIfAbsent(workload, i);
      if (before != null) {
        faults.add(
            field + ".workload",
            workload,
            "a workload that dependencies[" + before + "] does not name already");
      }
      dependencies.put(
          workload,
          new dev.tallyman.agent.model.Dependency(
              workload,
              condition(field + ".condition", message, faults),
              message.getOptional() ? Need.OPTIONAL : Need.REQUIRED,
              message.getRestart() ? Follow.RESTART : Follow.STAY));
    }
    for (Sharing sharing : shared) {
      Condition condition =
          switch (dependencies.get(sharing.workload())) {
            case null -> Condition.STARTED;
            case dev.tallyman.agent.model.Dependency explicit -> {
              if (explicit.condition() == Condition.COMPLETED) {
                faults.add(
                    "dependencies[" + indices.get(sharing.workload()) + "].condition",
                    DependencyCondition.DEPENDENCY_CONDITION_COMPLETED,
                    "a workload that runs, since " + sharing.field() + " shares with it");
              }
              yield explicit.condition();
            }
          };
      dependencies.put(
          sharing.workload(),
          new dev.tallyman.agent.model.Dependency(
              sharing.workload(), condition, Need.REQUIRED, Follow.REJOIN));
    }
    return new ArrayList<>(dependencies.values());
  }

  /** The name of another workload of the stack. */
  static String other(String field, String workload, Identity self, FieldFaults faults) {
    Form.DNS_LABEL.required(field, workload, faults);
    if (!workload.isEmpty() && workload.equals(self.name())) {
      faults.add(field, workload, "another workload than this one");
    }
    return workload;
  }

  private static Condition condition(String field, Dependency message, FieldFaults faults) {
    return switch (message.getCondition()) {
      case DEPENDENCY_CONDITION_UNSPECIFIED, DEPENDENCY_CONDITION_STARTED -> Condition.STARTED;
      case DEPENDENCY_CONDITION_HEALTHY -> Condition.HEALTHY;
      case DEPENDENCY_CONDITION_COMPLETED -> Condition.COMPLETED;
      case UNRECOGNIZED -> {
        faults.add(field, message.getConditionValue(), Texts.words(DependencyCondition.values()));
        yield Condition.STARTED;
      }
    };
  }
}
