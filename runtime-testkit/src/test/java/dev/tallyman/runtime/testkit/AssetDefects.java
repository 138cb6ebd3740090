package dev.tallyman.runtime.testkit;

import static dev.tallyman.runtime.testkit.Defect.launching;
import static dev.tallyman.runtime.testkit.Defect.rewriting;
import static dev.tallyman.runtime.testkit.Defect.showing;

import dev.tallyman.runtime.HostFile;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.Mount;
import dev.tallyman.runtime.NetworkSpec;
import dev.tallyman.runtime.Networking;
import dev.tallyman.runtime.Ownership;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.StackAssets;
import dev.tallyman.runtime.VolumeSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Defects in networks, volumes, files and namespaces. */
final class AssetDefects {

  private AssetDefects() {}

  static Stream<Defect> all() {
    return Stream.of(
        new Defect(
            "takes over the assets of others",
            sound -> rewriting(sound, (builder, spec) -> owning(builder, spec, Ownership.EXTERNAL)),
            "anAssetIsMadeWhenItIsFirstNeededAndOutlivesItsInstances",
            "launchesAtTheSameTimeMakeOneAsset",
            "anAssetOfSomebodyElseIsAConflictAndIsLeftAlone",
            "anAssetOfAnotherStackOrNodeIsAConflict",
            "aNetworkThatDiffersIsAConflictWhileTheOldInstanceRunsOn",
            "aNetworkThatWasRemovedBehindOurBackIsMadeAgain"),
        new Defect(
            "makes what is external",
            sound -> rewriting(sound, (builder, spec) -> owning(builder, spec, Ownership.STACK)),
            "anExternalAssetIsUsedAndNeitherMadeNorRemoved"),
        new Defect(
            "removes assets in use",
            sound ->
                withAssets(
                    sound,
                    (assets, asset) -> {
                      try {
                        assets.remove(asset);
                      } catch (RuntimeFailure.Conflict e) {
                        sound.engine().removeAssetBehindOurBack(asset.kind(), asset.name());
                      }
                    }),
            "anAssetInUseIsNotRemoved"),
        new Defect(
            "removes assets of others",
            sound ->
                withAssets(
                    sound,
                    (assets, asset) -> {
                      assets.remove(asset);
                      sound.engine().removeAssetBehindOurBack(asset.kind(), asset.name());
                    }),
            "anAssetOfSomebodyElseIsAConflictAndIsLeftAlone"),
        new Defect(
            "stops before it looks what is in the way",
            sound ->
                launching(
                    sound,
                    (runtime, spec) -> {
                      if (runtime
                          .find(spec.uid())
                          .filter(found -> !found.specHash().equals(spec.specHash()))
                          .isPresent()) {
                        runtime.remove(spec.uid());
                      }
                      return runtime.launch(spec);
                    }),
            "aNetworkThatDiffersIsAConflictWhileTheOldInstanceRunsOn"),
        new Defect(
            "does not know addresses",
            sound -> showing(sound, instance -> addressed(instance, Map.of())),
            "anInstanceHasAnAddressInEachOfItsNetworksWhileItRuns"),
        new Defect(
            "remembers addresses",
            sound -> showing(sound, instance -> addressed(instance, Map.of("n", "10.0.0.1"))),
            "whoSharesANamespaceNeedsARunningInstanceToShareItWith"),
        new Defect(
            "forgets files",
            sound -> rewriting(sound, (builder, spec) -> without(spec)),
            "filesHaveTheirContentAndPermissionsOrAreRefused",
            "filesGoWithTheirInstance"),
        new Defect(
            "does not put files back",
            sound ->
                new DelegatingRuntime(sound.runtime()) {
                  @Override
                  public Instance start(String uid, List<HostFile> files) {
                    return super.start(uid, List.of());
                  }
                },
            "filesThatTheHostHasLostArePutBackByTheNextStart"),
        new Defect(
            "shares with nobody",
            sound ->
                rewriting(
                    sound,
                    (builder, spec) ->
                        spec.surroundings().networking().mode() instanceof Networking.SharedWith
                            ? builder.network(new Networking.Engine())
                            : builder),
            "whoSharesANamespaceNeedsARunningInstanceToShareItWith",
            "anInstanceThatSharesANamespaceOfAnEarlierInstanceIsReplaced"),
        new Defect(
            "keeps instances whose partner is another one",
            sound ->
                launching(
                    sound,
                    (runtime, spec) ->
                        runtime
                            .find(spec.uid())
                            .filter(found -> found.specHash().equals(spec.specHash()))
                            .orElseGet(() -> runtime.launch(spec))),
            "anInstanceThatSharesANamespaceOfAnEarlierInstanceIsReplaced"));
  }

  /** Removes an asset, with sound assets at hand. */
  private interface Removal {
    void remove(StackAssets sound, StackAssets.Asset asset);
  }

  private static DelegatingRuntime withAssets(Defect.Sound sound, Removal removal) {
    return new DelegatingRuntime(sound.runtime()) {
      @Override
      public StackAssets assets() {
        StackAssets assets = super.assets();
        return new StackAssets() {
          @Override
          public List<Asset> list() {
            return assets.list();
          }

          @Override
          public void remove(Asset asset) {
            removal.remove(assets, asset);
          }
        };
      }
    };
  }

  private static SpecBuilder owning(SpecBuilder builder, InstanceSpec spec, Ownership ownership) {
    if (spec.surroundings().networking().mode() instanceof Networking.Attached(var attachments)) {
      var _ =
          builder.network(
              new Networking.Attached(
                  attachments.stream()
                      .map(attachment ->
                          new Networking.Attachment(
                              owned(attachment.network(), ownership),
                              attachment.aliases(),
                              attachment.ipv4(),
                              attachment.ipv6(),
                              attachment.mac()))
                      .toList()));
    }
    SpecBuilder bare = SpecBuilder.bare(builder.build());
    for (Mount mount : spec.surroundings().mounts()) {
      bare.mount(
          mount.source() instanceof Mount.Named(var volume, var copy, var subpath)
              ? new Mount(
                  mount.target(),
                  mount.access(),
                  new Mount.Named(volume.map(v -> owned(v, ownership)), copy, subpath))
              : mount);
    }
    return bare;
  }

  private static NetworkSpec owned(NetworkSpec network, Ownership ownership) {
    return new NetworkSpec(
        network.name(),
        ownership,
        network.driver(),
        network.driverOptions(),
        network.traits(),
        network.subnets(),
        network.labels());
  }

  private static VolumeSpec owned(VolumeSpec volume, Ownership ownership) {
    return new VolumeSpec(
        volume.name(), ownership, volume.driver(), volume.driverOptions(), volume.labels());
  }

  private static SpecBuilder without(InstanceSpec spec) {
    return SpecBuilder.bare(spec);
  }

  private static Instance addressed(Instance instance, Map<String, String> addresses) {
    return new Instance(
        instance.uid(),
        instance.stack(),
        instance.workload(),
        instance.specHash(),
        instance.id(),
        instance.name(),
        instance.image(),
        instance.state(),
        instance.ports(),
        addresses,
        Optional.empty(),
        instance.dependencies());
  }
}
