package dev.tallyman.runtime;

import static java.util.Objects.requireNonNull;

import java.util.EnumSet;
import java.util.Set;

/**
 * What an engine says of itself.
 *
 * @param kind the engine's name in lower case, such as {@code docker} or {@code podman}
 * @param version the engine's own version
 * @param apiVersion the version of its API that is spoken with it
 * @param os operating system of its instances, such as {@code linux}
 * @param architecture {@code amd64}, {@code arm64} or what else the engine says
 * @param cpus processors that its instances can use; on a Mac those of its virtual machine
 * @param memoryBytes memory that its instances can use
 * @param capabilities what it can do
 */
public record RuntimeInfo(
    String kind,
    String version,
    String apiVersion,
    String os,
    String architecture,
    int cpus,
    long memoryBytes,
    Set<Capability> capabilities) {
  public RuntimeInfo {
    requireNonNull(kind, "kind");
    requireNonNull(version, "version");
    requireNonNull(apiVersion, "apiVersion");
    requireNonNull(os, "os");
    requireNonNull(architecture, "architecture");
    capabilities = Set.copyOf(capabilities);
  }

  /** The same engine, which can do this too. */
  public RuntimeInfo with(Capability capability) {
    EnumSet<Capability> more = EnumSet.of(capability);
    more.addAll(capabilities);
    return new RuntimeInfo(kind, version, apiVersion, os, architecture, cpus, memoryBytes, more);
  }
}
