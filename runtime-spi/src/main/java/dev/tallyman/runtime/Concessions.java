package dev.tallyman.runtime;

import dev.tallyman.runtime.Networking.HostEntry;
import dev.tallyman.runtime.ProcessSpec.Trait;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Takes out of an {@link InstanceSpec} what an engine cannot do and the workload can do without.
 */
final class Concessions {

  private final Set<Capability> lacking;

  private Concessions(Set<Capability> lacking) {
    this.lacking = lacking;
  }

  static InstanceSpec make(InstanceSpec spec, Set<Capability> lacking) {
    lacking.stream()
        .filter(capability -> !capability.isDispensable())
        .findFirst()
        .ifPresent(capability -> {
          throw new IllegalArgumentException(
              "capability: " + capability.word() + " (expected: one that can be done without)");
        });
    return new Concessions(EnumSet.copyOf(lacking)).make(spec);
  }

  private InstanceSpec make(InstanceSpec spec) {
    Surroundings around = spec.surroundings();
    return new InstanceSpec(
        spec.uid(),
        spec.stack(),
        spec.workload(),
        spec.labels(),
        spec.image(),
        spec.command(),
        spec.args(),
        spec.env(),
        spec.workingDir(),
        spec.user(),
        spec.isolation(),
        limits(spec.limits()),
        spec.ports(),
        unless(Capability.STOP_SIGNAL, spec.stopSignal(), Optional.empty()),
        spec.stopGrace(),
        spec.fixedName(),
        spec.feed(),
        spec.dependencies(),
        spec.lateEnv(),
        new Surroundings(
            networking(around.networking()),
            around.mounts(),
            around.files(),
            around.security(),
            process(around.process()),
            tuning(around.tuning())),
        Optional.of(spec.specHash()));
  }

  private <T> T unless(Capability capability, T asked, T leftToTheEngine) {
    return lacking.contains(capability) ? leftToTheEngine : asked;
  }

  private Limits limits(Limits asked) {
    return new Limits(
        unless(Capability.LIMIT_CPU, asked.cpuMillis(), 0L),
        unless(Capability.LIMIT_MEMORY, asked.memoryBytes(), 0L),
        unless(Capability.LIMIT_PIDS, asked.pids(), 0L));
  }

  private Networking networking(Networking asked) {
    List<HostEntry> reachable =
        lacking.contains(Capability.HOST_GATEWAY)
            ? asked.extraHosts().stream()
                .filter(entry -> !entry.address().equals(HostEntry.HOST_GATEWAY))
                .toList()
            : asked.extraHosts();
    return new Networking(
        asked.mode(),
        unless(Capability.HOSTNAME, asked.hostname(), Optional.empty()),
        unless(Capability.DOMAIN_NAME, asked.domainName(), Optional.empty()),
        unless(Capability.DNS, asked.dns(), Networking.Dns.DEFAULT),
        unless(Capability.EXTRA_HOSTS, reachable, List.of()));
  }

  private ProcessSpec process(ProcessSpec asked) {
    EnumSet<Trait> traits = EnumSet.noneOf(Trait.class);
    traits.addAll(asked.traits());
    if (lacking.contains(Capability.INIT)) {
      traits.remove(Trait.INIT);
    }
    if (lacking.contains(Capability.TERMINAL)) {
      traits.removeAll(Set.of(Trait.TTY, Trait.STDIN_OPEN));
    }
    return new ProcessSpec(
        traits,
        unless(Capability.ULIMITS, asked.ulimits(), List.of()),
        asked.sysctls(),
        asked.devices(),
        unless(Capability.SHM_SIZE, asked.shmBytes(), 0L),
        asked.pidNamespace(),
        asked.ipcNamespace(),
        unless(Capability.LOGGING, asked.logging(), Optional.empty()),
        asked.platform(),
        asked.ociRuntime(),
        unless(Capability.ANNOTATIONS, asked.annotations(), Map.of()));
  }

  private Tuning tuning(Tuning asked) {
    // A bound on swap is one on memory and swap together, and means nothing without the other.
    long swap = unless(Capability.LIMIT_MEMORY, asked.memorySwapBytes(), 0L);
    return new Tuning(
        unless(Capability.LIMIT_SWAP, swap, 0L),
        unless(Capability.LIMIT_MEMORY_RESERVATION, asked.memoryReservationBytes(), 0L),
        unless(Capability.LIMIT_CPU_SHARES, asked.cpuShares(), 0L),
        unless(Capability.LIMIT_CPUSET, asked.cpuset(), Optional.empty()),
        unless(Capability.LIMIT_OOM_SCORE, asked.oomScoreAdjustment(), 0));
  }
}
