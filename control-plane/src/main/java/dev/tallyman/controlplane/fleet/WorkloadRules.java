package dev.tallyman.controlplane.fleet;

import dev.tallyman.proto.v1.EnvVar;
import dev.tallyman.proto.v1.Isolation;
import dev.tallyman.proto.v1.Port;
import dev.tallyman.proto.v1.PortProtocol;
import dev.tallyman.proto.v1.PullPolicy;
import dev.tallyman.proto.v1.Resources;
import dev.tallyman.proto.v1.Workload;
import dev.tallyman.proto.v1.WorkloadSpec;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a workload must be like to be taken: the bounds that the contract's comments state, and a
 * few that keep one workload from harming others. Pure. A node checks for itself as well.
 */
final class WorkloadRules {

  /** A whole workload, encoded. So that any of them fits any message. */
  static final int MAX_WORKLOAD_BYTES = 256 * 1024;

  static final Pattern NODE_NAME = Pattern.compile("[A-Za-z0-9_.-]{1,63}");
  static final String NODE_NAME_EXPECTED = "1 to 63 characters of [A-Za-z0-9], '-', '_' and '.'";

  private static final Pattern UID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,62}");
  private static final Pattern DNS_LABEL = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");
  private static final String DNS_LABEL_EXPECTED =
      "1 to 63 characters of [a-z0-9-], a letter or digit first and last";
  private static final Pattern IMAGE = Pattern.compile("[^\\s\\p{Cntrl}]{1,1024}");
  private static final Pattern SIGNAL = Pattern.compile("SIG[A-Z][A-Z0-9]*(?:[+-][0-9]{1,2})?");
  private static final Pattern USER = Pattern.compile("[^\\s:\\p{Cntrl}]+(?::[^\\s:\\p{Cntrl}]+)?");
  private static final int MAX_LABELS = 64;
  private static final int MAX_LABEL_KEY_BYTES = 253;
  private static final int MAX_LABEL_VALUE_BYTES = 4096;
  private static final String RESERVED_LABELS = "tallyman.";
  private static final int MAX_PORT = 65_535;

  private WorkloadRules() {}

  /**
   * Adds all that is wrong with a workload.
   *
   * @param path of the workload, to begin the path of each field with
   */
  static void check(String path, Workload workload, Problems problems) {
    if (!workload.getUid().isEmpty()) {
      checkUid(path + ".uid", workload.getUid(), problems);
    }
    checkLabel(path + ".name", workload.getName(), problems);
    if (!workload.getStack().isEmpty()) {
      checkLabel(path + ".stack", workload.getStack(), problems);
    }
    checkLabels(path + ".labels", workload.getLabelsMap(), problems);
    if (workload.getSerializedSize() > MAX_WORKLOAD_BYTES) {
      problems.add(
          path,
          workload.getSerializedSize() + " bytes",
          "at most " + MAX_WORKLOAD_BYTES + " bytes");
    }
    checkSpec(path + ".spec", workload.getSpec(), problems);
  }

  static void checkUid(String path, String uid, Problems problems) {
    if (!UID.matcher(uid).matches()) {
      problems.addText(
          path,
          uid,
          "1 to 63 characters of [A-Za-z0-9], '-', '_' and '.', a letter or digit first");
    }
  }

  private static void checkLabel(String path, String name, Problems problems) {
    if (!DNS_LABEL.matcher(name).matches()) {
      problems.addText(path, name, DNS_LABEL_EXPECTED);
    }
  }

  private static void checkLabels(String path, Map<String, String> labels, Problems problems) {
    if (labels.size() > MAX_LABELS) {
      problems.add(path, labels.size() + " pairs", "at most " + MAX_LABELS);
    }
    labels.forEach((key, value) -> {
      String field = path + "[" + Problems.quote(key) + "]";
      int keyBytes = bytes(key);
      if (keyBytes == 0 || keyBytes > MAX_LABEL_KEY_BYTES) {
        problems.add(field, "a key of " + keyBytes + " bytes", "1 to " + MAX_LABEL_KEY_BYTES);
      }
      if (key.startsWith(RESERVED_LABELS)) {
        problems.add(
            field, "reserved", "a key that does not begin with \"" + RESERVED_LABELS + "\"");
      }
      if (bytes(value) > MAX_LABEL_VALUE_BYTES) {
        problems.add(
            field, "a value of " + bytes(value) + " bytes", "at most " + MAX_LABEL_VALUE_BYTES);
      }
      refuseNul(field, key + value, problems);
    });
  }

  private static void checkSpec(String path, WorkloadSpec spec, Problems problems) {
    if (!IMAGE.matcher(spec.getImage()).matches()) {
      problems.addText(
          path + ".image", spec.getImage(), "an image reference, 1 to 1024 characters");
    }
    checkEnum(path + ".pull_policy", spec.getPullPolicy(), PullPolicy.UNRECOGNIZED, problems);
    checkEnum(path + ".isolation", spec.getIsolation(), Isolation.UNRECOGNIZED, problems);
    refuseNuls(path + ".command", spec.getCommandList(), problems);
    refuseNuls(path + ".args", spec.getArgsList(), problems);
    checkEnv(path + ".env", spec.getEnvList(), problems);
    if (!spec.getWorkingDir().isEmpty() && !spec.getWorkingDir().startsWith("/")) {
      problems.addText(path + ".working_dir", spec.getWorkingDir(), "an absolute path, or nothing");
    }
    refuseNul(path + ".working_dir", spec.getWorkingDir(), problems);
    if (!spec.getUser().isEmpty() && !USER.matcher(spec.getUser()).matches()) {
      problems.addText(path + ".user", spec.getUser(), "user, user:group, or nothing");
    }
    if (!spec.getRuntime().isEmpty() && !NODE_NAME.matcher(spec.getRuntime()).matches()) {
      problems.addText(
          path + ".runtime", spec.getRuntime(), "name of a runtime of the node, or nothing");
    }
    checkResources(path + ".resources", spec.getResources(), problems);
    RestartRules.check(path + ".restart", spec.getRestart(), problems);
    checkPorts(path + ".ports", spec.getPortsList(), problems);
    if (!spec.getStopSignal().isEmpty() && !SIGNAL.matcher(spec.getStopSignal()).matches()) {
      problems.addText(
          path + ".stop_signal", spec.getStopSignal(), "a signal's name as SIGTERM, or nothing");
    }
    if (spec.hasStopGracePeriod()) {
      RestartRules.checkDuration(
          path + ".stop_grace_period", spec.getStopGracePeriod(), RestartRules.ONE_HOUR, problems);
    }
  }

  /**
   * @param unrecognized what a number that this version has no word for becomes
   */
  static <E extends Enum<E>> void checkEnum(
      String path, E value, E unrecognized, Problems problems) {
    if (value == unrecognized) {
      List<String> words =
          List.of(value.getDeclaringClass().getEnumConstants()).stream()
              .filter(constant -> constant != unrecognized)
              .map(Enum::name)
              .toList();
      problems.add(path, "not known", "one of " + String.join(", ", words));
    }
  }

  private static void checkEnv(String path, List<EnvVar> env, Problems problems) {
    Map<String, Integer> first = new HashMap<>();
    for (int i = 0; i < env.size(); i++) {
      String field = path + "[" + i + "]";
      String name = env.get(i).getName();
      if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
        problems.addText(field + ".name", name, "not empty, without '=' and NUL");
        continue;
      }
      Integer before = first.putIfAbsent(name, i);
      if (before != null) {
        problems.addText(field + ".name", name, "once; it is at [" + before + "] already");
      }
      // The value may be secret, so it is never shown.
      refuseNul(field + ".value", env.get(i).getValue(), problems);
    }
  }

  private static void checkResources(String path, Resources resources, Problems problems) {
    checkNotNegative(path + ".cpu_millis", resources.getCpuMillis(), problems);
    checkNotNegative(path + ".memory_bytes", resources.getMemoryBytes(), problems);
    checkNotNegative(path + ".pids", resources.getPids(), problems);
  }

  private static void checkNotNegative(String path, long value, Problems problems) {
    if (value < 0) {
      problems.add(path, value, "0 or more");
    }
  }

  private static void checkPorts(String path, List<Port> ports, Problems problems) {
    Set<String> taken = new HashSet<>();
    for (int i = 0; i < ports.size(); i++) {
      Port port = ports.get(i);
      String field = path + "[" + i + "]";
      checkPort(field + ".container_port", port.getContainerPort(), 1, problems);
      checkPort(field + ".host_port", port.getHostPort(), 0, problems);
      checkEnum(field + ".protocol", port.getProtocol(), PortProtocol.UNRECOGNIZED, problems);
      if (!port.getHostIp().isEmpty() && !isAddress(port.getHostIp())) {
        problems.addText(field + ".host_ip", port.getHostIp(), "an IP address, or nothing");
      }
      boolean isUdp = port.getProtocol() == PortProtocol.PORT_PROTOCOL_UDP;
      if (port.getHostPort() != 0
          && !taken.add(port.getHostIp() + " " + port.getHostPort() + " " + isUdp)) {
        problems.add(
            field + ".host_port", port.getHostPort(), "each port of the host once in a workload");
      }
    }
  }

  private static void checkPort(String path, int port, int min, Problems problems) {
    // On the wire it is unsigned.
    if (port < min || port > MAX_PORT) {
      problems.add(path, Integer.toUnsignedLong(port), min + " to " + MAX_PORT);
    }
  }

  private static boolean isAddress(String text) {
    try {
      return InetAddress.ofLiteral(text) != null;
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  private static void refuseNuls(String path, List<String> texts, Problems problems) {
    for (int i = 0; i < texts.size(); i++) {
      refuseNul(path + "[" + i + "]", texts.get(i), problems);
    }
  }

  private static void refuseNul(String path, String text, Problems problems) {
    if (text.indexOf('\0') >= 0) {
      problems.add(path, "has a NUL", "text without NUL");
    }
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
