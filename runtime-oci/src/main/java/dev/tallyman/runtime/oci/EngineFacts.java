package dev.tallyman.runtime.oci;

import com.fasterxml.jackson.databind.JsonNode;
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

  static EngineFacts of(Dialect dialect, JsonNode info) {
    Map<Isolation, String> ociRuntimes = ociRuntimes(dialect, info);
    return new EngineFacts(
        new RuntimeInfo(
            dialect.kind().word(),
            info.path("ServerVersion").asText(dialect.version()),
            dialect.api(),
            info.path("OSType").asText("linux"),
            architecture(info.path("Architecture").asText("")),
            info.path("NCPU").asInt(0),
            info.path("MemTotal").asLong(0),
            capabilities(info, ociRuntimes.keySet())),
        ociRuntimes,
        identity(dialect, info));
  }

  /** Podman makes up another id at each answer; its name and storage folder stay. */
  private static String identity(Dialect dialect, JsonNode info) {
    return switch (dialect.kind()) {
      case DOCKER -> info.path("ID").asText("");
      case PODMAN ->
          (info.path("Name").asText("") + " " + info.path("DockerRootDir").asText("")).strip();
    };
  }

  private static Set<Capability> capabilities(JsonNode info, Set<Isolation> isolations) {
    // A user and a stop signal are part of every version of the API that is spoken here.
    EnumSet<Capability> found =
        EnumSet.of(Capability.ISOLATION_CONTAINER, Capability.STOP_SIGNAL, Capability.USER);
    isolations.forEach(isolation -> found.add(Capability.of(isolation)));
    if (info.path("CpuCfsQuota").asBoolean() && info.path("CpuCfsPeriod").asBoolean()) {
      found.add(Capability.LIMIT_CPU);
    }
    if (info.path("MemoryLimit").asBoolean()) {
      found.add(Capability.LIMIT_MEMORY);
    }
    if (info.path("PidsLimit").asBoolean()) {
      found.add(Capability.LIMIT_PIDS);
    }
    for (JsonNode driver : info.path("Plugins").path("Network")) {
      if (driver.asText().equals("bridge")) {
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
  private static Map<Isolation, String> ociRuntimes(Dialect dialect, JsonNode info) {
    Map<Isolation, String> found = new EnumMap<>(Isolation.class);
    switch (dialect.kind()) {
      case DOCKER -> {
        Map<String, String> byName = new TreeMap<>();
        info.path("Runtimes")
            .properties()
            .forEach(runtime ->
                byName.put(runtime.getKey(), runtime.getValue().path("path").asText("")));
        byName.forEach((name, path) ->
            isolationOf(name, path).ifPresent(isolation -> found.putIfAbsent(isolation, name)));
      }
      case PODMAN -> {
        String name = baseName(info.path("DefaultRuntime").asText(""));
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
