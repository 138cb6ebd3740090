package dev.tallyman.runtime;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Everything that an engine must know to create an instance.
 *
 * @param uid uid of the workload
 * @param stack name of the stack, a DNS label
 * @param workload name of the workload, a DNS label
 * @param labels further labels; none begins with {@link Labels#PREFIX}
 * @param image image reference
 * @param command replaces the image's entrypoint, unless empty
 * @param args arguments of the entrypoint; empty for the image's own
 * @param env environment in this order; values may hold any text but NUL
 * @param workingDir absolute path; empty for the image's own
 * @param user user or user:group; empty for the image's own
 * @param isolation how strongly it must be separated
 * @param limits bounds on what it may use
 * @param ports ports that the host is to listen on
 * @param stopSignal such as {@code SIGTERM}; empty for the image's own
 * @param stopGrace time between the stop signal and SIGKILL
 */
public record InstanceSpec(
    String uid,
    String stack,
    String workload,
    Map<String, String> labels,
    String image,
    List<String> command,
    List<String> args,
    Map<String, String> env,
    Optional<String> workingDir,
    Optional<String> user,
    Isolation isolation,
    Limits limits,
    List<PortBinding> ports,
    Optional<String> stopSignal,
    Duration stopGrace) {

  /** Engines accept longer names; a host name may have 63 characters. */
  private static final int MAX_NAME = 63;

  public InstanceSpec {
    requireNonNull(uid, "uid");
    requireNonNull(stack, "stack");
    requireNonNull(workload, "workload");
    labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
    requireNonNull(image, "image");
    command = List.copyOf(command);
    args = List.copyOf(args);
    env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
    requireNonNull(workingDir, "workingDir");
    requireNonNull(user, "user");
    requireNonNull(isolation, "isolation");
    requireNonNull(limits, "limits");
    ports = List.copyOf(ports);
    requireNonNull(stopSignal, "stopSignal");
    requireNonNull(stopGrace, "stopGrace");
  }

  /**
   * The name that the instance has at its engine: {@code <stack>-<workload>-<uid's mark>}, at most
   * 63 characters. The mark is derived from the whole uid, so that two workloads never share a name
   * and the engine itself refuses a second instance of one.
   */
  public String instanceName() {
    String mark = SpecHash.mark(uid);
    String words = stack + "-" + workload;
    int room = MAX_NAME - mark.length() - 1;
    return (words.length() <= room ? words : words.substring(0, room)) + "-" + mark;
  }

  /**
   * A hash over everything that cannot be changed without a new instance. The grace period, which
   * is given anew at each stop, does not count.
   */
  public String specHash() {
    return SpecHash.of(this);
  }

  /** What a runtime must be able to do to run this. */
  public Set<Capability> needs() {
    EnumSet<Capability> needs = EnumSet.of(Capability.of(isolation));
    if (limits.cpuMillis() > 0) {
      needs.add(Capability.LIMIT_CPU);
    }
    if (limits.memoryBytes() > 0) {
      needs.add(Capability.LIMIT_MEMORY);
    }
    if (limits.pids() > 0) {
      needs.add(Capability.LIMIT_PIDS);
    }
    if (!ports.isEmpty()) {
      needs.add(Capability.PORTS);
    }
    if (stopSignal.isPresent()) {
      needs.add(Capability.STOP_SIGNAL);
    }
    if (user.isPresent()) {
      needs.add(Capability.USER);
    }
    return needs;
  }
}
