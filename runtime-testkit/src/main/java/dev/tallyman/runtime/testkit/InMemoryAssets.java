package dev.tallyman.runtime.testkit;

import static java.util.Objects.requireNonNull;

import dev.tallyman.runtime.Deadlines;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.Mount;
import dev.tallyman.runtime.Networking;
import dev.tallyman.runtime.StackAssets;
import java.util.List;

/** The networks and volumes of a node's stacks at an in-memory engine. */
final class InMemoryAssets implements StackAssets {

  private final Client client;
  private final InMemoryEngine engine;
  private final Deadlines deadlines;

  InMemoryAssets(Client client, InMemoryEngine engine, Deadlines deadlines) {
    this.client = client;
    this.engine = engine;
    this.deadlines = deadlines;
  }

  /** Makes what a spec needs; one request, unless it needs nothing. */
  void require(InstanceSpec spec) {
    boolean needsAny =
        spec.surroundings().networking().mode() instanceof Networking.Attached
            || spec.surroundings().mounts().stream()
                .anyMatch(mount -> mount.source() instanceof Mount.Named);
    if (needsAny) {
      Requests.Call call =
          engine.begin(client, Operation.MAKE_ASSETS, spec.uid(), deadlines.change());
      var _ =
          engine
              .requests()
              .perform(
                  call,
                  () -> {
                    engine.machine().assets().require(client.node(), spec);
                    return spec;
                  });
    }
  }

  @Override
  public List<Asset> list() {
    Requests.Call call = engine.begin(client, Operation.LIST_ASSETS, "", deadlines.read());
    return engine.requests().perform(call, () -> engine.machine().assets().ofNode(client.node()));
  }

  @Override
  public void remove(Asset asset) {
    requireNonNull(asset, "asset");
    Requests.Call call =
        engine.begin(client, Operation.REMOVE_ASSET, asset.name(), deadlines.change());
    var _ =
        engine
            .requests()
            .perform(
                call,
                () -> {
                  engine.machine().assets().remove(client.node(), asset, engine.machine().all());
                  return asset;
                });
  }
}
