package dev.tallyman.runtime.oci;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
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
  static JsonObject of(InstanceSpec spec, String node, Optional<String> ociRuntime) {
    JsonObject body = new JsonObject();
    body.addProperty("Image", ImageReference.qualified(spec.image()));
    body.addProperty("Hostname", spec.workload());
    if (!spec.command().isEmpty()) {
      body.add("Entrypoint", array(spec.command()));
    }
    if (!spec.args().isEmpty()) {
      body.add("Cmd", array(spec.args()));
    }
    body.add("Env", env(spec));
    spec.workingDir().ifPresent(dir -> body.addProperty("WorkingDir", dir));
    spec.user().ifPresent(user -> body.addProperty("User", user));
    spec.stopSignal().ifPresent(signal -> body.addProperty("StopSignal", signal));
    // For the engine's own shutdown; a stop of ours brings its grace period with it.
    body.addProperty("StopTimeout", seconds(spec.stopGrace()));
    body.add("Labels", labels(spec, node));
    body.add("ExposedPorts", exposedPorts(spec.ports()));
    JsonObject host = new JsonObject();
    JsonObject restarts = new JsonObject();
    restarts.addProperty("Name", "no");
    host.add("RestartPolicy", restarts);
    host.addProperty("AutoRemove", false);
    addLimits(host, spec.limits());
    host.add("PortBindings", portBindings(spec.ports()));
    ociRuntime.ifPresent(runtime -> host.addProperty("Runtime", runtime));
    body.add("HostConfig", host);
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

  private static JsonArray env(InstanceSpec spec) {
    JsonArray env = new JsonArray();
    spec.env().forEach((key, value) -> env.add(key + "=" + value));
    return env;
  }

  private static JsonObject labels(InstanceSpec spec, String node) {
    JsonObject labels = new JsonObject();
    spec.labels().forEach(labels::addProperty);
    labels.addProperty(Labels.NODE, node);
    labels.addProperty(Labels.UID, spec.uid());
    labels.addProperty(Labels.STACK, spec.stack());
    labels.addProperty(Labels.WORKLOAD, spec.workload());
    labels.addProperty(Labels.SPEC_HASH, spec.specHash());
    return labels;
  }

  private static void addLimits(JsonObject host, Limits limits) {
    if (limits.cpuMillis() > 0) {
      long millis = Math.min(limits.cpuMillis(), Long.MAX_VALUE / NANO_CPUS_PER_MILLI);
      host.addProperty("NanoCpus", millis * NANO_CPUS_PER_MILLI);
    }
    if (limits.memoryBytes() > 0) {
      host.addProperty("Memory", limits.memoryBytes());
      // The sum of memory and swap: equal means no swap.
      host.addProperty("MemorySwap", limits.memoryBytes());
    }
    if (limits.pids() > 0) {
      host.addProperty("PidsLimit", limits.pids());
    }
  }

  private static JsonObject exposedPorts(Collection<PortBinding> ports) {
    JsonObject exposed = new JsonObject();
    ports.forEach(port -> exposed.add(key(port), new JsonObject()));
    return exposed;
  }

  private static JsonObject portBindings(Collection<PortBinding> ports) {
    JsonObject bindings = new JsonObject();
    for (PortBinding port : ports) {
      if (!bindings.has(key(port))) {
        bindings.add(key(port), new JsonArray());
      }
      JsonObject host = new JsonObject();
      host.addProperty("HostIp", port.hostIp());
      host.addProperty("HostPort", port.hostPort() == 0 ? "" : Integer.toString(port.hostPort()));
      bindings.getAsJsonArray(key(port)).add(host);
    }
    return bindings;
  }

  private static String key(PortBinding port) {
    return port.containerPort() + "/" + port.protocol().name().toLowerCase(Locale.ROOT);
  }

  private static JsonArray array(Collection<String> values) {
    JsonArray array = new JsonArray();
    values.forEach(array::add);
    return array;
  }
}
