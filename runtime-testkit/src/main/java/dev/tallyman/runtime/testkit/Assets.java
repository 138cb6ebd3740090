package dev.tallyman.runtime.testkit;

import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.Labels;
import dev.tallyman.runtime.Mount;
import dev.tallyman.runtime.NetworkSpec;
import dev.tallyman.runtime.Networking;
import dev.tallyman.runtime.Ownership;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.StackAssets.Asset;
import dev.tallyman.runtime.StackAssets.Kind;
import dev.tallyman.runtime.VolumeSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The networks and volumes of an engine. Guarded by the engine's lock. */
final class Assets {

  /** The spec that it was made from; empty if somebody else made it. */
  private record Made(Map<String, String> labels, Optional<Object> spec, int number) {}

  private final Map<Kind, Map<String, Made>> all =
      Map.of(Kind.NETWORK, new LinkedHashMap<>(), Kind.VOLUME, new LinkedHashMap<>());
  private int lastNumber;
  private int made;

  /** How many were made for launches. */
  int made() {
    return made;
  }

  /** Somebody else makes one. */
  void addForeign(Kind kind, String name, Map<String, String> labels) {
    of(kind).put(name, new Made(Map.copyOf(labels), Optional.empty(), ++lastNumber));
  }

  void removeByName(Kind kind, String name) {
    of(kind).remove(name);
  }

  Optional<Map<String, String>> labels(Kind kind, String name) {
    return Optional.ofNullable(of(kind).get(name)).map(Made::labels);
  }

  /**
   * Makes what a spec needs and is not there.
   *
   * @throws RuntimeFailure.Conflict if a name belongs to another one
   * @throws RuntimeFailure.InvalidSpec if one that is somebody else's is not there
   */
  void require(String node, InstanceSpec spec) {
    for (NetworkSpec network : networksOf(spec)) {
      // Labels are given when it is made, and never compared.
      NetworkSpec bare =
          new NetworkSpec(
              network.name(),
              network.ownership(),
              network.driver(),
              network.driverOptions(),
              network.traits(),
              network.subnets(),
              Map.of());
      require(
          Kind.NETWORK,
          network.name(),
          network.ownership(),
          labels(network.labels(), node, spec),
          bare);
    }
    for (VolumeSpec volume : volumesOf(spec)) {
      VolumeSpec bare =
          new VolumeSpec(
              volume.name(), volume.ownership(), volume.driver(), volume.driverOptions(), Map.of());
      require(
          Kind.VOLUME,
          volume.name(),
          volume.ownership(),
          labels(volume.labels(), node, spec),
          bare);
    }
  }

  private void require(
      Kind kind, String name, Ownership ownership, Map<String, String> labels, Object spec) {
    Made there = of(kind).get(name);
    switch (ownership) {
      case EXTERNAL -> {
        if (there == null) {
          throw new RuntimeFailure.InvalidSpec(
              "%s %s: it is declared as external and does not exist".formatted(word(kind), name));
        }
      }
      case STACK -> {
        if (there == null) {
          of(kind).put(name, new Made(labels, Optional.of(spec), ++lastNumber));
          made++;
        } else if (!isOf(there, labels)) {
          throw conflict(kind, name, "belongs to somebody else; remove it or take another name");
        } else if (there.spec().filter(former -> !former.equals(spec)).isPresent()) {
          throw conflict(kind, name, "exists and differs; remove it or take another name");
        }
      }
    }
  }

  private static boolean isOf(Made there, Map<String, String> labels) {
    return there.labels().getOrDefault(Labels.NODE, "").equals(labels.get(Labels.NODE))
        && there.labels().getOrDefault(Labels.STACK, "").equals(labels.get(Labels.STACK));
  }

  private static RuntimeFailure conflict(Kind kind, String name, String why) {
    return new RuntimeFailure.Conflict(
        RuntimeFailure.Conflict.Subject.ASSET, "%s %s: %s".formatted(word(kind), name, why));
  }

  /** What carries the label of a node. */
  List<Asset> ofNode(String node) {
    List<Asset> found = new ArrayList<>();
    all.forEach((kind, byName) ->
        byName.forEach((name, made) -> {
          String stack = made.labels().getOrDefault(Labels.STACK, "");
          if (node.equals(made.labels().get(Labels.NODE)) && !stack.isEmpty()) {
            found.add(new Asset(kind, name, stack));
          }
        }));
    return found;
  }

  /**
   * Removes one of the node's.
   *
   * @throws RuntimeFailure.Conflict if it is in use
   */
  void remove(String node, Asset asset, Collection<Container> containers) {
    Made there = of(asset.kind()).get(asset.name());
    if (there == null
        || !node.equals(there.labels().get(Labels.NODE))
        || !asset.stack().equals(there.labels().get(Labels.STACK))) {
      return;
    }
    Predicate<InstanceSpec> uses =
        switch (asset.kind()) {
          case NETWORK ->
              spec -> networksOf(spec).stream().anyMatch(n -> n.name().equals(asset.name()));
          case VOLUME ->
              spec -> volumesOf(spec).stream().anyMatch(v -> v.name().equals(asset.name()));
        };
    if (containers.stream().anyMatch(container -> container.spec().filter(uses).isPresent())) {
      throw conflict(asset.kind(), asset.name(), "is in use");
    }
    of(asset.kind()).remove(asset.name());
  }

  /** The addresses that a container has while it runs. */
  Map<String, String> addresses(InstanceSpec spec, int container) {
    return switch (spec.surroundings().networking().mode()) {
      case Networking.Engine _ -> Map.of("default", address(0, container));
      case Networking.Attached(var attachments) -> {
        Map<String, String> addresses = new LinkedHashMap<>();
        for (Networking.Attachment attachment : attachments) {
          Made network = of(Kind.NETWORK).get(attachment.network().name());
          addresses.put(
              attachment.network().name(),
              attachment
                  .ipv4()
                  .orElseGet(() -> address(network == null ? 0 : network.number(), container)));
        }
        yield addresses;
      }
      case Networking.None _, Networking.Host _, Networking.SharedWith _ -> Map.of();
    };
  }

  private static String address(int network, int container) {
    return "10.%d.%d.%d".formatted(network % 256, container / 254 % 256, container % 254 + 1);
  }

  private static List<NetworkSpec> networksOf(InstanceSpec spec) {
    return spec.surroundings().networking().mode() instanceof Networking.Attached(var attachments)
        ? attachments.stream().map(Networking.Attachment::network).toList()
        : List.of();
  }

  private static List<VolumeSpec> volumesOf(InstanceSpec spec) {
    return spec.surroundings().mounts().stream()
        .map(Mount::source)
        .filter(Mount.Named.class::isInstance)
        .map(Mount.Named.class::cast)
        .flatMap(named -> named.volume().stream())
        .toList();
  }

  private static Map<String, String> labels(
      Map<String, String> further, String node, InstanceSpec spec) {
    Map<String, String> labels = new LinkedHashMap<>(further);
    labels.put(Labels.NODE, node);
    labels.put(Labels.STACK, spec.stack());
    return Map.copyOf(labels);
  }

  private Map<String, Made> of(Kind kind) {
    return all.getOrDefault(kind, Map.of());
  }

  private static String word(Kind kind) {
    return switch (kind) {
      case NETWORK -> "network";
      case VOLUME -> "volume";
    };
  }
}
