package dev.tallyman.runtime.oci.engine;

import dev.tallyman.runtime.Isolation;
import dev.tallyman.runtime.RuntimeInfo;
import dev.tallyman.runtime.oci.http.Json;
import java.util.EnumMap;
import java.util.HashSet;
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
 * @param registeredRuntimes the OCI runtimes that it really uses when it is told to
 * @param logDrivers where it can put instances' output
 * @param kernel release of the kernel that it runs on
 * @param rootless whether root in its containers is the user that it runs as
 * @param identity the same behind whatever socket the engine is found; empty if it does not tell
 */
public record EngineFacts(
    RuntimeInfo info,
    Map<Isolation, String> ociRuntimes,
    String identity,
    Set<String> registeredRuntimes,
    Set<String> logDrivers,
    String kernel,
    boolean rootless) {

  /**
   * OCI runtimes that make namespaces and nothing more, whatever name they were registered under.
   */
  private static final Set<String> PLAIN_RUNTIMES = Set.of("runc", "crun", "youki");

  public EngineFacts {
    ociRuntimes = Map.copyOf(ociRuntimes);
    registeredRuntimes = Set.copyOf(registeredRuntimes);
    logDrivers = Set.copyOf(logDrivers);
  }

  /**
   * Reads an answer.
   *
   * @param own what Podman says in its own words; missing for other engines
   */
  public static EngineFacts of(Dialect dialect, Json info, Json own) {
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
            EngineAbilities.of(dialect, info, own, ociRuntimes.keySet())),
        ociRuntimes,
        identity(dialect, info),
        registeredRuntimes(dialect, info),
        logDrivers(info),
        info.at("KernelVersion").text(),
        isRootless(info));
  }

  /** Podman says it in a field of its own. */
  private static boolean isRootless(Json info) {
    return info.at("Rootless").isTrue()
        || info.at("SecurityOptions").items().stream()
            .anyMatch(option -> option.text().equals("name=rootless"));
  }

  private static Set<String> registeredRuntimes(Dialect dialect, Json info) {
    return switch (dialect.kind()) {
      case DOCKER -> info.at("Runtimes").fields().keySet();
      case PODMAN -> Set.of(baseName(info.at("DefaultRuntime").text()));
    };
  }

  private static Set<String> logDrivers(Json info) {
    Set<String> found = new HashSet<>();
    info.at("Plugins").at("Log").items().forEach(driver -> found.add(driver.text()));
    if (found.contains("k8s-file")) {
      // The name by which Docker's users know it.
      found.add("json-file");
    }
    return found;
  }

  /** Podman makes up another id at each answer; its name and storage folder stay. */
  private static String identity(Dialect dialect, Json info) {
    return switch (dialect.kind()) {
      case DOCKER -> info.at("ID").text();
      case PODMAN -> (info.at("Name").text() + " " + info.at("DockerRootDir").text()).strip();
    };
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

  public static String baseName(String path) {
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
