package dev.tallyman.agent.wire;

import dev.tallyman.agent.model.RestartPolicy;
import dev.tallyman.agent.model.Workload;
import dev.tallyman.proto.v1.Backoff;
import dev.tallyman.proto.v1.EnvVar;
import dev.tallyman.proto.v1.Isolation;
import dev.tallyman.proto.v1.Port;
import dev.tallyman.proto.v1.PortProtocol;
import dev.tallyman.proto.v1.PullPolicy;
import dev.tallyman.proto.v1.Resources;
import dev.tallyman.proto.v1.RestartMode;
import dev.tallyman.proto.v1.WorkloadSpec;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.PortBinding;

/**
 * Turns workloads into messages. {@link WorkloadReader} reads back the very same workload; defaults
 * are written out.
 */
public final class WorkloadWriter {

  private WorkloadWriter() {}

  /** The workload as a message. */
  public static dev.tallyman.proto.v1.Workload write(Workload workload) {
    return dev.tallyman.proto.v1.Workload.newBuilder()
        .setUid(workload.uid())
        .setName(workload.name())
        .setStack(workload.stack())
        .putAllLabels(workload.spec().labels())
        .setGeneration(workload.generation())
        .setSpec(spec(workload))
        .build();
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
            .setResources(
                Resources.newBuilder()
                    .setCpuMillis(spec.limits().cpuMillis())
                    .setMemoryBytes(spec.limits().memoryBytes())
                    .setPids(spec.limits().pids()))
            .setRestart(restart(workload.restart()))
            .setStopGracePeriod(Times.write(spec.stopGrace()));
    spec.env()
        .forEach(
            (name, value) -> message.addEnv(EnvVar.newBuilder().setName(name).setValue(value)));
    spec.workingDir().ifPresent(message::setWorkingDir);
    spec.user().ifPresent(message::setUser);
    workload.runtime().ifPresent(message::setRuntime);
    spec.ports().forEach(port -> message.addPorts(port(port)));
    spec.stopSignal().ifPresent(message::setStopSignal);
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
            })
        .setMaxRestarts(restart.maxRestarts().orElse(0))
        .setBackoff(
            Backoff.newBuilder()
                .setInitial(Times.write(restart.backoff().initial()))
                .setMax(Times.write(restart.backoff().max()))
                .setResetAfter(Times.write(restart.backoff().resetAfter())))
        .build();
  }
}
