package dev.tallyman.runtime;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * The network that an instance has.
 *
 * @param mode which
 * @param hostname host name inside; empty for the engine's choice
 * @param domainName domain name inside
 * @param dns name servers and search domains instead of the engine's
 * @param extraHosts lines of its hosts file
 */
public record Networking(
    Mode mode,
    Optional<String> hostname,
    Optional<String> domainName,
    Dns dns,
    List<HostEntry> extraHosts) {

  /** The engine's default network and nothing else. */
  public static final Networking DEFAULT =
      new Networking(new Engine(), Optional.empty(), Optional.empty(), Dns.DEFAULT, List.of());

  /** Which network. */
  public sealed interface Mode {}

  /** The engine's default network. */
  public record Engine() implements Mode {}

  /**
   * These networks.
   *
   * @param attachments at least one; the first is the default route
   */
  public record Attached(List<Attachment> attachments) implements Mode {
    public Attached {
      attachments = List.copyOf(attachments);
      if (attachments.isEmpty()) {
        throw new IllegalArgumentException("attachments: none (expected: at least one)");
      }
    }
  }

  /** Only a loopback of its own. */
  public record None() implements Mode {}

  /** The host's. */
  public record Host() implements Mode {}

  /**
   * That of the instance of another workload of the same stack, which must run.
   *
   * @param workload name of that workload ({@link Labels#WORKLOAD})
   */
  public record SharedWith(String workload) implements Mode {
    public SharedWith {
      requireNonNull(workload, "workload");
    }
  }

  /**
   * How an instance is attached to a network.
   *
   * @param network the network
   * @param aliases names by which others on it reach the instance
   * @param ipv4 fixed address
   * @param ipv6 fixed address
   * @param mac fixed hardware address
   */
  public record Attachment(
      NetworkSpec network,
      List<String> aliases,
      Optional<String> ipv4,
      Optional<String> ipv6,
      Optional<String> mac) {
    public Attachment {
      requireNonNull(network, "network");
      aliases = List.copyOf(aliases);
      requireNonNull(ipv4, "ipv4");
      requireNonNull(ipv6, "ipv6");
      requireNonNull(mac, "mac");
    }
  }

  /** Name servers, search domains and resolver options; each empty for the engine's. */
  public record Dns(List<String> servers, List<String> searches, List<String> options) {

    /** The engine's. */
    public static final Dns DEFAULT = new Dns(List.of(), List.of(), List.of());

    public Dns {
      servers = List.copyOf(servers);
      searches = List.copyOf(searches);
      options = List.copyOf(options);
    }
  }

  /**
   * A line of the hosts file.
   *
   * @param address an address, or {@link #HOST_GATEWAY} for the host's
   */
  public record HostEntry(String name, String address) {

    /** Stands for the address by which an instance reaches the host. */
    public static final String HOST_GATEWAY = "host-gateway";

    public HostEntry {
      requireNonNull(name, "name");
      requireNonNull(address, "address");
    }
  }

  public Networking {
    requireNonNull(mode, "mode");
    requireNonNull(hostname, "hostname");
    requireNonNull(domainName, "domainName");
    requireNonNull(dns, "dns");
    extraHosts = List.copyOf(extraHosts);
  }
}
