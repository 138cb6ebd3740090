package dev.tallyman.agent.plan;

import static java.util.Objects.requireNonNull;

import dev.tallyman.runtime.PortBinding;
import java.util.List;
import java.util.Optional;

/**
 * What other workloads of the stack may know of a running one.
 *
 * @param host name or address at which they reach it
 * @param ports its published ports, as the host really listens on them
 */
public record Facts(String host, List<PortBinding> ports) {
  public Facts {
    requireNonNull(host, "host");
    ports = List.copyOf(ports);
  }

  /**
   * A fact by its name: {@code host}, {@code port} (the first one), {@code port.N}, {@code
   * hostPort.N}, {@code url}.
   *
   * @return empty if it has none of that name
   */
  public Optional<String> find(String name) {
    if (name.equals("host")) {
      return Optional.of(host);
    }
    Optional<PortBinding> first = ports.stream().findFirst();
    if (name.equals("port")) {
      return first.map(port -> String.valueOf(port.containerPort()));
    }
    if (name.equals("url")) {
      return first.map(port -> "tcp://" + host + ":" + port.containerPort());
    }
    if (name.startsWith("port.")) {
      // Whoever names a port may also mean one that is not published.
      return Optional.of(name.substring("port.".length()));
    }
    if (name.startsWith("hostPort.")) {
      String wanted = name.substring("hostPort.".length());
      return ports.stream()
          .filter(port -> String.valueOf(port.containerPort()).equals(wanted))
          .filter(port -> port.hostPort() > 0)
          .map(port -> String.valueOf(port.hostPort()))
          .findFirst();
    }
    return Optional.empty();
  }
}
