package dev.tallyman.runtime.testkit;

import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.PortBinding;
import dev.tallyman.runtime.RuntimeFailure;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The ports of the host that an engine runs on. Guarded by the engine's lock. */
final class HostPorts {

  /** Where engines begin to look for a free port. */
  private static final int FIRST_FREE = 32768;

  private static final int LAST = 65535;

  /** Ports that somebody else listens on. */
  private final Set<Integer> occupied = new HashSet<>();

  private final Set<PortBinding> bound = new LinkedHashSet<>();
  private int lastChosen = FIRST_FREE - 1;

  void occupy(int port) {
    occupied.add(port);
  }

  /**
   * Listens on all ports that a container asks for, or on none.
   *
   * @throws RuntimeFailure.Conflict if one of them is taken
   */
  List<PortBinding> bind(Container container) {
    List<PortBinding> bindings = new ArrayList<>();
    for (PortBinding wanted : container.spec().map(InstanceSpec::ports).orElse(List.of())) {
      PortBinding binding = wanted.hostPort() == 0 ? choose(wanted, bindings) : wanted;
      if (isTaken(binding, bindings)) {
        throw new RuntimeFailure.Conflict(
            RuntimeFailure.Conflict.Subject.PORT,
            container.name() + ": port " + binding.hostPort() + " of the host is taken");
      }
      bindings.add(binding);
    }
    bound.addAll(bindings);
    return List.copyOf(bindings);
  }

  /** Gives back what a container listens on. */
  void release(Container container) {
    container.ports.forEach(bound::remove);
    container.ports = List.of();
  }

  private PortBinding choose(PortBinding wanted, List<PortBinding> own) {
    for (int tries = FIRST_FREE; tries <= LAST; tries++) {
      lastChosen = lastChosen == LAST ? FIRST_FREE : lastChosen + 1;
      PortBinding candidate =
          new PortBinding(wanted.containerPort(), lastChosen, wanted.hostIp(), wanted.protocol());
      if (!isTaken(candidate, own)) {
        return candidate;
      }
    }
    throw new RuntimeFailure.Conflict(
        RuntimeFailure.Conflict.Subject.PORT, "no port of the host is free");
  }

  private boolean isTaken(PortBinding binding, List<PortBinding> own) {
    return occupied.contains(binding.hostPort())
        || own.stream().anyMatch(other -> collide(other, binding))
        || bound.stream().anyMatch(other -> collide(other, binding));
  }

  private static boolean collide(PortBinding one, PortBinding other) {
    return one.hostPort() == other.hostPort()
        && one.protocol() == other.protocol()
        && (one.hostIp().equals(other.hostIp()) || isAny(one.hostIp()) || isAny(other.hostIp()));
  }

  private static boolean isAny(String ip) {
    return ip.isEmpty() || ip.equals("0.0.0.0") || ip.equals("::");
  }
}
