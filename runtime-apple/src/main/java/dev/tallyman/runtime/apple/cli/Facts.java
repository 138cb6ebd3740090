package dev.tallyman.runtime.apple.cli;

import dev.tallyman.runtime.Capability;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * What the command and its system service say of themselves.
 *
 * @param client version of the command
 * @param server version of the system service that runs; empty if it was not told
 * @param appRoot where the service keeps its containers; empty if it was not told
 * @param createFlags options of {@code create}
 * @param networkFlags options of {@code network create}; none where it makes no networks, as on
 *     macOS 15
 */
public record Facts(
    Version client,
    Optional<Version> server,
    Optional<Path> appRoot,
    Set<String> createFlags,
    Set<String> networkFlags) {

  /** The first version whose pulls tell how far they are to one who is no terminal. */
  private static final Version PLAIN_PROGRESS = new Version(0, 12, 0, "0.12");

  public Facts {
    createFlags = Set.copyOf(createFlags);
    networkFlags = Set.copyOf(networkFlags);
  }

  /** Whether the command and its service are of one version. After an upgrade they are not. */
  public boolean isOfOnePiece() {
    return server.isEmpty() || server.get().compareTo(client) == 0;
  }

  boolean tellsProgress() {
    return client.isAtLeast(PLAIN_PROGRESS);
  }

  /**
   * What a workload can ask for. A virtual machine separates better than the {@code container} that
   * most ask for, so that is offered too.
   */
  public Set<Capability> capabilities() {
    EnumSet<Capability> can =
        EnumSet.of(
            Capability.ISOLATION_CONTAINER,
            Capability.ISOLATION_MICROVM,
            Capability.EXEC,
            Capability.LOGS,
            Capability.FILES,
            Capability.STOP_SIGNAL);
    flag(can, "--cpus", Capability.LIMIT_CPU);
    flag(can, "--memory", Capability.LIMIT_MEMORY);
    flag(can, "--publish", Capability.PORTS);
    flag(can, "--user", Capability.USER);
    flag(can, "--network", Capability.NETWORK_NONE);
    flag(can, "--dns", Capability.DNS);
    flag(can, "--tmpfs", Capability.MOUNT_TMPFS);
    flag(can, "--read-only", Capability.READ_ONLY_ROOT);
    flag(can, "--cap-add", Capability.KERNEL_CAPABILITIES);
    flag(can, "--ulimit", Capability.ULIMITS);
    flag(can, "--shm-size", Capability.SHM_SIZE);
    flag(can, "--init", Capability.INIT);
    flag(can, "--platform", Capability.PLATFORM);
    if (createFlags.contains("--volume")) {
      can.addAll(
          Set.of(
              Capability.MOUNT_BIND,
              Capability.VOLUMES,
              // Its volumes are never filled with what an image has.
              Capability.VOLUME_NO_COPY,
              // By a hosts file of ours, which is mounted.
              Capability.EXTRA_HOSTS));
    }
    if (!networkFlags.isEmpty() && can.contains(Capability.EXTRA_HOSTS)) {
      can.add(Capability.NETWORKS);
    }
    if (networkFlags.contains("--internal")) {
      can.add(Capability.NETWORK_INTERNAL);
    }
    return can;
  }

  private void flag(Set<Capability> can, String flag, Capability capability) {
    if (createFlags.contains(flag)) {
      can.add(capability);
    }
  }
}
