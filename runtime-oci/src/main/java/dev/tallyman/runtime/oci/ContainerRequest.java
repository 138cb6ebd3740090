package dev.tallyman.runtime.oci;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.Labels;
import dev.tallyman.runtime.Limits;
import dev.tallyman.runtime.PortBinding;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Translates a spec into the body of the engine's request to create a container.
 *
 * <p>Restarting and removing is the agent's business, so the engine's own ways to do that stay off.
 * Process 1 is the workload's own ({@code Init} is not set), and logging is as the engine's
 * operator configured it.
 */
final class ContainerRequest {

  private static final long NANO_CPUS_PER_MILLI = 1_000_000;

  private static final String NUL = "\0";

  private ContainerRequest() {}

  /**
   * @param node name of the node that owns the instance
   * @param ociRuntime the registered OCI runtime to use; empty for the engine's default
   */
  static ObjectNode of(InstanceSpec spec, String node, Optional<String> ociRuntime) {
    ObjectNode body = EngineHttp.JSON.createObjectNode();
    body.put("Image", ImageReference.qualified(spec.image()));
    body.put("Hostname", spec.workload());
    if (!spec.command().isEmpty()) {
      addAll(body.putArray("Entrypoint"), spec.command());
    }
    if (!spec.args().isEmpty()) {
      addAll(body.putArray("Cmd"), spec.args());
    }
    ArrayNode env = body.putArray("Env");
    spec.env().forEach((key, value) -> env.add(key + "=" + value));
    spec.workingDir().ifPresent(dir -> body.put("WorkingDir", dir));
    spec.user().ifPresent(user -> body.put("User", user));
    spec.stopSignal().ifPresent(signal -> body.put("StopSignal", signal));
    // For the engine's own shutdown; a stop of ours brings its grace period with it.
    body.put("StopTimeout", seconds(spec.stopGrace()));
    putLabels(body.putObject("Labels"), spec, node);

    ObjectNode host = body.putObject("HostConfig");
    host.putObject("RestartPolicy").put("Name", "no");
    host.put("AutoRemove", false);
    putLimits(host, spec.limits());
    putPorts(body.putObject("ExposedPorts"), host.putObject("PortBindings"), spec.ports());
    ociRuntime.ifPresent(runtime -> host.put("Runtime", runtime));
    return body;
  }

  /**
   * What of a spec would not arrive as it is: an engine takes it, and cuts it or starts something
   * else. All faults at once, or empty.
   */
  static Optional<String> faults(InstanceSpec spec) {
    List<String> faults = new ArrayList<>();
    for (String key : spec.labels().keySet()) {
      if (!isKey(key)) {
        faults.add("labels: key '" + key + "' (expected: not empty, without =)");
      }
    }
    spec.env()
        .forEach((key, value) -> {
          if (!isKey(key) || key.contains(NUL)) {
            faults.add("env: name '" + key + "' (expected: not empty, without = and NUL)");
          }
          if (value.contains(NUL)) {
            faults.add("env: value of " + key + " has a NUL (expected: none)");
          }
        });
    return faults.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", faults));
  }

  private static boolean isKey(String key) {
    return !key.isEmpty() && !key.contains("=");
  }

  /** Whole seconds, rounded up: engines know no others. */
  static long seconds(Duration duration) {
    return duration.plusNanos(999_999_999).toSeconds();
  }

  private static void putLabels(ObjectNode labels, InstanceSpec spec, String node) {
    spec.labels().forEach(labels::put);
    labels.put(Labels.NODE, node);
    labels.put(Labels.UID, spec.uid());
    labels.put(Labels.STACK, spec.stack());
    labels.put(Labels.WORKLOAD, spec.workload());
    labels.put(Labels.SPEC_HASH, spec.specHash());
  }

  private static void putLimits(ObjectNode host, Limits limits) {
    if (limits.cpuMillis() > 0) {
      host.put("NanoCpus", limits.cpuMillis() * NANO_CPUS_PER_MILLI);
    }
    if (limits.memoryBytes() > 0) {
      host.put("Memory", limits.memoryBytes());
      // The sum of memory and swap: equal means no swap.
      host.put("MemorySwap", limits.memoryBytes());
    }
    if (limits.pids() > 0) {
      host.put("PidsLimit", limits.pids());
    }
  }

  private static void putPorts(
      ObjectNode exposed, ObjectNode bindings, Collection<PortBinding> ports) {
    for (PortBinding port : ports) {
      String key = port.containerPort() + "/" + port.protocol().name().toLowerCase(Locale.ROOT);
      exposed.putObject(key);
      bindings
          .withArray("/" + key.replace("/", "~1"))
          .addObject()
          .put("HostIp", port.hostIp())
          .put("HostPort", port.hostPort() == 0 ? "" : Integer.toString(port.hostPort()));
    }
  }

  private static void addAll(ArrayNode array, Collection<String> values) {
    values.forEach(array::add);
  }
}
