package dev.tallyman.runtime;

import dev.tallyman.runtime.Networking.Attached;
import dev.tallyman.runtime.Networking.Attachment;
import dev.tallyman.runtime.ProcessSpec.Trait;
import java.util.EnumSet;
import java.util.Set;

/** Finds out what an {@link InstanceSpec} asks of its engine. */
final class Needs {

  private final EnumSet<Capability> needs = EnumSet.noneOf(Capability.class);

  private Needs() {}

  static Set<Capability> of(InstanceSpec spec) {
    Needs found = new Needs();
    found.base(spec);
    Surroundings around = spec.surroundings();
    found.networking(around.networking());
    around.mounts().forEach(found::mount);
    found.when(!around.files().isEmpty(), Capability.FILES);
    found.security(around.security());
    found.process(around.process());
    found.tuning(around.tuning());
    return found.needs;
  }

  private void base(InstanceSpec spec) {
    needs.add(Capability.of(spec.isolation()));
    when(spec.limits().cpuMillis() > 0, Capability.LIMIT_CPU);
    when(spec.limits().memoryBytes() > 0, Capability.LIMIT_MEMORY);
    when(spec.limits().pids() > 0, Capability.LIMIT_PIDS);
    when(!spec.ports().isEmpty(), Capability.PORTS);
    when(spec.stopSignal().isPresent(), Capability.STOP_SIGNAL);
    when(spec.user().isPresent(), Capability.USER);
  }

  private void networking(Networking networking) {
    switch (networking.mode()) {
      case Networking.Engine _ -> {
        // every engine has one
      }
      case Attached(var attachments) -> attachments.forEach(this::attachment);
      case Networking.None _ -> needs.add(Capability.NETWORK_NONE);
      case Networking.Host _ -> needs.add(Capability.NETWORK_HOST);
      case Networking.SharedWith _ -> needs.add(Capability.NETWORK_SHARED);
    }
    when(networking.hostname().isPresent(), Capability.HOSTNAME);
    when(networking.domainName().isPresent(), Capability.DOMAIN_NAME);
    when(!networking.dns().equals(Networking.Dns.DEFAULT), Capability.DNS);
    when(!networking.extraHosts().isEmpty(), Capability.EXTRA_HOSTS);
    for (Networking.HostEntry entry : networking.extraHosts()) {
      when(entry.address().equals(Networking.HostEntry.HOST_GATEWAY), Capability.HOST_GATEWAY);
    }
  }

  private void attachment(Attachment attachment) {
    needs.add(Capability.NETWORKS);
    Set<NetworkSpec.Trait> traits = attachment.network().traits();
    when(traits.contains(NetworkSpec.Trait.INTERNAL), Capability.NETWORK_INTERNAL);
    when(
        traits.contains(NetworkSpec.Trait.IPV6) || attachment.ipv6().isPresent(),
        Capability.NETWORK_IPV6);
  }

  private void mount(Mount mount) {
    switch (mount.source()) {
      case Mount.Bind bind -> {
        needs.add(Capability.MOUNT_BIND);
        when(bind.selinux() != Mount.SelinuxLabel.UNCHANGED, Capability.SELINUX);
      }
      case Mount.Named named -> {
        needs.add(Capability.VOLUMES);
        when(named.copy() == Mount.Copy.NONE, Capability.VOLUME_NO_COPY);
        when(named.subpath().isPresent(), Capability.VOLUME_SUBPATH);
      }
      case Mount.Tmpfs _ -> needs.add(Capability.MOUNT_TMPFS);
    }
  }

  private void security(Security security) {
    Set<Security.Grant> grants = security.grants();
    when(grants.contains(Security.Grant.PRIVILEGED), Capability.PRIVILEGED);
    when(grants.contains(Security.Grant.NO_NEW_PRIVILEGES), Capability.NO_NEW_PRIVILEGES);
    when(grants.contains(Security.Grant.READ_ONLY_ROOT), Capability.READ_ONLY_ROOT);
    when(
        !security.capAdd().isEmpty() || !security.capDrop().isEmpty(),
        Capability.KERNEL_CAPABILITIES);
    // What is not confined at all needs nobody who could confine it.
    when(security.seccomp().filter(Needs::confines).isPresent(), Capability.SECCOMP);
    when(security.apparmor().filter(Needs::confines).isPresent(), Capability.APPARMOR);
    when(
        security.selinux().stream().anyMatch(label -> !label.equals("disable")),
        Capability.SELINUX);
    when(!security.groups().isEmpty(), Capability.GROUPS);
    when(security.userNamespace().isPresent(), Capability.USER_NAMESPACE);
  }

  private static boolean confines(String profile) {
    return !profile.equals("unconfined");
  }

  private void process(ProcessSpec process) {
    when(process.traits().contains(Trait.INIT), Capability.INIT);
    when(
        process.traits().contains(Trait.TTY) || process.traits().contains(Trait.STDIN_OPEN),
        Capability.TERMINAL);
    when(!process.ulimits().isEmpty(), Capability.ULIMITS);
    when(!process.sysctls().isEmpty(), Capability.SYSCTLS);
    process
        .devices()
        .forEach(device ->
            needs.add(
                device.source().startsWith("/") ? Capability.DEVICES : Capability.DEVICES_CDI));
    when(process.shmBytes() > 0, Capability.SHM_SIZE);
    when(isChosen(process.pidNamespace()), Capability.PID_NAMESPACE);
    when(isChosen(process.ipcNamespace()), Capability.IPC_NAMESPACE);
    when(process.logging().isPresent(), Capability.LOGGING);
    when(process.platform().isPresent(), Capability.PLATFORM);
    when(process.ociRuntime().isPresent(), Capability.OCI_RUNTIME);
    when(!process.annotations().isEmpty(), Capability.ANNOTATIONS);
  }

  private static boolean isChosen(ProcessSpec.Namespace namespace) {
    return switch (namespace) {
      case ProcessSpec.Own _ -> false;
      case ProcessSpec.OfHost _, ProcessSpec.OfWorkload _, ProcessSpec.Named _ -> true;
    };
  }

  private void tuning(Tuning tuning) {
    when(tuning.memorySwapBytes() != 0, Capability.LIMIT_SWAP);
    when(tuning.memoryReservationBytes() > 0, Capability.LIMIT_MEMORY_RESERVATION);
    when(tuning.cpuShares() > 0, Capability.LIMIT_CPU_SHARES);
    when(tuning.cpuset().isPresent(), Capability.LIMIT_CPUSET);
    when(tuning.oomScoreAdjustment() != 0, Capability.LIMIT_OOM_SCORE);
  }

  private void when(boolean asked, Capability need) {
    if (asked) {
      needs.add(need);
    }
  }
}
