package dev.tallyman.runtime;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A volume that instances of a stack share. It outlives them.
 *
 * @param name its name at the engine
 * @param ownership whose it is
 * @param driver empty for the engine's own
 * @param driverOptions for the driver
 * @param labels further labels; none begins with {@link Labels#PREFIX}
 */
public record VolumeSpec(
    String name,
    Ownership ownership,
    Optional<String> driver,
    Map<String, String> driverOptions,
    Map<String, String> labels) {
  public VolumeSpec {
    requireNonNull(name, "name");
    requireNonNull(ownership, "ownership");
    requireNonNull(driver, "driver");
    driverOptions = Collections.unmodifiableMap(new TreeMap<>(driverOptions));
    labels = Collections.unmodifiableMap(new TreeMap<>(labels));
  }
}
