package dev.tallyman.agent.model;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;

/**
 * What this node is, as far as it does not change while the agent runs.
 *
 * @param name the node's name in the configuration
 * @param labels free key-value pairs for schedulers
 * @param capacity what the host has
 * @param allocatable what workloads may have of it
 * @param addresses addresses at which others reach the host
 * @param os {@code linux} or {@code macos}
 * @param architecture {@code amd64} or {@code arm64}
 * @param hostname the host's own name
 * @param agentVersion version of this agent
 */
public record NodeFacts(
    String name,
    Map<String, String> labels,
    Amounts capacity,
    Amounts allocatable,
    List<String> addresses,
    String os,
    String architecture,
    String hostname,
    String agentVersion) {

  /**
   * Amounts of what workloads share.
   *
   * @param cpuMillis thousandths of a core
   * @param memoryBytes bytes of memory
   */
  public record Amounts(long cpuMillis, long memoryBytes) {}

  public NodeFacts {
    requireNonNull(name, "name");
    labels = Map.copyOf(labels);
    requireNonNull(capacity, "capacity");
    requireNonNull(allocatable, "allocatable");
    addresses = List.copyOf(addresses);
    requireNonNull(os, "os");
    requireNonNull(architecture, "architecture");
    requireNonNull(hostname, "hostname");
    requireNonNull(agentVersion, "agentVersion");
  }
}
