package dev.tallyman.runtime.oci.engine;

import dev.tallyman.runtime.Capability;
import dev.tallyman.runtime.Isolation;
import dev.tallyman.runtime.oci.http.Json;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * What an engine can do, read from what it says of itself. What it does not say counts as not
 * there; only what every version of the API that is spoken here has needs no word of the engine.
 * Engines ignore in silence what their version does not know, so that nothing must be guessed.
 */
final class EngineAbilities {

  /** Part of every version of the API that is spoken here, on all engines. */
  private static final Set<Capability> ALWAYS =
      EnumSet.of(
          Capability.ISOLATION_CONTAINER,
          Capability.STOP_SIGNAL,
          Capability.USER,
          Capability.LIMIT_OOM_SCORE,
          Capability.NETWORK_NONE,
          Capability.NETWORK_HOST,
          Capability.NETWORK_SHARED,
          Capability.HOSTNAME,
          Capability.DNS,
          Capability.EXTRA_HOSTS,
          Capability.MOUNT_BIND,
          Capability.MOUNT_TMPFS,
          Capability.PRIVILEGED,
          Capability.KERNEL_CAPABILITIES,
          Capability.NO_NEW_PRIVILEGES,
          Capability.READ_ONLY_ROOT,
          Capability.GROUPS,
          Capability.USER_NAMESPACE,
          Capability.PID_NAMESPACE,
          Capability.IPC_NAMESPACE,
          Capability.DEVICES,
          Capability.SYSCTLS,
          Capability.ULIMITS,
          Capability.SHM_SIZE,
          Capability.TERMINAL,
          Capability.PLATFORM,
          Capability.OCI_RUNTIME,
          Capability.EXEC);

  private final EnumSet<Capability> found = EnumSet.copyOf(ALWAYS);

  private EngineAbilities() {}

  static Set<Capability> of(Dialect dialect, Json info, Json own, Set<Isolation> isolations) {
    EngineAbilities abilities = new EngineAbilities();
    isolations.forEach(isolation -> abilities.found.add(Capability.of(isolation)));
    abilities.limits(info);
    abilities.networks(info, own);
    abilities.volumes(info);
    abilities.security(info);
    abilities.output(info, own);
    switch (dialect.kind()) {
      case DOCKER -> abilities.docker(dialect, info);
      // That it has an init program it says only when it is asked to use it, and then it refuses.
      case PODMAN -> abilities.found.add(Capability.INIT);
    }
    return abilities.found;
  }

  private void limits(Json info) {
    when(info.at("CpuCfsQuota").isTrue() && info.at("CpuCfsPeriod").isTrue(), Capability.LIMIT_CPU);
    when(info.at("CPUShares").isTrue(), Capability.LIMIT_CPU_SHARES);
    when(info.at("CPUSet").isTrue(), Capability.LIMIT_CPUSET);
    // The kernel has both or none.
    when(
        info.at("MemoryLimit").isTrue(),
        Capability.LIMIT_MEMORY,
        Capability.LIMIT_MEMORY_RESERVATION);
    when(info.at("SwapLimit").isTrue(), Capability.LIMIT_SWAP);
    when(info.at("PidsLimit").isTrue(), Capability.LIMIT_PIDS);
  }

  private void networks(Json info, Json own) {
    if (!lists(info.at("Plugins").at("Network"), "bridge")) {
      return;
    }
    found.add(Capability.PORTS);
    // Newer Podmans say whether they have the program that resolves names.
    Json backend = own.at("host").at("networkBackendInfo");
    if (!backend.isPresent() || !backend.at("dns").at("path").text().isEmpty()) {
      found.add(Capability.NETWORKS);
      found.add(Capability.NETWORK_INTERNAL);
      found.add(Capability.NETWORK_IPV6);
    }
  }

  private void volumes(Json info) {
    when(
        lists(info.at("Plugins").at("Volume"), "local"),
        Capability.VOLUMES,
        Capability.VOLUME_NO_COPY);
  }

  /** Such as {@code name=seccomp,profile=default}. */
  private void security(Json info) {
    for (Json option : info.at("SecurityOptions").items()) {
      String name = option.text().split(",", 2)[0];
      when(name.equals("name=seccomp"), Capability.SECCOMP);
      when(name.equals("name=apparmor"), Capability.APPARMOR);
      when(name.equals("name=selinux"), Capability.SELINUX);
    }
  }

  private void output(Json info, Json own) {
    when(!info.at("Plugins").at("Log").items().isEmpty(), Capability.LOGGING);
    String driver =
        Optional.of(info.at("LoggingDriver").text())
            .filter(word -> !word.isEmpty())
            .orElseGet(() -> own.at("host").at("logDriver").text());
    when(
        !driver.isEmpty() && !driver.equals("none") && !driver.equals("passthrough"),
        Capability.LOGS);
  }

  private void docker(Dialect dialect, Json info) {
    found.add(Capability.DOMAIN_NAME);
    found.add(Capability.HOST_GATEWAY);
    when(!info.at("InitBinary").text().isEmpty(), Capability.INIT);
    when(dialect.speaks(1, 43), Capability.ANNOTATIONS);
    when(!info.at("CDISpecDirs").items().isEmpty(), Capability.DEVICES_CDI);
  }

  private static boolean lists(Json names, String name) {
    return names.items().stream().anyMatch(item -> item.text().equals(name));
  }

  private void when(boolean said, Capability... capabilities) {
    if (said) {
      found.addAll(Set.of(capabilities));
    }
  }
}
