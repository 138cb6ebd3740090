package dev.tallyman.agent.wire;

import dev.tallyman.agent.model.Dependency;
import dev.tallyman.agent.model.RestartPolicy;
import dev.tallyman.agent.model.UpdatePolicy;
import dev.tallyman.agent.model.Workload;
import dev.tallyman.proto.v1.Backoff;
import dev.tallyman.proto.v1.DependencyCondition;
import dev.tallyman.proto.v1.Enforcement;
import dev.tallyman.proto.v1.EnvVar;
import dev.tallyman.proto.v1.Isolation;
import dev.tallyman.proto.v1.Port;
import dev.tallyman.proto.v1.PortProtocol;
import dev.tallyman.proto.v1.PullPolicy;
import dev.tallyman.proto.v1.RestartMode;
import dev.tallyman.proto.v1.UpdateFailure;
import dev.tallyman.proto.v1.UpdateOrder;
import dev.tallyman.proto.v1.WorkloadSpec;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.PortBinding;

/**
 * Turns workloads into messages. {@link WorkloadReader} reads back the very same workload; defaults
 * are written out.
 */
public final class WorkloadWriter {

  private WorkloadWriter() {}

  /** The workload as a message, with all secrets that are in it. */
  public static dev.tallyman.proto.v1.Workload write(Workload workload) {
    dev.tallyman.proto.v1.Workload.Builder message =
        dev.tallyman.proto.v1.Workload.newBuilder()
            .setUid(workload.uid())
            .setName(workload.name())
            .setStack(workload.stack())
            .putAllLabels(workload.spec().labels())
            .setGeneration(workload.generation())
            .setSpec(spec(workload))
            .setUpdate(update(workload.update()));
    workload.dependencies().forEach(dependency -> message.addDependencies(write(dependency)));
    return message.build();
  }

  /** The workload as a message for people: secret files have no content. */
  public static dev.tallyman.proto.v1.Workload shown(Workload workload) {
    dev.tallyman.proto.v1.Workload.Builder message = write(workload).toBuilder();
    message
        .getSpecBuilder()
        .getFilesBuilderList()
        .forEach(file -> {
          switch (file.getKind()) {
            case FILE_KIND_CONFIG -> {
              // It may be shown.
            }
            case FILE_KIND_SECRET, FILE_KIND_UNSPECIFIED, UNRECOGNIZED -> file.clearContent();
          }
        });
    return message.build();
  }

  private static WorkloadSpec spec(Workload workload) {
    InstanceSpec spec = workload.spec();
    WorkloadSpec.Builder message =
        WorkloadSpec.newBuilder()
            .setImage(spec.image())
            .setPullPolicy(pullPolicy(workload.pullPolicy()))
            .addAllCommand(spec.command())
            .addAllArgs(spec.args())
            .setIsolation(isolation(spec.isolation()))
            .setRestart(restart(workload.restart()))
            .setStopGracePeriod(Times.write(spec.stopGrace()))
            .setEnforcement(enforcement(workload.enforcement()));
    message
        .getResourcesBuilder()
        .setCpuMillis(spec.limits().cpuMillis())
        .setMemoryBytes(spec.limits().memoryBytes())
        .setPids(spec.limits().pids());
    spec.env()
        .forEach((name, text) -> {
          EnvVar.Builder variable = EnvVar.newBuilder().setName(name);
          message.addEnv(
              workload.templates().contains(name)
                  ? variable.setTemplate(text)
                  : variable.setValue(text));
        });
    spec.workingDir().ifPresent(message::setWorkingDir);
    spec.user().ifPresent(message::setUser);
    workload.runtime().ifPresent(message::setRuntime);
    spec.ports().forEach(port -> message.addPorts(port(port)));
    spec.stopSignal().ifPresent(message::setStopSignal);
    spec.fixedName().ifPresent(message::setInstanceName);
    SurroundingsWriter.write(spec.surroundings(), message);
    ProbesWriter.write(workload.probes(), message);
    return message.build();
  }

  /** The port as a message. */
  static Port port(PortBinding port) {
    return Port.newBuilder()
        .setContainerPort(port.containerPort())
        .setHostPort(port.hostPort())
        .setHostIp(port.hostIp())
        .setProtocol(
            switch (port.protocol()) {
              case TCP -> PortProtocol.PORT_PROTOCOL_TCP;
              case UDP -> PortProtocol.PORT_PROTOCOL_UDP;
            })
        .build();
  }

  private static PullPolicy pullPolicy(dev.tallyman.agent.model.PullPolicy policy) {
    return switch (policy) {
      case ALWAYS -> PullPolicy.PULL_POLICY_ALWAYS;
      case IF_NOT_PRESENT -> PullPolicy.PULL_POLICY_IF_NOT_PRESENT;
      case NEVER -> PullPolicy.PULL_POLICY_NEVER;
    };
  }

  private static Enforcement enforcement(Workload.Enforcement enforcement) {
    return switch (enforcement) {
      case STRICT -> Enforcement.ENFORCEMENT_STRICT;
      case WARN -> Enforcement.ENFORCEMENT_WARN;
    };
  }

  private static Isolation isolation(dev.tallyman.runtime.Isolation isolation) {
    return switch (isolation) {
      case CONTAINER -> Isolation.ISOLATION_CONTAINER;
      case SANDBOX -> Isolation.ISOLATION_SANDBOX;
      case MICROVM -> Isolation.ISOLATION_MICROVM;
    };
  }

  private static dev.tallyman.proto.v1.RestartPolicy restart(RestartPolicy restart) {
    return dev.tallyman.proto.v1.RestartPolicy.newBuilder()
        .setMode(
            switch (restart.mode()) {
              case NO -> RestartMode.RESTART_MODE_NO;
              case ALWAYS -> RestartMode.RESTART_MODE_ALWAYS;
              case ON_FAILURE -> RestartMode.RESTART_MODE_ON_FAILURE;
              case UNLESS_STOPPED -> RestartMode.RESTART_MODE_UNLESS_STOPPED;
              case WHILE_NEEDED -> RestartMode.RESTART_MODE_WHILE_NEEDED;
            })
        .setMaxRestarts(restart.maxRestarts().orElse(0))
        .setBackoff(
            Backoff.newBuilder()
                .setInitial(Times.write(restart.backoff().initial()))
                .setMax(Times.write(restart.backoff().max()))
                .setResetAfter(Times.write(restart.backoff().resetAfter())))
        .build();
  }

  /** Rejoining is not written: the namespace that is shared says it. */
  private static dev.tallyman.proto.v1.Dependency write(Dependency dependency) {
    return dev.tallyman.proto.v1.Dependency.newBuilder()
        .setWorkload(dependency.workload())
        .setCondition(
            switch (dependency.condition()) {
              case STARTED -> DependencyCondition.DEPENDENCY_CONDITION_STARTED;
              case HEALTHY -> DependencyCondition.DEPENDENCY_CONDITION_HEALTHY;
              case COMPLETED -> DependencyCondition.DEPENDENCY_CONDITION_COMPLETED;
            })
        .setOptional(
            switch (dependency.need()) {
              case REQUIRED -> false;
              case OPTIONAL -> true;
            })
        .setRestart(
            switch (dependency.follow()) {
              case STAY, REJOIN -> false;
              case RESTART -> true;
            })
        .build();
  }

  private static dev.tallyman.proto.v1.UpdatePolicy update(UpdatePolicy update) {
    return dev.tallyman.proto.v1.UpdatePolicy.newBuilder()
        .setOnFailure(
            switch (update.onFailure()) {
              case KEEP -> UpdateFailure.UPDATE_FAILURE_KEEP;
              case ROLL_BACK -> UpdateFailure.UPDATE_FAILURE_ROLL_BACK;
            })
        .setDeadline(Times.write(update.deadline()))
        .setOrder(
            switch (update.order()) {
              case STOP_FIRST -> UpdateOrder.UPDATE_ORDER_STOP_FIRST;
              case START_FIRST -> UpdateOrder.UPDATE_ORDER_START_FIRST;
            })
        .build();
  }
}
