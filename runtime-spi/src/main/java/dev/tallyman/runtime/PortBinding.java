package dev.tallyman.runtime;

import static java.util.Objects.requireNonNull;

/**
 * A port of an instance that the host listens on.
 *
 * @param containerPort port inside the instance, 1 to 65535
 * @param hostPort port of the host, 1 to 65535; 0 in a spec lets the engine choose a free one
 * @param hostIp address of the host that it listens on
 * @param protocol TCP or UDP
 */
public record PortBinding(int containerPort, int hostPort, String hostIp, Protocol protocol) {

  /** The protocols that engines forward. */
  public enum Protocol {
    TCP,
    UDP
  }

  public PortBinding {
    if (containerPort < 1 || containerPort > 65535) {
      throw new IllegalArgumentException(
          "containerPort: " + containerPort + " (expected: 1 to 65535)");
    }
    if (hostPort < 0 || hostPort > 65535) {
      throw new IllegalArgumentException("hostPort: " + hostPort + " (expected: 0 to 65535)");
    }
    requireNonNull(hostIp, "hostIp");
    requireNonNull(protocol, "protocol");
  }
}
