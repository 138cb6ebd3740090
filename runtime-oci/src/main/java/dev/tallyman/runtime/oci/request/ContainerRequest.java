package dev.tallyman.runtime.oci.request;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.Labels;
import dev.tallyman.runtime.Limits;
import dev.tallyman.runtime.PortBinding;
import dev.tallyman.runtime.Tuning;
import dev.tallyman.runtime.oci.images.ImageReference;
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
 * The health check of the image stays off too. What a spec does not ask for is not set, and so is
 * as the engine's operator configured it.
 */
public final class ContainerRequest {

  private static final long NANO_CPUS_PER_MILLI = 1_000_000;

  private static final String NUL = "\0";

  private ContainerRequest() {}

  /**
   * The body of the request.
   *
   * @param node name of the node that owns the instance
   * @param resolved what else must be known
   */
  public static JsonObject of(InstanceSpec spec, String node, Resolved resolved) {
    JsonObject body = new JsonObject();
    body.addProperty("Image", ImageReference.qualified(spec.image()));
    if (!spec.command().isEmpty()) {
      body.add("Entrypoint", Fields.array(spec.command()));
    }
    if (!spec.args().isEmpty()) {
      body.add("Cmd", Fields.array(spec.args()));
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
    addLimits(host, spec.limits(), spec.surroundings().tuning());
    host.add("PortBindings", portBindings(spec.ports()));
    resolved.ociRuntime().ifPresent(runtime -> host.addProperty("Runtime", runtime));
    NetworkFields.add(body, host, spec, resolved);
    MountFields.add(host, spec, resolved);
    SecurityFields.add(host, spec, resolved);
    ProcessFields.add(body, host, spec, resolved);
    body.add("HostConfig", host);
    body.add("Healthcheck", noHealthcheck());
    return body;
  }

  /**
   * What of a spec would not arrive as it is: an engine takes it, and cuts it or starts something
   * else. All faults at once, or empty.
   */
  public static Optional<String> faults(InstanceSpec spec) {
    List<String> faults = new ArrayList<>();
    for (String key : spec.labels().keySet()) {
      if (!isKey(key)) {
        faults.add("labels: key '" + key + "' (expected: not empty, without =)");
      }
    }
    spec.effectiveEnv()
        .forEach((key, value) -> {
          if (!isKey(key) || key.contains(NUL)) {
            faults.add("env: name '" + key + "' (expected: not empty, without = and NUL)");
          }
          if (value.contains(NUL)) {
            faults.add("env: value of " + key + " has a NUL (expected: none)");
          }
        });
    faults.addAll(MountFields.faults(spec));
    faults.addAll(ProcessFields.faults(spec));
    return faults.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", faults));
  }

  private static boolean isKey(String key) {
    return !key.isEmpty() && !key.contains("=");
  }

  /** Whole seconds, rounded up: engines know no others. */
  public static long seconds(Duration duration) {
    return duration.plusNanos(999_999_999).toSeconds();
  }

  private static JsonArray env(InstanceSpec spec) {
    JsonArray env = new JsonArray();
    spec.effectiveEnv().forEach((key, value) -> env.add(key + "=" + value));
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
    if (!spec.feed().isEmpty()) {
      labels.addProperty(Labels.FEED, spec.feed());
    }
    if (!spec.dependencies().isEmpty()) {
      labels.addProperty(Labels.DEPENDS_ON, String.join(".", spec.dependencies()));
    }
    return labels;
  }

  /** The agent does the probing; an engine that did it too would do all of it twice. */
  private static JsonObject noHealthcheck() {
    JsonObject check = new JsonObject();
    check.add("Test", Fields.array(List.of("NONE")));
    return check;
  }

  private static void addLimits(JsonObject host, Limits limits, Tuning tuning) {
    if (limits.cpuMillis() > 0) {
      long millis = Math.min(limits.cpuMillis(), Long.MAX_VALUE / NANO_CPUS_PER_MILLI);
      host.addProperty("NanoCpus", millis * NANO_CPUS_PER_MILLI);
    }
    if (limits.memoryBytes() > 0) {
      host.addProperty("Memory", limits.memoryBytes());
      // The sum of memory and swap: equal means no swap.
      host.addProperty("MemorySwap", limits.memoryBytes());
    }
    // After the bound on memory, whose swap it replaces.
    Fields.number(host, "MemorySwap", tuning.memorySwapBytes());
    Fields.number(host, "MemoryReservation", tuning.memoryReservationBytes());
    Fields.number(host, "CpuShares", tuning.cpuShares());
    tuning.cpuset().ifPresent(processors -> host.addProperty("CpusetCpus", processors));
    Fields.number(host, "OomScoreAdj", tuning.oomScoreAdjustment());
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
}
