package dev.tallyman.runtime;

import java.util.Comparator;
import java.util.List;

/**
 * The part of a spec's hash that its {@link Surroundings} give. A part that is as where nothing is
 * asked for is not encoded, so that specs from before there was such a part keep their hash. Labels
 * of networks and volumes do not count: they are given when these are made, and never compared.
 */
final class SurroundingsHash {

  private final SpecHash hash;

  private SurroundingsHash(SpecHash hash) {
    this.hash = hash;
  }

  static void add(Surroundings around, SpecHash hash) {
    SurroundingsHash part = new SurroundingsHash(hash);
    if (!around.networking().equals(Networking.DEFAULT)) {
      part.networking(around.networking());
    }
    if (!around.mounts().isEmpty()) {
      part.mounts(around.mounts());
    }
    if (!around.files().isEmpty()) {
      part.files(around.files());
    }
    if (!around.security().equals(Security.DEFAULT)) {
      part.security(around.security());
    }
    if (!around.process().equals(ProcessSpec.DEFAULT)) {
      part.process(around.process());
    }
    if (!around.tuning().equals(Tuning.DEFAULT)) {
      part.tuning(around.tuning());
    }
  }

  private void networking(Networking networking) {
    hash.tag("networking");
    switch (networking.mode()) {
      case Networking.Engine _ -> hash.tag("engine");
      case Networking.None _ -> hash.tag("none");
      case Networking.Host _ -> hash.tag("host");
      case Networking.SharedWith(String workload) -> hash.tag("shared").text(workload);
      case Networking.Attached(List<Networking.Attachment> attachments) -> {
        hash.tag("attached").number(attachments.size());
        attachments.forEach(this::attachment);
      }
    }
    hash.optional(networking.hostname());
    hash.optional(networking.domainName());
    hash.list(networking.dns().servers());
    hash.list(networking.dns().searches());
    hash.list(networking.dns().options());
    hash.number(networking.extraHosts().size());
    for (Networking.HostEntry entry : networking.extraHosts()) {
      hash.text(entry.name());
      hash.text(entry.address());
    }
  }

  private void attachment(Networking.Attachment attachment) {
    NetworkSpec network = attachment.network();
    hash.text(network.name());
    hash.text(network.ownership().name());
    hash.optional(network.driver());
    hash.map(network.driverOptions());
    hash.words(network.traits());
    hash.number(network.subnets().size());
    for (NetworkSpec.Subnet subnet : network.subnets()) {
      hash.text(subnet.subnet());
      hash.optional(subnet.gateway());
      hash.optional(subnet.ipRange());
    }
    hash.set(attachment.aliases());
    hash.optional(attachment.ipv4());
    hash.optional(attachment.ipv6());
    hash.optional(attachment.mac());
  }

  private void mounts(List<Mount> mounts) {
    hash.tag("mounts").number(mounts.size());
    // Two mounts never have one target, so their order says nothing.
    mounts.stream().sorted(Comparator.comparing(Mount::target)).forEach(this::mount);
  }

  private void mount(Mount mount) {
    hash.text(mount.target());
    hash.text(mount.access().name());
    switch (mount.source()) {
      case Mount.Bind bind -> {
        hash.tag("bind").text(bind.path());
        hash.text(bind.missing().name());
        hash.optional(bind.propagation());
        hash.text(bind.selinux().name());
      }
      case Mount.Named named -> {
        hash.tag("volume").number(named.volume().isPresent() ? 1 : 0);
        named.volume().ifPresent(this::volume);
        hash.text(named.copy().name());
        hash.optional(named.subpath());
      }
      case Mount.Tmpfs tmpfs -> {
        hash.tag("tmpfs").number(tmpfs.sizeBytes());
        hash.number(tmpfs.mode());
        hash.list(tmpfs.options());
      }
    }
  }

  private void volume(VolumeSpec volume) {
    hash.text(volume.name());
    hash.text(volume.ownership().name());
    hash.optional(volume.driver());
    hash.map(volume.driverOptions());
  }

  private void files(List<HostFile> files) {
    hash.tag("files").number(files.size());
    files.stream()
        .sorted(Comparator.comparing(HostFile::target))
        .forEach(file -> {
          hash.text(file.target());
          hash.secret(file.content().bytes());
          hash.number(file.mode());
          hash.number(file.uid());
          hash.number(file.gid());
        });
  }

  private void security(Security security) {
    hash.tag("security").words(security.grants());
    hash.set(security.capAdd());
    hash.set(security.capDrop());
    hash.optional(security.seccomp());
    hash.optional(security.apparmor());
    hash.set(security.selinux());
    hash.set(security.groups());
    hash.optional(security.userNamespace());
  }

  private void process(ProcessSpec process) {
    hash.tag("process").words(process.traits());
    hash.number(process.ulimits().size());
    process.ulimits().stream()
        .sorted(Comparator.comparing(ProcessSpec.Ulimit::name))
        .forEach(ulimit -> {
          hash.text(ulimit.name());
          hash.number(ulimit.soft());
          hash.number(ulimit.hard());
        });
    hash.map(process.sysctls());
    hash.number(process.devices().size());
    for (ProcessSpec.Device device : process.devices()) {
      hash.text(device.source());
      hash.text(device.target());
      hash.text(device.permissions());
    }
    hash.number(process.shmBytes());
    namespace(process.pidNamespace());
    namespace(process.ipcNamespace());
    hash.number(process.logging().isPresent() ? 1 : 0);
    process
        .logging()
        .ifPresent(logging -> {
          hash.text(logging.driver());
          hash.map(logging.options());
        });
    hash.optional(process.platform());
    hash.optional(process.ociRuntime());
    hash.map(process.annotations());
  }

  private void namespace(ProcessSpec.Namespace namespace) {
    switch (namespace) {
      case ProcessSpec.Own _ -> hash.tag("own");
      case ProcessSpec.OfHost _ -> hash.tag("host");
      case ProcessSpec.OfWorkload(String workload) -> hash.tag("workload").text(workload);
      case ProcessSpec.Named(String word) -> hash.tag("named").text(word);
    }
  }

  private void tuning(Tuning tuning) {
    hash.tag("tuning").number(tuning.memorySwapBytes());
    hash.number(tuning.memoryReservationBytes());
    hash.number(tuning.cpuShares());
    hash.optional(tuning.cpuset());
    hash.number(tuning.oomScoreAdjustment());
  }
}
