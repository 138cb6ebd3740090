package dev.tallyman.runtime.oci.assets;

import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.Labels;
import dev.tallyman.runtime.Mount;
import dev.tallyman.runtime.NetworkSpec;
import dev.tallyman.runtime.Networking;
import dev.tallyman.runtime.StackAssets;
import dev.tallyman.runtime.VolumeSpec;
import dev.tallyman.runtime.oci.engine.Engine;
import dev.tallyman.runtime.oci.engine.EngineCall;
import dev.tallyman.runtime.oci.engine.EngineCall.Verb;
import dev.tallyman.runtime.oci.http.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The networks and volumes of a node's stacks at an engine.
 *
 * <p>A network that was found as it should be is remembered, so that a launch asks for it only
 * once; that is forgotten when the engine was away, when the network is removed, and when an engine
 * says that it is not there. One lock per name sees to it that two launches at once make one
 * network.
 */
public final class OciAssets implements StackAssets {

  private record Checked(NetworkSpec spec, String stack, long engineLife) {}

  private final Engine engine;
  private final String node;
  private final Networks networks;
  private final Volumes volumes;
  private final Map<String, Checked> checked = new ConcurrentHashMap<>();
  private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();

  /**
   * The assets of one node.
   *
   * @param node name of the node
   */
  public OciAssets(Engine engine, String node) {
    this.engine = engine;
    this.node = node;
    networks = new Networks(engine);
    volumes = new Volumes(engine);
  }

  /**
   * Makes sure that all networks and volumes of a spec are there and are as it says.
   *
   * @throws dev.tallyman.runtime.RuntimeFailure.Conflict if one is another one
   * @throws dev.tallyman.runtime.RuntimeFailure.InvalidSpec if one is somebody else's and not there
   */
  public void require(InstanceSpec spec) {
    Owner owner = new Owner(node, spec.stack());
    for (NetworkSpec network : networksOf(spec)) {
      require(network, owner);
    }
    for (Mount mount : spec.surroundings().mounts()) {
      if (mount.source() instanceof Mount.Named(Optional<VolumeSpec> volume, var _, var _)) {
        volume.ifPresent(
            named -> locked("volume " + named.name(), () -> volumes.require(named, owner)));
      }
    }
  }

  private void require(NetworkSpec network, Owner owner) {
    Checked wanted = new Checked(network, owner.stack(), engine.life());
    if (wanted.equals(checked.get(network.name()))) {
      return;
    }
    locked(
        "network " + network.name(),
        () -> {
          if (!wanted.equals(checked.get(network.name()))) {
            networks.require(network, owner);
            checked.put(network.name(), wanted);
          }
        });
  }

  /**
   * Looks again at the next launch.
   *
   * @return whether any of the spec's networks was taken for granted
   */
  public boolean forget(InstanceSpec spec) {
    boolean known = false;
    for (NetworkSpec network : networksOf(spec)) {
      known |= checked.remove(network.name()) != null;
    }
    return known;
  }

  private static List<NetworkSpec> networksOf(InstanceSpec spec) {
    return spec.surroundings().networking().mode() instanceof Networking.Attached(var attachments)
        ? attachments.stream().map(Networking.Attachment::network).toList()
        : List.of();
  }

  @Override
  public List<Asset> list() {
    List<Asset> assets = new ArrayList<>();
    networks.ofNode(node).forEach(found -> asset(Kind.NETWORK, found).ifPresent(assets::add));
    volumes.ofNode(node).forEach(found -> asset(Kind.VOLUME, found).ifPresent(assets::add));
    return assets.stream().distinct().toList();
  }

  /** Empty if it is not ours after all: the engine filters, and is not trusted to. */
  private Optional<Asset> asset(Kind kind, Json found) {
    String stack = found.at("Labels").at(Labels.STACK).text();
    return new Owner(node, stack).owns(found.at("Labels")) && !stack.isEmpty()
        ? Optional.of(new Asset(kind, found.at("Name").text(), stack))
        : Optional.empty();
  }

  @Override
  public void remove(Asset asset) {
    Owner owner = new Owner(node, asset.stack());
    switch (asset.kind()) {
      case NETWORK -> {
        EngineCall call = new EngineCall(Verb.REMOVE_ASSET, "network " + asset.name());
        locked(
            "network " + asset.name(),
            () -> {
              checked.remove(asset.name());
              networks.named(asset.name()).stream()
                  .filter(network -> owner.owns(network.at("Labels")))
                  .forEach(network -> networks.remove(call, network));
            });
      }
      case VOLUME -> {
        EngineCall call = new EngineCall(Verb.REMOVE_ASSET, "volume " + asset.name());
        locked(
            "volume " + asset.name(),
            () ->
                volumes
                    .named(asset.name())
                    .filter(volume -> owner.owns(volume.at("Labels")))
                    .ifPresent(volume -> volumes.remove(call, asset.name())));
      }
    }
  }

  private void locked(String name, Runnable work) {
    ReentrantLock lock = locks.computeIfAbsent(name, _ -> new ReentrantLock());
    try {
      lock.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw engine.errors().cancelled(new EngineCall(Verb.MAKE_ASSET, name));
    }
    try {
      work.run();
    } finally {
      lock.unlock();
    }
  }
}
