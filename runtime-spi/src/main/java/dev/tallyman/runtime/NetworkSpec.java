package dev.tallyman.runtime;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A network that instances of a stack share.
 *
 * @param name its name at the engine
 * @param ownership whose it is
 * @param driver empty for the engine's own
 * @param driverOptions for the driver
 * @param traits what it is beyond a plain network
 * @param subnets address ranges; empty for the engine's choice
 * @param labels further labels; none begins with {@link Labels#PREFIX}
 */
public record NetworkSpec(
    String name,
    Ownership ownership,
    Optional<String> driver,
    Map<String, String> driverOptions,
    Set<Trait> traits,
    List<Subnet> subnets,
    Map<String, String> labels) {

  /** What a network can be beyond a plain one. */
  public enum Trait {
    /** There is no way out of it. */
    INTERNAL,
    /** Instances that are not of its stack may be attached by hand. */
    ATTACHABLE,
    /** It has addresses of IPv6 too. */
    IPV6
  }

  /**
   * An address range.
   *
   * @param subnet in CIDR form
   * @param gateway empty for the engine's choice
   * @param ipRange where addresses are taken from, in CIDR form; empty for the whole subnet
   */
  public record Subnet(String subnet, Optional<String> gateway, Optional<String> ipRange) {
    public Subnet {
      requireNonNull(subnet, "subnet");
      requireNonNull(gateway, "gateway");
      requireNonNull(ipRange, "ipRange");
    }
  }

  public NetworkSpec {
    requireNonNull(name, "name");
    requireNonNull(ownership, "ownership");
    requireNonNull(driver, "driver");
    driverOptions = Collections.unmodifiableMap(new TreeMap<>(driverOptions));
    traits = Set.copyOf(traits);
    subnets = List.copyOf(subnets);
    labels = Collections.unmodifiableMap(new TreeMap<>(labels));
  }
}
