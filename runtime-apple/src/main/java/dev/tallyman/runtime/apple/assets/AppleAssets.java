package dev.tallyman.runtime.apple.assets;

import static java.util.Objects.requireNonNull;

import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.Labels;
import dev.tallyman.runtime.Mount;
import dev.tallyman.runtime.NetworkSpec;
import dev.tallyman.runtime.Networking;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.RuntimeFailure.Conflict;
import dev.tallyman.runtime.StackAssets;
import dev.tallyman.runtime.VolumeSpec;
import dev.tallyman.runtime.apple.cli.Cli;
import dev.tallyman.runtime.apple.cli.Container;
import dev.tallyman.runtime.apple.cli.Network;
import dev.tallyman.runtime.apple.cli.Verb;
import dev.tallyman.runtime.apple.cli.Volume;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The networks and volumes of this node's stacks, known by their labels. */
public final class AppleAssets implements StackAssets {

  private final Cli cli;
  private final String node;

  public AppleAssets(Cli cli, String node) {
    this.cli = requireNonNull(cli, "cli");
    this.node = requireNonNull(node, "node");
  }

  /**
   * Makes what a spec needs and is not there.
   *
   * @throws Conflict if there is one of the name that is another one
   * @throws RuntimeFailure.InvalidSpec if one of somebody else's is not there
   */
  public void require(InstanceSpec spec) {
    if (spec.surroundings().networking().mode() instanceof Networking.Attached(var attachments)) {
      attachments.forEach(each -> require(each.network(), spec.stack()));
    }
    volumes(spec).forEach(volume -> require(volume, spec.stack()));
  }

  private static List<VolumeSpec> volumes(InstanceSpec spec) {
    List<VolumeSpec> volumes = new ArrayList<>();
    for (Mount mount : spec.surroundings().mounts()) {
      if (mount.source() instanceof Mount.Named named) {
        named.volume().ifPresent(volumes::add);
      }
    }
    return volumes;
  }

  /**
   * Refuses a container whose volume a running one has: a volume is a disk, and two machines that
   * write to one destroy it.
   *
   * @param all all containers, of whomever
   */
  public void requireFreeVolumes(String name, Set<String> volumes, List<Container> all) {
    for (Container other : all) {
      if (other.runs() && !other.name().equals(name)) {
        Set<String> shared = new TreeSet<>(volumes);
        shared.retainAll(other.volumes());
        if (!shared.isEmpty()) {
          throw cli.refusals()
              .conflict(
                  Conflict.Subject.ASSET,
                  Verb.START,
                  name,
                  "volume %s is in use by container %s, and a volume is a disk that only one virtual"
                          .formatted(shared.iterator().next(), other.name())
                      + " machine can have; stop that one, or mount a directory of the host");
        }
      }
    }
  }

  private void require(NetworkSpec spec, String stack) {
    String subject = "network " + spec.name();
    Optional<Network> found = network(spec.name());
    switch (spec.ownership()) {
      case EXTERNAL -> {
        if (found.isEmpty()) {
          throw missing(subject);
        }
      }
      case STACK -> check(spec, stack, found.orElseGet(() -> make(spec, stack, subject)), subject);
    }
  }

  private Network make(NetworkSpec spec, String stack, String subject) {
    Network wanted =
        new Network(
            spec.name(),
            labels(spec.labels(), stack),
            isInternal(spec) ? "hostOnly" : "nat",
            spec.subnets().stream().map(NetworkSpec.Subnet::subnet).findFirst(),
            Optional.empty());
    Optional<RuntimeFailure> failure = attempt(() -> cli.createNetwork(wanted));
    return network(spec.name()).orElseThrow(() -> failed(failure, subject));
  }

  private void check(NetworkSpec spec, String stack, Network found, String subject) {
    requireOwned(found.labels(), stack, subject);
    List<String> differences = new ArrayList<>();
    if (found.isInternal() != isInternal(spec)) {
      differences.add(
          found.isInternal() ? "it has no way out" : "it has a way out and is not internal");
    }
    spec.subnets().stream()
        .map(NetworkSpec.Subnet::subnet)
        .filter(subnet -> !found.subnet().equals(Optional.of(subnet)))
        .forEach(subnet ->
            differences.add(
                "subnet: %s (expected: %s)".formatted(found.subnet().orElse("none"), subnet)));
    if (!differences.isEmpty()) {
      throw differs(subject, differences);
    }
  }

  private static boolean isInternal(NetworkSpec spec) {
    return spec.traits().contains(NetworkSpec.Trait.INTERNAL);
  }

  private void require(VolumeSpec spec, String stack) {
    String subject = "volume " + spec.name();
    Optional<Volume> found = volume(spec.name());
    switch (spec.ownership()) {
      case EXTERNAL -> {
        if (found.isEmpty()) {
          throw missing(subject);
        }
      }
      case STACK -> check(spec, stack, found.orElseGet(() -> make(spec, stack, subject)), subject);
    }
  }

  private Volume make(VolumeSpec spec, String stack, String subject) {
    Volume wanted =
        new Volume(spec.name(), labels(spec.labels(), stack), "local", spec.driverOptions());
    Optional<RuntimeFailure> failure = attempt(() -> cli.createVolume(wanted));
    return volume(spec.name()).orElseThrow(() -> failed(failure, subject));
  }

  private void check(VolumeSpec spec, String stack, Volume found, String subject) {
    requireOwned(found.labels(), stack, subject);
    List<String> differences = new ArrayList<>();
    spec.driverOptions()
        .forEach((key, value) -> {
          String is = found.options().getOrDefault(key, "");
          if (!is.equals(value)) {
            differences.add("option %s: '%s' (expected: '%s')".formatted(key, is, value));
          }
        });
    if (!differences.isEmpty()) {
      throw differs(subject, differences);
    }
  }

  /** Makes a volume that lives and dies with one instance. */
  public void makeAnonymous(String name, String stack) {
    String subject = "volume " + name;
    Optional<RuntimeFailure> failure =
        attempt(
            () -> cli.createVolume(new Volume(name, labels(Map.of(), stack), "local", Map.of())));
    if (volume(name).isEmpty()) {
      throw failed(failure, subject);
    }
  }

  @Override
  public List<Asset> list() {
    List<Asset> assets = new ArrayList<>();
    if (!cli.facts().networkFlags().isEmpty()) {
      cli.networks()
          .forEach(network -> asset(Kind.NETWORK, network.name(), network.labels(), assets));
    }
    cli.volumes().forEach(volume -> asset(Kind.VOLUME, volume.name(), volume.labels(), assets));
    return List.copyOf(assets);
  }

  private void asset(Kind kind, String name, Map<String, String> labels, List<Asset> assets) {
    String stack = labels.getOrDefault(Labels.STACK, "");
    if (node.equals(labels.get(Labels.NODE)) && !stack.isEmpty()) {
      assets.add(new Asset(kind, name, stack));
    }
  }

  @Override
  public void remove(Asset asset) {
    switch (asset.kind()) {
      case NETWORK -> {
        if (network(asset.name()).filter(n -> owns(n.labels(), asset.stack())).isPresent()) {
          Optional<RuntimeFailure> failure = attempt(() -> cli.deleteNetwork(asset.name()));
          requireGone(network(asset.name()).isPresent(), failure, "network " + asset.name());
        }
      }
      case VOLUME -> {
        if (volume(asset.name()).filter(v -> owns(v.labels(), asset.stack())).isPresent()) {
          removeVolume(asset.name());
        }
      }
    }
  }

  /** Removes a volume that is known to be ours. */
  public void removeVolume(String name) {
    Optional<RuntimeFailure> failure = attempt(() -> cli.deleteVolume(name));
    requireGone(volume(name).isPresent(), failure, "volume " + name);
  }

  private void requireGone(boolean isThere, Optional<RuntimeFailure> failure, String subject) {
    if (isThere) {
      throw failed(failure, subject);
    }
  }

  /** What came of a change; whether it was done is looked at afterwards. */
  private static Optional<RuntimeFailure> attempt(Runnable change) {
    try {
      change.run();
      return Optional.empty();
    } catch (RuntimeFailure.Cancelled cancelled) {
      throw cancelled;
    } catch (RuntimeFailure failure) {
      return Optional.of(failure);
    }
  }

  private RuntimeFailure failed(Optional<RuntimeFailure> failure, String subject) {
    return failure.orElseGet(
        () -> cli.refusals().internal(Verb.MAKE_ASSET, subject, "it was done, and is not so"));
  }

  private Optional<Network> network(String name) {
    return cli.networks().stream().filter(each -> each.name().equals(name)).findFirst();
  }

  private Optional<Volume> volume(String name) {
    return cli.volumes().stream().filter(each -> each.name().equals(name)).findFirst();
  }

  private Map<String, String> labels(Map<String, String> further, String stack) {
    Map<String, String> labels = new LinkedHashMap<>(further);
    labels.put(Labels.NODE, node);
    labels.put(Labels.STACK, stack);
    return labels;
  }

  private boolean owns(Map<String, String> labels, String stack) {
    return node.equals(labels.get(Labels.NODE)) && stack.equals(labels.get(Labels.STACK));
  }

  private void requireOwned(Map<String, String> labels, String stack, String subject) {
    if (!owns(labels, stack)) {
      String owner = labels.getOrDefault(Labels.NODE, "");
      throw cli.refusals()
          .conflict(
              Conflict.Subject.ASSET,
              Verb.MAKE_ASSET,
              subject,
              "one of that name %s; remove it, give this one another name, or declare it as external"
                  .formatted(
                      owner.isEmpty()
                          ? "was made by somebody else"
                          : "belongs to stack %s of node %s"
                              .formatted(labels.getOrDefault(Labels.STACK, ""), owner)));
    }
  }

  private RuntimeFailure missing(String subject) {
    return cli.refusals()
        .invalidSpec(
            Verb.MAKE_ASSET,
            subject,
            "it is declared as external and does not exist; make it, or do not declare it as external");
  }

  private RuntimeFailure differs(String subject, List<String> differences) {
    return cli.refusals()
        .conflict(
            Conflict.Subject.ASSET,
            Verb.MAKE_ASSET,
            subject,
            "it exists and differs: %s; remove it, or give this one another name"
                .formatted(String.join("; ", differences)));
  }
}
