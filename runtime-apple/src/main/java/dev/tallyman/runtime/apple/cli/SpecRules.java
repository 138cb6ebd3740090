package dev.tallyman.runtime.apple.cli;

import dev.tallyman.runtime.HostFile;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.Mount;
import dev.tallyman.runtime.NetworkSpec;
import dev.tallyman.runtime.Networking;
import dev.tallyman.runtime.Networking.Attachment;
import dev.tallyman.runtime.PortBinding;
import dev.tallyman.runtime.VolumeSpec;
import dev.tallyman.runtime.apple.command.CommandRunner;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What the command would refuse, or take and not do. Each fault names its field, the value and what
 * was expected, and all are told at once. Pure.
 */
public final class SpecRules {

  /** Below it the command refuses, because a virtual machine does not start with less. */
  private static final long LEAST_MEMORY_BYTES = 200L << 20;

  private static final int MAX_PORTS = 64;
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{1,62}");
  private static final Pattern NETWORK_NAME =
      Pattern.compile("(?!none$)[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?");
  private static final Pattern VOLUME_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,254}");
  private static final Pattern MAC = Pattern.compile("(?i:[0-9a-f]{2}(:[0-9a-f]{2}){5})");
  private static final Pattern SIGNAL =
      Pattern.compile(
          "(SIG)?(HUP|INT|QUIT|TRAP|ABRT|BUS|FPE|KILL|USR1|SEGV|USR2|PIPE|ALRM|TERM|CHLD|CONT|STOP"
              + "|TSTP|TTIN|TTOU|URG|XCPU|XFSZ|VTALRM|PROF|WINCH|IO|SYS)"
              + "|[1-9]|[12][0-9]|3[01]");

  /** host[:port]/path:tag@digest, as registries allow it. */
  private static final Pattern REFERENCE =
      Pattern.compile(
          "(?:(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?|\\[[0-9a-fA-F:]+\\])(?::[0-9]+)?/)?"
              + "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*"
              + "(?::[\\w][\\w.-]{0,127})?(?:@[a-zA-Z][\\w+.-]*:[0-9a-fA-F]{32,})?");

  /** The engine's own kind of network, by the words that Compose files use for it. */
  private static final Set<String> PLAIN_NETWORKS = Set.of("bridge", "nat");

  private final List<String> faults = new ArrayList<>();

  private SpecRules() {}

  /** Whether a text is an image reference. */
  public static boolean isReference(String text) {
    return REFERENCE.matcher(text).matches() && text.length() <= 512;
  }

  /** What no version can do. */
  public static List<String> unsupported(InstanceSpec spec) {
    SpecRules rules = new SpecRules();
    long cpus = spec.limits().cpuMillis();
    rules.require(
        cpus % 1000 == 0,
        "cpus: %s (expected: a whole number, because an instance is a machine with processors)",
        cpus / 1000.0);
    long memory = spec.limits().memoryBytes();
    rules.require(
        memory == 0 || memory >= LEAST_MEMORY_BYTES,
        "memory: %d bytes (expected: " + LEAST_MEMORY_BYTES + " or more for a virtual machine)",
        memory);
    if (spec.surroundings().networking().mode() instanceof Networking.Attached(var attachments)) {
      attachments.forEach(rules::unsupportedOf);
    }
    spec.surroundings().mounts().forEach(rules::unsupportedOf);
    return List.copyOf(rules.faults);
  }

  private void unsupportedOf(Attachment attachment) {
    NetworkSpec network = attachment.network();
    require(
        attachment.ipv4().isEmpty() && attachment.ipv6().isEmpty(),
        "network %s: a fixed address (expected: none, because the engine chooses them)",
        network.name());
    network
        .driver()
        .filter(driver -> !PLAIN_NETWORKS.contains(driver))
        .ifPresent(driver ->
            faults.add(
                "network %s: driver '%s' (expected: bridge)".formatted(network.name(), driver)));
    require(
        network.driverOptions().isEmpty(),
        "network %s: options of its driver (expected: none)",
        network.name());
    require(
        network.subnets().size() <= 1
            && network.subnets().stream()
                .allMatch(subnet ->
                    subnet.gateway().isEmpty()
                        && subnet.ipRange().isEmpty()
                        && !subnet.subnet().contains(":")),
        "network %s: its subnets (expected: at most one of IPv4, without gateway and range)",
        network.name());
  }

  private void unsupportedOf(Mount mount) {
    switch (mount.source()) {
      case Mount.Bind bind ->
          require(
              bind.propagation().isEmpty(),
              "mount %s: propagation (expected: none, because it crosses into a virtual machine)",
              mount.target());
      case Mount.Named named -> named.volume().ifPresent(this::unsupportedOf);
      case Mount.Tmpfs tmpfs ->
          require(
              tmpfs.options().isEmpty(),
              "mount %s: options of its memory (expected: only size and mode)",
              mount.target());
    }
  }

  private void unsupportedOf(VolumeSpec volume) {
    volume
        .driver()
        .filter(driver -> !driver.equals("local"))
        .ifPresent(driver ->
            faults.add(
                "volume %s: driver '%s' (expected: local)".formatted(volume.name(), driver)));
    volume.driverOptions().keySet().stream()
        .filter(option -> !option.equals("size"))
        .forEach(option ->
            faults.add(
                "volume %s: option '%s' of its driver (expected: only size)"
                    .formatted(volume.name(), option)));
  }

  /** What is wrong wherever it would run. */
  public static List<String> invalid(InstanceSpec spec) {
    SpecRules rules = new SpecRules();
    rules.require(
        isReference(spec.image()),
        "image: '%s' (expected: a reference such as host/name:tag)",
        spec.image());
    rules.match(NAME, "name", spec.instanceName(), "2 to 63 letters, digits, '_', '.' and '-'");
    spec.effectiveEnv()
        .forEach((name, value) -> Environment.fault(name, value).ifPresent(rules.faults::add));
    spec.labels().keySet().stream()
        .filter(key -> key.isEmpty() || key.indexOf('=') >= 0 || key.startsWith(Marks.RESERVED))
        .forEach(key ->
            rules.faults.add(
                "label: '%s' (expected: a key without '=' that does not begin with %s)"
                    .formatted(key, Marks.RESERVED)));
    rules.require(
        spec.command().isEmpty() || !spec.command().getFirst().isEmpty(),
        "command: its first word is empty (expected: %s)",
        "a program");
    spec.workingDir().ifPresent(path -> rules.absolute("workingDir", path));
    spec.stopSignal()
        .ifPresent(signal -> rules.match(SIGNAL, "stopSignal", signal, "a signal's name"));
    rules.ports(spec.ports());
    if (spec.surroundings().networking().mode() instanceof Networking.Attached(var attachments)) {
      attachments.forEach(rules::invalidOf);
    }
    spec.surroundings().mounts().forEach(rules::invalidOf);
    spec.surroundings().files().stream()
        .map(HostFile::target)
        .forEach(target -> rules.path("file", target));
    rules.carried(spec);
    return List.copyOf(rules.faults);
  }

  private void invalidOf(Attachment attachment) {
    match(
        NETWORK_NAME,
        "network",
        attachment.network().name(),
        "1 to 63 small letters, digits, '.', '_' and '-', not none");
    attachment.mac().ifPresent(mac -> match(MAC, "mac", mac, "six pairs of hex digits"));
  }

  private void invalidOf(Mount mount) {
    path("mount", mount.target());
    switch (mount.source()) {
      case Mount.Bind bind -> path("mount " + mount.target() + ": source", bind.path());
      case Mount.Named named ->
          named
              .volume()
              .ifPresent(volume ->
                  match(
                      VOLUME_NAME,
                      "volume",
                      volume.name(),
                      "1 to 255 letters, digits, '_', '.' and '-'"));
      case Mount.Tmpfs _ ->
          require(
              mount.target().indexOf(',') < 0 && mount.target().indexOf('=') < 0,
              "mount: '%s' (expected: a path without ',' and '=')",
              mount.target());
    }
  }

  private void ports(List<PortBinding> ports) {
    require(
        ports.size() <= MAX_PORTS,
        "ports: %d (expected: " + MAX_PORTS + " at the most)",
        ports.size());
    ports.stream()
        .filter(port -> port.hostPort() == 1)
        .forEach(port -> faults.add("ports: 1 of the host (expected: 2 to 65535)"));
  }

  private void path(String field, String path) {
    absolute(field, path);
    require(
        path.indexOf(':') < 0,
        field + ": '%s' (expected: a path without ':', which the engine cannot be told)",
        path);
  }

  private void absolute(String field, String path) {
    require(path.startsWith("/"), field + ": '%s' (expected: an absolute path)", path);
  }

  /** What an agent in a locale without these letters cannot hand over. */
  private void carried(InstanceSpec spec) {
    Predicate<String> lost = text -> !CommandRunner.canCarry(text);
    List<String> words = new ArrayList<>(spec.command());
    words.addAll(spec.args());
    words.addAll(spec.labels().keySet());
    words.addAll(spec.labels().values());
    spec.surroundings().mounts().forEach(mount -> words.add(mount.target()));
    words.stream()
        .filter(lost)
        .forEach(word ->
            faults.add(
                "text '%s' (expected: letters of the agent's locale; start the agent with %s)"
                    .formatted(word, "LC_ALL=en_US.UTF-8")));
  }

  private void match(Pattern pattern, String field, String value, String expected) {
    require(pattern.matcher(value).matches(), field + ": '%s' (expected: " + expected + ")", value);
  }

  private void require(boolean holds, String fault, Object value) {
    if (!holds) {
      faults.add(String.format(Locale.ROOT, fault, value));
    }
  }
}
