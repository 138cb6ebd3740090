package dev.tallyman.runtime.oci;

import dev.tallyman.runtime.Capability;
import dev.tallyman.runtime.Isolation;
import dev.tallyman.runtime.RuntimeInfo;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What an engine says of itself in its answer to {@code /info}. A field that is missing means that
 * the engine cannot do it.
 *
 * @param info for the seam
 * @param ociRuntimes the OCI runtime that gives an isolation, for each that needs one of its own
 * @param identity the same behind whatever socket the engine is found; empty if it does not tell
 */
record EngineFacts(RuntimeInfo info, Map<Isolation, String> ociRuntimes, String identity) {

  /**
   * OCI runtimes that make namespaces and nothing more, whatever name they were registered under.
   */
  private static final Set<String> PLAIN_RUNTIMES = Set.of("runc", "crun", "youki");

  EngineFacts {
    ociRuntimes = Map.copyOf(ociRuntimes);
  }

  static EngineFacts of(Dialect dialect, Json info) {
    Map<Isolation, String> ociRuntimes = ociRuntimes(dialect, info);
    return new EngineFacts(
        new RuntimeInfo(
            dialect.kind().word(),
            or(info.at("ServerVersion").text(), dialect.version()),
            dialect.api(),
            or(info.at("OSType").text(), "linux"),
            architecture(info.at("Architecture").text()),
            Math.clamp(info.at("NCPU").number().orElse(0), 0, Integer.MAX_VALUE),
            info.at("MemTotal").number().orElse(0),
            capabilities(info, ociRuntimes.keySet())),
        ociRuntimes,
        identity(dialect, info));
  }

  /** Podman makes up another id at each answer; its name and storage folder stay. */
  private static String identity(Dialect dialect, Json info) {
    return switch (dialect.kind()) {
      case DOCKER -> info.at("ID").text();
      case PODMAN -> (info.at("Name").text() + " " + info.at("DockerRootDir").text()).strip();
    };
  }

  private static Set<Capability> capabilities(Json info, Set<Isolation> isolations) {
    // A user and a stop signal are part of every version of the API that is spoken here.
    EnumSet<Capability> found =
        EnumSet.of(Capability.ISOLATION_CONTAINER, Capability.STOP_SIGNAL, Capability.USER);
    isolations.forEach(isolation -> found.add(Capability.of(isolation)));
    if (info.at("CpuCfsQuota").isTrue() && info.at("CpuCfsPeriod").isTrue()) {
      found.add(Capability.LIMIT_CPU);
    }
    if (info.at("MemoryLimit").isTrue()) {
      found.add(Capability.LIMIT_MEMORY);
    }
    if (info.at("PidsLimit").isTrue()) {
      found.add(Capability.LIMIT_PIDS);
    }
    for (Json driver : info.at("Plugins").at("Network").items()) {
      if (driver.text().equals("bridge")) {
        found.add(Capability.PORTS);
      }
    }
    return found;
  }

  /**
   * Docker runs what it is told to, among the runtimes registered with it. Podman's API ignores the
   * wish and always runs its default, and it lists runtimes that are not even installed: there only
   * the default counts.
   */
  private static Map<Isolation, String> ociRuntimes(Dialect dialect, Json info) {
    Map<Isolation, String> found = new EnumMap<>(Isolation.class);
    switch (dialect.kind()) {
      case DOCKER -> {
        Map<String, String> byName = new TreeMap<>();
        info.at("Runtimes")
            .fields()
            .forEach((name, runtime) -> byName.put(name, runtime.at("path").text()));
        byName.forEach((name, path) ->
            isolationOf(name, path).ifPresent(isolation -> found.putIfAbsent(isolation, name)));
      }
      case PODMAN -> {
        String name = baseName(info.at("DefaultRuntime").text());
        isolationOf(name, "").ifPresent(isolation -> found.put(isolation, name));
      }
    }
    return found;
  }

  /** What a registered OCI runtime gives beyond a plain container. */
  private static Optional<Isolation> isolationOf(String name, String path) {
    String program = baseName(path);
    if (PLAIN_RUNTIMES.contains(program)) {
      return Optional.empty();
    }
    // Shims of containerd are named like io.containerd.runsc.v1, or io.containerd.kata-qemu.v2.
    String word = name.replaceFirst("^io\\.containerd\\.", "").toLowerCase(Locale.ROOT);
    if (word.startsWith("runsc") || program.startsWith("runsc")) {
      return Optional.of(Isolation.SANDBOX);
    }
    if (word.startsWith("kata")
        || word.startsWith("krun")
        || program.startsWith("kata")
        || program.startsWith("krun")) {
      return Optional.of(Isolation.MICROVM);
    }
    return Optional.empty();
  }

  private static String or(String text, String fallback) {
    return text.isEmpty() ? fallback : text;
  }

  static String baseName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static String architecture(String word) {
    return switch (word) {
      case "x86_64" -> "amd64";
      case "aarch64" -> "arm64";
      default -> word;
    };
  }
}
