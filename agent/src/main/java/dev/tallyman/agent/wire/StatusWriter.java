package dev.tallyman.agent.wire;

import dev.tallyman.agent.model.Health;
import dev.tallyman.agent.model.WorkloadStatus;
import dev.tallyman.proto.v1.Phase;

/** Turns statuses into messages. */
public final class StatusWriter {

  /** A longer message helps nobody, and statuses travel by the thousand. */
  static final int MESSAGE_CHARACTERS = 4096;

  private StatusWriter() {}

  /** The status as a message; its sentences are cut to {@value #MESSAGE_CHARACTERS} characters. */
  public static dev.tallyman.proto.v1.WorkloadStatus write(WorkloadStatus status) {
    dev.tallyman.proto.v1.WorkloadStatus.Builder message =
        dev.tallyman.proto.v1.WorkloadStatus.newBuilder()
            .setUid(status.uid())
            .setName(status.name())
            .setStack(status.stack())
            .setPhase(phase(status.phase()))
            .setReason(status.reason())
            .setMessage(cut(status.message()))
            .setRestartCount(status.restarts())
            .setGeneration(status.generation())
            .setImage(status.image())
            .setPhaseSince(Times.write(status.phaseSince()));
    status.exitCode().ifPresent(message::setExitCode);
    status.startedAt().map(Times::write).ifPresent(message::setStartedAt);
    status.finishedAt().map(Times::write).ifPresent(message::setFinishedAt);
    status.instanceId().ifPresent(message::setInstanceId);
    status.runtime().ifPresent(message::setRuntime);
    status.ports().forEach(port -> message.addPorts(WorkloadWriter.port(port)));
    status.nextAttemptAt().map(Times::write).ifPresent(message::setNextAttemptAt);
    status
        .health()
        .ifPresent(
            health -> message.setHealth(health(health)).setHealthMessage(cut(health.message())));
    message.putAllAddresses(status.addresses());
    return message.build();
  }

  private static Phase phase(dev.tallyman.agent.model.Phase phase) {
    return switch (phase) {
      case PENDING -> Phase.PHASE_PENDING;
      case PULLING -> Phase.PHASE_PULLING;
      case STARTING -> Phase.PHASE_STARTING;
      case RUNNING -> Phase.PHASE_RUNNING;
      case STOPPING -> Phase.PHASE_STOPPING;
      case SUCCEEDED -> Phase.PHASE_SUCCEEDED;
      case FAILED -> Phase.PHASE_FAILED;
      case BACKOFF -> Phase.PHASE_BACKOFF;
      case WAITING -> Phase.PHASE_WAITING;
      case REJECTED -> Phase.PHASE_REJECTED;
      case UNKNOWN -> Phase.PHASE_UNKNOWN;
      case GONE -> Phase.PHASE_GONE;
    };
  }

  private static dev.tallyman.proto.v1.Health health(Health health) {
    return switch (health.state()) {
      case NOT_PROBED -> dev.tallyman.proto.v1.Health.HEALTH_UNSPECIFIED;
      case STARTING -> dev.tallyman.proto.v1.Health.HEALTH_STARTING;
      case HEALTHY -> dev.tallyman.proto.v1.Health.HEALTH_HEALTHY;
      // Whether it is also restarted is said by the phase.
      case UNHEALTHY, DEAD -> dev.tallyman.proto.v1.Health.HEALTH_UNHEALTHY;
    };
  }

  private static String cut(String text) {
    if (text.length() <= MESSAGE_CHARACTERS) {
      return text;
    }
    int end = MESSAGE_CHARACTERS - 3;
    // Half of a pair is no text that can be sent.
    return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end)
        + "...";
  }
}
