package dev.tallyman.runtime.oci;

import dev.tallyman.runtime.Mount;
import dev.tallyman.runtime.NetworkSpec;
import dev.tallyman.runtime.Networking;
import dev.tallyman.runtime.ProcessSpec;
import dev.tallyman.runtime.Security;
import dev.tallyman.runtime.VolumeSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Surroundings that differ from the default in one thing. */
final class Wanted {

  private Wanted() {}

  static Networking.Attached attached(NetworkSpec network, String alias) {
    return new Networking.Attached(List.of(attachment(network, alias)));
  }

  static Networking.Attachment attachment(NetworkSpec network, String alias) {
    return new Networking.Attachment(
        network, List.of(alias), Optional.empty(), Optional.empty(), Optional.empty());
  }

  static Mount named(String target, Optional<VolumeSpec> volume, Mount.Access access) {
    return new Mount(
        target, access, new Mount.Named(volume, Mount.Copy.FROM_IMAGE, Optional.empty()));
  }

  static Mount bind(String target, Path source, Mount.Access access, Mount.Missing missing) {
    return new Mount(
        target,
        access,
        new Mount.Bind(source.toString(), missing, Optional.empty(), Mount.SelinuxLabel.UNCHANGED));
  }

  static Security seccomp(String profile) {
    return new Security(
        Set.of(),
        Set.of(),
        Set.of(),
        Optional.of(profile),
        Optional.empty(),
        List.of(),
        List.of(),
        Optional.empty());
  }

  static ProcessSpec process(
      Set<ProcessSpec.Trait> traits,
      List<ProcessSpec.Ulimit> ulimits,
      Map<String, String> sysctls,
      List<ProcessSpec.Device> devices,
      long shmBytes,
      ProcessSpec.Namespace pid) {
    return new ProcessSpec(
        traits,
        ulimits,
        sysctls,
        devices,
        shmBytes,
        pid,
        new ProcessSpec.Own(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Map.of());
  }

  static ProcessSpec initProcess() {
    return process(
        Set.of(ProcessSpec.Trait.INIT), List.of(), Map.of(), List.of(), 0, new ProcessSpec.Own());
  }

  static ProcessSpec logging(ProcessSpec.Logging logging) {
    return other(Optional.of(logging), Optional.empty(), Optional.empty(), Map.of());
  }

  static ProcessSpec platform(String platform) {
    return other(Optional.empty(), Optional.of(platform), Optional.empty(), Map.of());
  }

  static ProcessSpec ociRuntime(String name) {
    return other(Optional.empty(), Optional.empty(), Optional.of(name), Map.of());
  }

  static ProcessSpec annotations(Map<String, String> annotations) {
    return other(Optional.empty(), Optional.empty(), Optional.empty(), annotations);
  }

  static ProcessSpec other(
      Optional<ProcessSpec.Logging> logging,
      Optional<String> platform,
      Optional<String> ociRuntime,
      Map<String, String> annotations) {
    return new ProcessSpec(
        Set.of(),
        List.of(),
        Map.of(),
        List.of(),
        0,
        new ProcessSpec.Own(),
        new ProcessSpec.Own(),
        logging,
        platform,
        ociRuntime,
        annotations);
  }
}
