package dev.tallyman.cli.stack;

import dev.tallyman.proto.v1.StackAsset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What was removed of a stack.
 *
 * @param instances names of workloads
 * @param networks names at the engine
 * @param volumes names at the engine
 */
public record Removal(List<String> instances, List<String> networks, List<String> volumes) {

  /** Nothing. */
  public static final Removal NOTHING = new Removal(List.of(), List.of(), List.of());

  /** Copies the lists. */
  public Removal {
    instances = List.copyOf(instances);
    networks = List.copyOf(networks);
    volumes = List.copyOf(volumes);
  }

  /** What an agent removed. */
  public static Removal of(Collection<String> workloads, List<StackAsset> assets) {
    List<String> networks = new ArrayList<>();
    List<String> volumes = new ArrayList<>();
    for (StackAsset asset : assets) {
      switch (asset.getKind()) {
        case STACK_ASSET_KIND_NETWORK -> networks.add(asset.getName());
        case STACK_ASSET_KIND_VOLUME -> volumes.add(asset.getName());
        case STACK_ASSET_KIND_UNSPECIFIED, UNRECOGNIZED -> {
          // Something that this version does not know.
        }
      }
    }
    return new Removal(workloads.stream().sorted().toList(), networks, volumes);
  }

  /** With these networks too. */
  Removal withNetworks(Set<String> more) {
    Set<String> all = new TreeSet<>(networks);
    all.addAll(more);
    return new Removal(instances, List.copyOf(all), volumes);
  }

  /** This and more. */
  public Removal and(Removal more) {
    return new Removal(
        joined(instances, more.instances),
        joined(networks, more.networks),
        joined(volumes, more.volumes));
  }

  private static List<String> joined(List<String> one, List<String> other) {
    List<String> all = new ArrayList<>(one);
    all.addAll(other);
    return all;
  }

  /** The report, a line for each thing. */
  public List<String> lines(String stack) {
    List<String> lines = new ArrayList<>();
    instances.forEach(name -> lines.add("removed instance " + stack + "/" + name));
    networks.forEach(name -> lines.add("removed network " + name));
    volumes.forEach(name -> lines.add("removed volume " + name));
    if (lines.isEmpty()) {
      lines.add("stack " + stack + ": nothing to remove");
    }
    return lines;
  }
}
