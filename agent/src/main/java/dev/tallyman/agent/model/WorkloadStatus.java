package dev.tallyman.agent.model;

import static java.util.Objects.requireNonNull;

import dev.tallyman.runtime.PortBinding;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What became of a workload.
 *
 * @param phase where it stands
 * @param reason one word in CamelCase, for programs
 * @param message a sentence for people
 * @param exitCode of the last run, only if somebody saw it
 * @param restarts restarts since the workload, or its present spec, began
 * @param startedAt begin of the present, or else of the last run
 * @param finishedAt end of the last run; empty while it runs
 * @param instanceId the runtime's identifier of the instance
 * @param runtime name of the runtime that has it
 * @param generation the generation that this speaks of
 * @param ports ports that the host really listens on
 * @param nextAttemptAt the next try, in {@link Phase#BACKOFF}
 * @param image image of the instance, or the one that is wanted
 * @param phaseSince when the phase last changed
 * @param health what its probes say of the present run; empty while it does not run
 * @param addresses its address by network, while it runs
 */
public record WorkloadStatus(
    String uid,
    String name,
    String stack,
    Phase phase,
    String reason,
    String message,
    OptionalInt exitCode,
    int restarts,
    Optional<Instant> startedAt,
    Optional<Instant> finishedAt,
    Optional<String> instanceId,
    Optional<String> runtime,
    long generation,
    List<PortBinding> ports,
    Optional<Instant> nextAttemptAt,
    String image,
    Instant phaseSince,
    Optional<Health> health,
    Map<String, String> addresses) {
  public WorkloadStatus {
    requireNonNull(uid, "uid");
    requireNonNull(name, "name");
    requireNonNull(stack, "stack");
    requireNonNull(phase, "phase");
    requireNonNull(reason, "reason");
    requireNonNull(message, "message");
    requireNonNull(exitCode, "exitCode");
    requireNonNull(startedAt, "startedAt");
    requireNonNull(finishedAt, "finishedAt");
    requireNonNull(instanceId, "instanceId");
    requireNonNull(runtime, "runtime");
    ports = List.copyOf(ports);
    requireNonNull(nextAttemptAt, "nextAttemptAt");
    requireNonNull(image, "image");
    requireNonNull(phaseSince, "phaseSince");
    requireNonNull(health, "health");
    addresses = Map.copyOf(addresses);
  }
}
